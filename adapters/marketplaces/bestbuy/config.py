"""Best Buy's host and key."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class BestBuyConfig(MarketplaceConfig):
    """One key, free for developers."""

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_BESTBUY_")
    KEYS: ClassVar = ("api_key",)
    URLS: ClassVar = {"api_url": ""}

    api_url: BaseUrl = "https://api.bestbuy.com"
    api_key: SecretStr | None = None
    searches_per_second: int | None = 5
    searches_per_day: int | None = 50000
