"""What a person orders by words about listings that are up: which one is meant, and what became
of it."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import model_validator
from rapidfuzz import fuzz

from talknshop.jobs import JobDetails, ListingStatus, MarketplaceJob
from talknshop.messages import Said
from talknshop.model import Currency, MarketplaceName, Price, Value

OrderAction = Literal["status", "reprice", "edit", "withdraw", "mark_sold", "retry", "relist"]

MEMO_TITLE = "title"  # where a job's memo has its title

# Of the words that name a thing, so much must be in a listing's title.
_ALIKE = 80


class Order(Value):
    """`thing` in the person's words, empty for "it"; `marketplace` None for all of them.

    `every`: whatever the person offers, when no thing is named: all of it for `status`, else what
    they say when asked which.
    """

    action: OrderAction
    thing: str = ""
    every: bool = False
    marketplace: MarketplaceName | None = None
    price: Price | None = None


class OwnJob(Value):
    """As much of a job as it takes to know which one is meant; the newest comes first."""

    job_id: str
    title: str
    currency: Currency
    listings: list[MarketplaceJob]

    @classmethod
    def of(cls, job: JobDetails) -> "OwnJob":
        return cls(
            job_id=job.job_id,
            title=job.title,
            currency=job.listing.currency,
            listings=job.marketplace_jobs,
        )

    def suited(self, order: Order) -> list[MarketplaceName]:
        """The marketplaces on which the order can be carried out."""
        return [
            entry.marketplace
            for entry in self.listings
            if order.marketplace in (None, entry.marketplace) and _suits(order.action, entry)
        ]


def _suits(action: OrderAction, entry: MarketplaceJob) -> bool:
    match action:
        case "status":
            return True
        case "retry":
            waits = entry.needs is not None and "retry" in entry.needs.actions
            return waits or entry.status is ListingStatus.FAILED
        case "relist":
            return entry.status in (
                ListingStatus.WITHDRAWN,
                ListingStatus.EXPIRED,
                ListingStatus.FAILED,
            )
        case "mark_sold":
            return bool(entry.confirmation_link) and not entry.status.is_final
        case "reprice" | "edit" | "withdraw":
            return not entry.status.is_final


class FindJobs(Value):
    """`posted`: the jobs that the asking conversation has just begun, the newest last.

    `thing` in the person's words, empty for any.
    """

    user_id: str
    posted: list[str] = []
    thing: str = ""


class FoundJobs(Value):
    """The newest come first. `only_newest`: so many were looked through, and there are more."""

    jobs: list[OwnJob]
    only_newest: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_older_builds(cls, found: Any) -> Any:
        """They answered with the jobs alone, and such answers are in histories."""
        return {"jobs": found} if isinstance(found, list) else found


class Carried(Value):
    """What became of an order: where it is done, where it is under way, and what was refused."""

    job: OwnJob
    done: list[MarketplaceName] = []
    under_way: list[MarketplaceName] = []
    refused: Said = ""


class OrderFor(Value):
    """`key`: the same one again is carried out once. `marketplaces`: those that are meant."""

    user_id: str
    key: str
    order: Order
    job_id: str
    marketplaces: list[MarketplaceName]


def meant(order: Order, jobs: Sequence[OwnJob]) -> list[OwnJob]:
    """The jobs that may be meant: one when it is clear, several to ask about, none.

    Only those that the order suits; when the thing fits none of these, those that it would fit.
    """
    named = [job for job in jobs if is_named(order.thing, job.title)] if order.thing else [*jobs]
    suited = [job for job in named if job.suited(order)]
    if not order.thing:
        return suited if order.every else suited[:1]
    if not suited:
        return named[:1]
    exact = [job for job in suited if job.title.casefold() == order.thing.casefold()]
    # Of the same thing posted twice, the newer one.
    distinct = {job.title.casefold(): job for job in reversed(exact or suited)}
    return [*reversed(distinct.values())]


def is_named(thing: str, title: str) -> bool:
    """Whether those words may mean something of that title."""
    thing, title = thing.casefold(), title.casefold()
    return thing in title or fuzz.token_set_ratio(thing, title) >= _ALIKE
