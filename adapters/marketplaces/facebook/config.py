"""Facebook's host, token and catalogue."""

from datetime import timedelta
from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class FacebookConfig(MarketplaceConfig):
    """`shop_url` is where the catalogue's items link to: the shop's own pages, if it has any.

    `batch_patience` bounds the wait for a batch that Facebook took but has not worked off yet.
    """

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_FACEBOOK_")
    KEYS: ClassVar = ("access_token", "catalog_id")
    URLS: ClassVar = {"graph_url": "", "site_url": "/facebook", "shop_url": "/facebook"}

    graph_url: BaseUrl = "https://graph.facebook.com"
    graph_version: str = "v26.0"
    site_url: BaseUrl = "https://www.facebook.com"
    shop_url: BaseUrl = "https://www.facebook.com/marketplace"
    access_token: SecretStr | None = None
    app_id: str | None = None  # with its secret, people can link catalogues of their own
    app_secret: SecretStr | None = None  # also wanted by apps that require a proof of it
    catalog_id: str | None = None
    batch_patience: timedelta = timedelta(seconds=60)
