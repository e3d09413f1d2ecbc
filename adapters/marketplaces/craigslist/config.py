"""Craigslist's hosts, account and the account's own place."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class CraigslistConfig(MarketplaceConfig):
    """`postal_code` is for listings that have none; `area` and `subarea` for places that
    craigslist/areas.py does not know. Bulk posting is granted to dealers, hence `by_dealer`.
    """

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_CRAIGSLIST_")
    KEYS: ClassVar = ("email", "password", "account_id")
    URLS: ClassVar = {"post_url": "", "bapi_url": "", "site_url": "/craigslist"}
    SANDBOX_DEFAULTS: ClassVar = {"postal_code": "98101", "area": "sea", "subarea": "see"}

    post_url: BaseUrl = "https://post.craigslist.org"
    bapi_url: BaseUrl = "https://bapi.craigslist.org"
    site_url: BaseUrl = "https://craigslist.org"
    email: str | None = None
    password: SecretStr | None = None
    account_id: str | None = None
    reply_email: str | None = None  # None: `email`
    postal_code: str | None = None
    area: str | None = None
    subarea: str | None = None
    by_dealer: bool = True
