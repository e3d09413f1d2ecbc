"""Amazon's hosts and keys."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class AmazonConfig(MarketplaceConfig):
    """`version` came with the credential: it tells the generation (2 or 3) and the region.

    `auth_url` None stands for the token host of that version.
    """

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_AMAZON_")
    KEYS: ClassVar = ("credential_id", "credential_secret", "partner_tag")
    URLS: ClassVar = {"api_url": "", "auth_url": ""}

    api_url: BaseUrl = "https://creatorsapi.amazon"
    auth_url: BaseUrl | None = None
    credential_id: str | None = None
    credential_secret: SecretStr | None = None
    partner_tag: str | None = None
    version: str = "3.1"
    site: str = "www.amazon.com"
    searches_per_second: int | None = 1
    searches_per_day: int | None = 8640
