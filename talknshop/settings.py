"""Settings: read once from the environment, at the edge (api, workers, cli), and passed on."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from talknshop.access import EncryptionChoice, TemporalAccess
from talknshop.chat_models import EMBEDDED, ChatModelChoice
from talknshop.telemetry import TracingChoice

TRANSCRIBE = "transcribe"
ROLES = ("conversation", "buyer", "seller", "media", "language")


class TemporalSettings(TemporalAccess):
    ui_url: str = "http://127.0.0.1:8233"


class OidcSettings(BaseModel):
    """Whose bearer tokens are taken; `algorithms` are pinned, whatever a token says of itself."""

    issuer: str
    audience: str
    jwks_url: str
    algorithms: list[Literal["RS256", "PS256", "ES256", "EdDSA"]] = ["RS256"]
    cooldown_s: float = Field(30, ge=0)  # between two fetches because of an unknown key id


RateLimit = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*/(second|minute|hour|day)$")]


class LimitSettings(BaseModel):
    """What one person, or one address where nobody is signed in, may do across all gateways."""

    messages: RateLimit = "10/minute"
    searches: RateLimit = "20/minute"
    uploads: RateLimit = "30/minute"
    posts: RateLimit = "30/minute"
    requests: RateLimit = "300/minute"
    sessions: RateLimit = "30/minute"  # by address: each may be a new guest


class GatewaySettings(BaseModel):
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    public_url: str | None = (
        None  # how marketplaces and people reach the gateway; None: from host, port
    )
    auth_required: bool = (
        False  # off only for the embedded default: user_id is then taken at its word
    )
    session_key: SecretStr | None = (
        None  # signs guest tokens and media links; None: kept in data_dir
    )
    token_lifetime: timedelta = Field(timedelta(minutes=30), gt=timedelta(0))
    refresh_lifetime: timedelta = Field(timedelta(days=30), gt=timedelta(0))  # from each refresh
    oidc: OidcSettings | None = None
    guests: bool | None = None  # None: only without an identity provider
    operator_token: SecretStr | None = None  # opens sealed payloads for Temporal's Web UI and CLI
    allowed_origins: list[str] = []  # besides the gateway's own
    trusted_proxies: list[str] = ["127.0.0.1"]  # whose X-Forwarded-For is believed
    max_sockets_per_user: int = Field(10, ge=1)
    max_sockets_per_address: int = Field(100, ge=1)
    idle_timeout: timedelta = timedelta(minutes=30)

    @property
    def url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"


class LanguageSettings(ChatModelChoice):
    """The first model, and those that stand in for it in their order; the embedded one is last."""

    fallbacks: list[ChatModelChoice] = []


class VisionSettings(ChatModelChoice):
    """Who looks at photos: "embedded" reads what is printed, a multimodal model sees the thing."""


class SecretsSettings(BaseModel):
    """Where people's marketplace tokens are. `store`: files under data_dir, or AWS."""

    store: Literal["files", "aws"] = "files"
    key: SecretStr | None = None  # for files, the newest first, by commas; None: kept in data_dir
    prefix: str = "talknshop"  # for aws
    region: str | None = None  # for aws; None: from AWS_REGION


class PushSettings(BaseModel):
    """Web Push: who signs, and where push services may reach the operator."""

    key: SecretStr | None = None  # any secret of 32 characters or more; None: kept in data_dir
    contact: str | None = Field(None, pattern=r"^(mailto:.+@.+|https://.+)$")


# Amazon Transcribe's names for the languages that we speak.
_SPOKEN = ["en-US", "es-US", "fr-FR", "de-DE", "hi-IN", "zh-CN"]


class SpeechSettings(BaseModel):
    """`model`: "embedded", "transcribe", or a model of the OpenAI-compatible server at `base_url`.

    Amazon Transcribe reads recordings from the S3 `bucket`, and tells which of `languages` it is.
    """

    model: str = EMBEDDED
    bucket: str = ""
    region: str | None = None  # None: from AWS_REGION
    languages: list[str] = Field(_SPOKEN, min_length=1)
    base_url: str = "https://api.openai.com/v1"
    api_key: SecretStr | None = None
    timeout: timedelta = timedelta(seconds=60)  # for a recording of two minutes

    @model_validator(mode="after")
    def _has_a_bucket(self) -> Self:
        if self.model == TRANSCRIBE and not self.bucket:
            raise ValueError("Amazon Transcribe needs a bucket: set TALKNSHOP_SPEECH__BUCKET")
        return self


class DeploymentSettings(BaseModel):
    """Worker Versioning, where there is a `build_id`; a role is the deployment `{name}-{role}`."""

    name: str = Field("talknshop", pattern=r"^[\w-]+$")
    build_id: str | None = Field(None, pattern=r"^[\w.:-]*$")  # empty is none


class Settings(BaseSettings):
    """TALKNSHOP_GATEWAY__PORT sets gateway.port; docs/settings.md lists them all."""

    model_config = SettingsConfigDict(
        env_prefix="TALKNSHOP_", env_nested_delimiter="__", env_file=".env", extra="ignore"
    )

    data_dir: Path = Path("data")
    temporal: TemporalSettings = TemporalSettings()
    redis_url: str | None = None  # None lets `talknshop dev` start an embedded Valkey
    sandbox_url: str | None = (
        None  # None: marketplaces without keys of their own are not registered
    )
    sandbox_credentials: Path | None = None  # the file that the sandbox writes its keys to
    storage_url: str | None = None  # None: a folder under data_dir; or s3://bucket/prefix
    # Of uploads that nobody uses: a listing's are kept anew when it is posted or changed.
    upload_retention: timedelta = Field(timedelta(days=180), ge=timedelta(days=30))
    web_dir: Path = Path("web/dist")
    encryption: EncryptionChoice = EncryptionChoice()
    gateway: GatewaySettings = GatewaySettings()
    limits: LimitSettings = LimitSettings()
    language: LanguageSettings = LanguageSettings()
    secrets: SecretsSettings = SecretsSettings()
    speech: SpeechSettings = SpeechSettings()
    vision: VisionSettings = VisionSettings()
    push: PushSettings = PushSettings()
    private_hosts: list[str] = []  # "host:port": people's webhooks and photos may be there
    deployment: DeploymentSettings = DeploymentSettings()
    worker_health_host: str = "127.0.0.1"
    worker_health_port: int | None = Field(None, ge=1, le=65535)  # None: no health, no metrics
    worker_cached_workflows: int = Field(300, ge=0)  # some 135 kB each; more are read anew
    worker_activities: int = Field(200, ge=1)  # at once, in each queue; mostly they wait
    worker_pollers: int = Field(5, ge=2)  # that ask each queue for more
    worker_tuner: Literal["fixed", "resources"] = "fixed"  # as many as memory and processor allow
    metrics: bool = True  # Temporal's SDK and the queues are counted too
    tracing: TracingChoice = TracingChoice()
    worker_grace: timedelta = timedelta(seconds=10)  # from SIGTERM until activities are cancelled
    search_marketplaces: list[str] = ["ebay", "amazon", "walmart", "bestbuy"]
    posting_marketplaces: list[str] = ["ebay", "craigslist", "facebook", "poshmark"]
    sales_interval: timedelta = timedelta(minutes=1)  # how often to look where no notice comes
    watch_interval: timedelta = timedelta(hours=1)  # between two looks at a watched price
    search_deadline: timedelta = timedelta(seconds=4)
    # Idle for so long, a conversation's history is closed and its state goes on; 0 never.
    conversation_rest: timedelta = Field(timedelta(days=1), ge=timedelta(0))
    search_cache: timedelta = timedelta(minutes=10)  # fresh for so long
    search_cache_stale: timedelta = timedelta(minutes=30)  # then served once more; gone after this
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    log_messages: bool = False  # what people write, too: only to find a fault

    @property
    def push_contact(self) -> str:
        if self.push.contact:
            return self.push.contact
        url = self.gateway.url
        return url if url.startswith("https:") else "mailto:operator@localhost"

    @property
    def media_url(self) -> str:
        """Where the object store is, as obstore names it."""
        return self.storage_url or (self.data_dir.absolute() / "media").as_uri()
