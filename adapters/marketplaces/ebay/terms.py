"""What the seller's eBay account holds for all listings: places to send from, and policies."""

import asyncio
import re
import time
from dataclasses import dataclass

import httpx

from adapters.errors import Rejected
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.exchange import Vendor
from adapters.marketplaces.wire import Wire
from talknshop.listing import Location
from talknshop.messages import sentence

# They seldom change, and a thousand listings would ask for them a thousand times.
KEPT_S = 60.0
MOST_KEPT = 100


@dataclass(frozen=True)
class Terms:
    """`policies` by the names that an offer has for them."""

    place: str
    policies: dict[str, str]
    known_at: float  # by the monotonic clock


class SellingTerms:
    def __init__(self, config: EbayConfig, ebay: Vendor, auth: httpx.Auth) -> None:
        self._config = config
        self._ebay = ebay
        self._auth = auth
        self._kept: dict[Location, Terms] = {}

    def kept(self, where: Location) -> Terms | None:
        """What was asked for a moment ago, and may have changed since."""
        terms = self._kept.get(where)
        return terms if terms and time.monotonic() < terms.known_at + KEPT_S else None

    async def asked(self, where: Location) -> Terms:
        place, policies = await asyncio.gather(self._place(where), self._policies())
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        terms = self._kept[where] = Terms(place, policies, time.monotonic())
        return terms

    async def _place(self, where: Location) -> str:
        """The key of the place that goods are sent from: one for each postal code."""
        postal_code = where.postal_code or self._config.postal_code or ""
        country = where.country if where.postal_code else self._config.country
        key = re.sub(r"[^A-Za-z0-9]+", "-", f"talknshop-{country}-{postal_code}")[:36]
        url = f"{self._config.api_url}/sell/inventory/v1/location/{key}"
        if (await self._ebay.read("GET", url, auth=self._auth, expect=(404,))).status != 404:
            return key
        body = {
            "location": {"address": {"postalCode": postal_code, "country": country}},
            "name": f"{country} {postal_code}",
            "merchantLocationStatus": "ENABLED",
            "locationTypes": ["WAREHOUSE"],
        }
        # 409 is 25803: another listing of this seller made it a moment ago.
        await self._ebay.write("POST", url, json=body, auth=self._auth, expect=(409,))
        return key

    async def _policies(self) -> dict[str, str]:
        """The three policy ids that an offer must name."""
        config = self._config
        fulfillment, payment, returns = await asyncio.gather(
            self._policy("fulfillment", config.fulfillment_policy_id),
            self._policy("payment", config.payment_policy_id),
            self._policy("return", config.return_policy_id),
        )
        return {
            "fulfillmentPolicyId": fulfillment,
            "paymentPolicyId": payment,
            "returnPolicyId": returns,
        }

    async def _policy(self, kind: str, configured: str | None) -> str:
        """The configured policy, else the account's default, else its first."""
        if configured:
            return configured
        reply = await self._ebay.read(
            "GET",
            f"{self._config.api_url}/sell/account/v1/{kind}_policy",
            params={"marketplace_id": self._config.marketplace_id},
            auth=self._auth,
        )
        policies = getattr(self._ebay.parse(reply, _Policies), f"{kind}_policies")
        policies.sort(key=lambda policy: not policy.is_default)
        if not policies:
            raise Rejected(
                sentence("fault_no_policy", vendor="eBay", kind=sentence(f"policy_{kind}"))
            )
        policy_id: str = getattr(policies[0], f"{kind}_policy_id")
        return policy_id


class _CategoryType(Wire):
    default: bool = False


class _PolicyOf(Wire):
    category_types: list[_CategoryType] = []

    @property
    def is_default(self) -> bool:
        return any(kind.default for kind in self.category_types)


class _Fulfillment(_PolicyOf):
    fulfillment_policy_id: str


class _Payment(_PolicyOf):
    payment_policy_id: str


class _Return(_PolicyOf):
    return_policy_id: str


class _Policies(Wire):
    """One of the three lists, by the kind that was asked for."""

    fulfillment_policies: list[_Fulfillment] = []
    payment_policies: list[_Payment] = []
    return_policies: list[_Return] = []
