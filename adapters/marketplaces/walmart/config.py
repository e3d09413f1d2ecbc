"""Walmart's host and keys."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class WalmartConfig(MarketplaceConfig):
    """`private_key` is an RSA key, PKCS #8, as PEM or as its bare base64.

    `publisher_id` is the Impact id that earns commissions; without it links go straight to the
    product, since a tracking link needs one.
    """

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_WALMART_")
    KEYS: ClassVar = ("consumer_id", "private_key")
    URLS: ClassVar = {"api_url": "", "site_url": "/walmart"}

    api_url: BaseUrl = "https://developer.api.walmart.com"
    site_url: BaseUrl = "https://www.walmart.com"
    consumer_id: str | None = None
    private_key: SecretStr | None = None
    key_version: str = "1"
    publisher_id: str | None = None
    searches_per_second: int | None = 5
    searches_per_day: int | None = 5000
