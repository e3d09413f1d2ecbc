"""eBay's hosts and keys."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig


class EbayConfig(MarketplaceConfig):
    """`refresh_token` is the consent of the seller in whose name those sell who linked no account.
    To let people link theirs, eBay wants a `ru_name`; with neither, eBay can only be searched.

    The three policy ids default to the account's default policies. The place that goods are sent
    from is the listing's own, else `postal_code`. `verification_token`, 32 to 80 characters of your
    choice, lets eBay tell of sales by itself; without it eBay is only asked for them. To
    `alert_email` eBay writes when it can't; it wants one before it tells anything.
    """

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_EBAY_")
    KEYS: ClassVar = ("client_id", "client_secret")
    URLS: ClassVar = {"api_url": "", "apim_url": "", "auth_url": "", "site_url": "/ebay"}
    SANDBOX_DEFAULTS: ClassVar = {
        "postal_code": "98101",
        "verification_token": "talknshop-and-its-sandbox-know-each-other",
        "alert_email": "seller@example.com",
    }

    api_url: BaseUrl = "https://api.ebay.com"
    apim_url: BaseUrl = "https://apim.ebay.com"
    auth_url: BaseUrl = "https://auth.ebay.com"
    site_url: BaseUrl = "https://www.ebay.com"
    client_id: str | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    ru_name: str | None = None
    verification_token: SecretStr | None = None
    alert_email: str | None = None
    marketplace_id: str = "EBAY_US"
    content_language: str = "en-US"
    fulfillment_policy_id: str | None = None
    payment_policy_id: str | None = None
    return_policy_id: str | None = None
    postal_code: str | None = None
    country: str = "US"
    searches_per_day: int | None = 5000
    affiliate_campaign_id: str | None = None  # of the eBay Partner Network
