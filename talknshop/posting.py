"""What passes between a listing's workflow, its activities and the people who act on it."""

from datetime import datetime
from typing import Any

from talknshop.jobs import Handoff, ListingRequest, ListingStatus
from talknshop.listing import FittedListing, ListingProblem
from talknshop.model import Currency, MarketplaceName, Price, Value


class Published(Value):
    """A listing that people can see."""

    listing_id: str
    url: str
    warnings: list[str] = []


class PublishOutcome(Value):
    """Either `published`, or a `handoff` for the person to post by hand."""

    published: Published | None = None
    handoff: Handoff | None = None


class WithdrawRequest(Value):
    listing: ListingRequest
    listing_id: str = ""


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
    warnings: list[str] = []


class RetryListing(Value):
    """A person's answer to `needs_action`.

    `url`: they posted by hand, and this is the listing. `again`: they looked, and a doubtful
    attempt did not post. `changes`: ListingSpec fields to change before trying again.
    """

    user_id: str
    url: str = ""
    again: bool = False
    changes: dict[str, Any] = {}


class ListingCommand(Value):
    """Withdraw, cancel or mark sold. `done_by_person`: they took it down themselves."""

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
    note: str = ""


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
