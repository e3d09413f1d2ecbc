"""Where traces go: chosen in the settings."""

from pydantic import BaseModel, Field, SecretStr


class TracingChoice(BaseModel):
    """`endpoint`: a collector's OTLP/HTTP address for traces; None or empty: nothing is traced."""

    endpoint: str | None = None  # for example http://127.0.0.1:4318/v1/traces
    headers: dict[str, SecretStr] = {}  # sent along, for example an API key
    sample_ratio: float = Field(1.0, ge=0, le=1)  # of the traces that begin here
