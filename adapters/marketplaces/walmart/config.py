"""Walmart's host and keys."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class WalmartConfig(MarketplaceConfig):
    """`private_key` is an RSA key, PKCS #8, as PEM or as its bare base64."""

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_WALMART_")
    KEYS: ClassVar = ("consumer_id", "private_key")
    URLS: ClassVar = {"api_url": ""}

    api_url: BaseUrl = "https://developer.api.walmart.com"
    consumer_id: str | None = None
    private_key: SecretStr | None = None
    key_version: str = "1"
    publisher_id: str | None = None  # the Impact id that earns commissions
