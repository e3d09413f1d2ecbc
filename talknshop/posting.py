"""What passes between a listing's workflow, its activities and the people who act on it."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from talknshop.jobs import (
    Handoff,
    ListingOrder,
    ListingRequest,
    ListingStatus,
    MarketplaceJob,
    SaleReport,
)
from talknshop.listing import FittedListing, ListingProblem, ListingSpec
from talknshop.messages import Said
from talknshop.model import Count, Currency, MarketplaceName, Price, Value


class Published(Value):
    """A listing that people can see, for a `lifetime` where the marketplace ends it by itself."""

    listing_id: str
    url: str
    warnings: list[Said] = []
    lifetime: timedelta | None = None


class PublishOutcome(Value):
    """Either `published`, or a `handoff` for the person to post by hand."""

    published: Published | None = None
    handoff: Handoff | None = None


class WithdrawRequest(Value):
    listing: ListingRequest
    listing_id: str = ""


class UpdateOutcome(Value):
    """`handoff`: only a person can change it there, and this is what to change."""

    handoff: Handoff | None = None


class RenewRequest(Value):
    listing: ListingRequest
    listing_id: str


class CancelSale(Value):
    """There was nothing left to sell of `listing`."""

    listing: ListingRequest
    sale: SaleReport


class RecognizeUrl(Value):
    """A URL that a person says is the listing they posted by hand."""

    marketplace: MarketplaceName
    url: str


class CheckListing(Value):
    listing: ListingRequest
    marketplaces: list[MarketplaceName]


class ListingCheck(Value):
    """What each marketplace would get, what it would refuse, and which there are to post on."""

    problems: list[ListingProblem] = []
    fitted: list[FittedListing] = []
    unknown_marketplaces: list[MarketplaceName] = []
    warnings: list[Said] = []


class RetryListing(Value):
    """A person's answer to `needs_action`.

    `url`: they posted by hand, and this is the listing. `done`: they did by hand what was asked.
    `again`: they looked, and a doubtful attempt did not post. `changes`: ListingSpec fields to
    change, on this marketplace only, before trying again.
    """

    user_id: str
    url: str = Field("", max_length=2000)
    done: bool = False
    again: bool = False
    changes: dict[str, Any] = {}


class ListingCommand(Value):
    """Withdraw or cancel. `done_by_person`: they took it down themselves."""

    user_id: str
    done_by_person: bool = False


class UpdateRequest(Value):
    """`listing` as it should read now; `changed` names the ListingSpec fields that differ."""

    listing: ListingRequest
    listing_id: str
    changed: list[str]


class Standing(Value):
    """Where a listing stands on its marketplace. `note` is the marketplace's reason, if any.

    `available` is how many are left; None where the marketplace does not count.
    """

    status: ListingStatus
    available: int | None = None
    sold: int = 0
    note: Said = ""


class Sale(Value):
    """Something was bought. `sale_id` names it on its marketplace, and never changes.

    The same sale comes again when something about it has changed. `key` is the listing's natural
    key as the marketplace holds it, which may be shortened: know a listing by its `listing_id`.
    """

    sale_id: str
    listing_id: str
    key: str = ""
    quantity: int = 1
    amount: Price | None = None  # for all pieces, without shipping
    currency: Currency = "USD"
    sold_at: datetime
    is_paid: bool = True
    is_cancelled: bool = False


class Sales(Value):
    """A batch of news in the order of their changes; `cursor` asks for what comes after it."""

    sales: list[Sale]
    cursor: str


class RelistListing(Value):
    user_id: str
    marketplace: MarketplaceName


class EditJob(Value):
    """`changes`: ListingSpec fields, to be changed on every marketplace."""

    user_id: str
    changes: dict[str, Any]


class MarkSold(Value):
    """The person says that it was sold. `command_id`: the same one again counts once."""

    user_id: str
    marketplace: MarketplaceName
    quantity: Count = 1
    command_id: str


class ListingState(BaseModel):
    """All that a listing's workflow knows; it travels whole into the next run.

    `request.listing` is what is wanted; `shown` what the marketplace shows, None while nothing is
    up there; `tried` what was sent and not answered yet.
    """

    request: ListingRequest
    entry: MarketplaceJob
    shown: ListingSpec | None = None
    tried: ListingSpec | None = None
    order: ListingOrder = ListingOrder(revision=0)
    renewed_in_vain: bool = False
    # An attempt was let through to a marketplace that can't be asked what became of it.
    in_doubt: bool = False
    needs_since: datetime | None = None  # since when it waits for a person
    edition: int = 0  # its job's


class LookForSales(Value):
    """`user_id`: whose linked account; empty for our own."""

    marketplace: MarketplaceName
    user_id: str = ""
    cursor: str = ""


class AskForNotices(Value):
    """`webhook`: the address that the marketplace is to send them to."""

    marketplace: MarketplaceName
    webhook: str
