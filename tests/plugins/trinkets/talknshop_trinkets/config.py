"""Where Trinkets is, and the key that opens it."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class TrinketsConfig(MarketplaceConfig):
    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_TRINKETS_")
    KEYS: ClassVar = ("api_key",)
    URLS: ClassVar = {"api_url": "/trinkets/api"}

    api_url: BaseUrl = "https://api.trinkets.example"
    api_key: SecretStr | None = None

    @property
    def headers(self) -> dict[str, str]:
        key = self.api_key.get_secret_value() if self.api_key else ""
        return {"Authorization": f"Bearer {key}"}
