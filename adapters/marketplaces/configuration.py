"""Where a marketplace is and which keys open it: its own from the environment, or the sandbox's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.marketplaces.quota import Quota
from adapters.metrics import MARKETPLACES

# The sandbox has nobody to be considerate of.
SANDBOX_CALLS_PER_SECOND = 100


@dataclass(frozen=True)
class SandboxAccess:
    """A running sandbox, and its keys for each marketplace."""

    url: str
    credentials: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_file(cls, url: str, path: Path) -> Self:
        """Reads the file that the sandbox writes on its first start. Raises OSError, ValueError."""
        return cls(url, json.loads(path.read_text()))

    @classmethod
    def given(cls, url: str | None, path: Path | None) -> Self | None:
        """None unless both are set."""
        return cls.from_file(url, path) if url and path else None


BaseUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^/\s]+"),
    AfterValidator(lambda url: url.rstrip("/")),
]


class MarketplaceConfig(BaseSettings):
    """Base of each marketplace's settings; `TALKNSHOP_EBAY_CLIENT_ID` sets eBay's `client_id`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    KEYS: ClassVar[tuple[str, ...]] = ()  # all of them, or the marketplace is not connected
    URLS: ClassVar[Mapping[str, str]] = {}  # each base URL, and its path in the sandbox
    SANDBOX_DEFAULTS: ClassVar[Mapping[str, str]] = {}

    timeout: timedelta = timedelta(seconds=20)
    # How many listings may be posted or changed there in a second, all workers together.
    calls_per_second: float = 3
    # What the vendor grants for searching, to all processes together. None: no limit of ours.
    searches_per_second: int | None = Field(None, ge=1)
    searches_per_day: int | None = Field(None, ge=1)

    @property
    def quota(self) -> Quota:
        return Quota(per_second=self.searches_per_second, per_day=self.searches_per_day)

    @classmethod
    def load(cls, marketplace: str, sandbox: SandboxAccess | None) -> Self | None:
        """Own keys first, the sandbox's otherwise, None without either.

        Raises ValueError when only some of the own keys are set.
        """
        own = cls()
        missing = [key for key in cls.KEYS if not _revealed(getattr(own, key))]
        if not missing and (cls.KEYS or sandbox is None):
            MARKETPLACES.labels(marketplace, "real").set(1)
            return own
        if missing and len(missing) < len(cls.KEYS):
            prefix = cls.model_config.get("env_prefix", "")
            names = ", ".join(f"{prefix}{key}".upper() for key in missing)
            raise ValueError(f"{marketplace} is only half configured: set {names} too.")
        if sandbox is None or marketplace not in sandbox.credentials:
            return None
        MARKETPLACES.labels(marketplace, "sandbox").set(1)
        stands_in = {
            **{name: f"{sandbox.url.rstrip('/')}{path}" for name, path in cls.URLS.items()},
            "calls_per_second": SANDBOX_CALLS_PER_SECOND,
            "searches_per_second": None,
            "searches_per_day": None,
            **cls.SANDBOX_DEFAULTS,
            **sandbox.credentials[marketplace],
        }
        configured = own.model_fields_set - set(cls.KEYS)
        return cls(**{k: v for k, v in stands_in.items() if k not in configured})  # type: ignore[arg-type]


def _revealed(value: str | SecretStr | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""
