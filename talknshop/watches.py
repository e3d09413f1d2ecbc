"""Price alerts: which offers a person watches, and when their price is news."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from talknshop.messages import Said, sentence
from talknshop.model import Currency, MarketplaceName, Price, UserId, Value
from talknshop.products import Availability, ProductResult

# Each is looked at again and again: enough for a person, bearable for the marketplaces.
MOST_WATCHES = 20


class Terms(Value):
    """When to tell: at `target` or below, or `drop_percent` below the first price; either will do.

    `target` is in the offer's own currency.
    """

    target: Price | None = None
    drop_percent: Annotated[float, Field(gt=0, le=90)] | None = None

    @model_validator(mode="after")
    def _says_when(self) -> "Terms":
        if self.target is None and self.drop_percent is None:
            raise ValueError("give target, drop_percent or both")
        return self

    def are_met(self, first: Decimal, price: Decimal) -> bool:
        if self.target is not None and price <= self.target:
            return True
        return self.drop_percent is not None and price <= first * (
            1 - Decimal(str(self.drop_percent)) / 100
        )


class WatchStatus(StrEnum):
    WATCHING = "watching"
    GONE = "gone"  # the marketplace has no such offer any more
    OVER = "over"  # watched for as long as a watch lasts
    STOPPED = "stopped"  # by the person; it is in no list any more


class Watch(Value):
    """One watched offer. `price` is the last that was seen, at `looked_at`.

    `told_price` is the price of the last alert; it is forgotten once the price is no news any more,
    so that the next drop is told again. `problem` says why the last look told nothing.
    """

    watch_id: str
    session_id: str = ""
    marketplace: MarketplaceName
    product_id: str
    title: str
    image_url: str | None = None
    deep_link: str
    currency: Currency
    first_price: Price
    price: Price
    lowest_price: Price
    availability: Availability = Availability.UNKNOWN
    target: Price | None = None
    drop_percent: float | None = None
    status: WatchStatus = WatchStatus.WATCHING
    told_price: Price | None = None
    told_at: datetime | None = None
    problem: Said = ""
    created_at: datetime
    looked_at: datetime
    next_look_at: datetime
    ends_at: datetime

    @property
    def is_met(self) -> bool:
        """Whether the price is what the person waits for, and the thing can be had."""
        terms = Terms(target=self.target, drop_percent=self.drop_percent)
        in_stock = self.availability is not Availability.OUT_OF_STOCK
        return in_stock and terms.are_met(self.first_price, self.price)

    @property
    def is_news(self) -> bool:
        """Whether to tell the person now: the same price is told once, a lower one again."""
        return self.is_met and (self.told_price is None or self.price < self.told_price)

    def seen(self, offer: ProductResult, now: datetime) -> "Watch":
        """The watch after a look. A price in another currency can't be compared, so it is not."""
        if offer.currency != self.currency:
            return self.not_seen(sentence("watch_other_currency", currency=offer.currency), now)
        after = self.model_copy(
            update={
                "price": offer.price,
                "lowest_price": min(self.lowest_price, offer.price),
                "availability": offer.availability,
                "title": offer.title,
                "deep_link": offer.deep_link,
                "image_url": offer.image_url,
                "looked_at": now,
                "problem": "",
            }
        )
        return after if after.is_met else after.model_copy(update={"told_price": None})

    def not_seen(self, problem: Said, now: datetime) -> "Watch":
        return self.model_copy(update={"problem": problem, "looked_at": now})


class WatchOffer(Value):
    """Begin to watch an offer, or change when to tell of it. `session_id` may be empty."""

    watch_id: str
    user_id: UserId
    session_id: str = ""
    marketplace: MarketplaceName
    product_id: str = Field(min_length=1, max_length=100)
    terms: Terms


class StopWatching(Value):
    user_id: UserId
    watch_id: str


class WatchNews(Value):
    """For the conversation that a watch began in. `dropped`: the price is what was waited for."""

    watch: Watch
    dropped: bool = False
