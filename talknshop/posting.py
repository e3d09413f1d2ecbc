"""What passes between a listing's workflow, its activities and the people who act on it."""

from typing import Any

from talknshop.jobs import Handoff, ListingRequest
from talknshop.listing import FittedListing, ListingProblem
from talknshop.model import MarketplaceName, Value


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
