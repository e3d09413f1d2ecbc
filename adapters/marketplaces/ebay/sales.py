"""What was bought from an eBay seller, with the Fulfillment API, version 1.

A sale is one line of an order, and named "order/line". Cancelling is the Post-Order API's, version
2, which knows only whole orders.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
from pydantic import AwareDatetime

from adapters.errors import NotFound, Rejected
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.exchange import Vendor
from adapters.marketplaces.tokens import TokenAuth
from adapters.marketplaces.wire import Amount, Maybe, Wire
from talknshop.messages import sentence
from talknshop.posting import Sale, Sales

_PAGE = 200
_FIRST_LOOK = timedelta(days=7)
# Orders do not become visible in the exact order of their modification dates.
_OVERLAP = timedelta(minutes=5)
_NOT_PAID = {"PENDING", "FAILED"}
_NOT_CANCELLED = {"", "NONE_REQUESTED"}


class EbaySales:
    """`auth` and `post_order_auth` put the same seller's token into different headers."""

    def __init__(
        self, config: EbayConfig, ebay: Vendor, auth: TokenAuth, post_order_auth: httpx.Auth
    ) -> None:
        self._config = config
        self._ebay = ebay
        self._auth = auth
        self._post_order_auth = post_order_auth
        self._orders = f"{config.api_url}/sell/fulfillment/v1/order"

    async def since(self, cursor: str) -> Sales:
        """The cursor is the modification date of the last order that was seen."""
        seen = _date(cursor) if cursor else datetime.now(UTC) - _FIRST_LOOK
        orders = await self._modified_since(seen - _OVERLAP)
        orders.sort(key=lambda order: order.last_modified_date)
        last = max([seen, *(order.last_modified_date for order in orders)])
        return Sales(
            sales=[sale for order in orders for sale in order.sales()], cursor=_written(last)
        )

    async def cancel(self, sale_id: str) -> None:
        order_id = sale_id.partition("/")[0]
        reply = await self._ebay.read(
            "GET", f"{self._orders}/{quote(order_id, safe='')}", auth=self._auth
        )
        order = self._ebay.parse(reply, _Order)
        if order.is_cancelled:
            return
        if len(order.line_items) > 1:
            raise Rejected(sentence("fault_whole_order", vendor="eBay"))
        body = {
            "legacyOrderId": order.legacy_order_id,
            "cancelReason": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
            "buyerPaid": order.is_paid,
        }
        if order.is_paid:
            body["buyerPaidDate"] = {"value": _written(order.creation_date)}
        reply = await self._ebay.write(
            "POST",
            f"{self._config.api_url}/post-order/v2/cancellation",
            json=body,
            headers={"X-EBAY-C-MARKETPLACE-ID": self._config.marketplace_id},
            auth=self._post_order_auth,
        )
        if not self._ebay.parse(reply, _Cancelled).cancel_id:
            raise Rejected(sentence("fault_order_final", vendor="eBay"))

    async def _modified_since(self, start: datetime) -> list["_Order"]:
        orders: dict[str, _Order] = {}
        offset = 0
        while True:
            reply = await self._ebay.read(
                "GET",
                self._orders,
                params={
                    "filter": f"lastmodifieddate:[{_written(start)}..]",
                    "limit": _PAGE,
                    "offset": offset,
                },
                auth=self._auth,
            )
            page = self._ebay.parse(reply, _Orders)
            orders.update((order.order_id, order) for order in page.orders)
            offset += _PAGE
            if not page.orders or offset >= page.total:
                return list(orders.values())


def _date(cursor: str) -> datetime:
    try:
        return datetime.fromisoformat(cursor)
    except ValueError as error:
        raise NotFound(f"eBay's sales can't be read from {cursor!r} on.") from error


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _LineItem(Wire):
    line_item_id: str
    legacy_item_id: str = ""
    sku: str = ""
    quantity: int = 1
    line_item_cost: Maybe[Amount] = None


class _CancelStatus(Wire):
    cancel_state: str = ""


class _Order(Wire):
    order_id: str
    legacy_order_id: str = ""
    creation_date: AwareDatetime
    last_modified_date: AwareDatetime
    order_payment_status: str = ""
    cancel_status: _CancelStatus = _CancelStatus()
    line_items: list[_LineItem] = []

    @property
    def is_paid(self) -> bool:
        return self.order_payment_status not in _NOT_PAID

    @property
    def is_cancelled(self) -> bool:
        return self.cancel_status.cancel_state not in _NOT_CANCELLED

    def sales(self) -> list[Sale]:
        return [
            Sale(
                sale_id=f"{self.order_id}/{line.line_item_id}",
                listing_id=line.legacy_item_id,
                key=line.sku,
                quantity=line.quantity,
                amount=line.line_item_cost.value if line.line_item_cost else None,
                currency=line.line_item_cost.currency if line.line_item_cost else "USD",
                sold_at=self.creation_date,
                is_paid=self.is_paid,
                is_cancelled=self.is_cancelled,
            )
            for line in self.line_items
        ]


class _Orders(Wire):
    total: int = 0
    orders: list[_Order] = []


class _Cancelled(Wire):
    cancel_id: str = ""
