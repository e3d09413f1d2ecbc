"""Putting one listing on one marketplace, exactly once, and taking it down."""

from collections.abc import Callable, Mapping

from temporalio import activity

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.errors import (
    AdapterError,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from adapters.marketplaces.port import Live, PhotoSource, PostingMarketplace
from talknshop.errors import FailureCode
from talknshop.jobs import ListingRequest
from talknshop.listing import FittedListing, ListingSpec
from talknshop.listing_text import fit, with_fitted_text
from talknshop.posting import (
    CheckListing,
    ListingCheck,
    Published,
    PublishOutcome,
    RecognizeUrl,
    WithdrawRequest,
)


class PublishingActivities:
    """`photos_of` gives the photo source of one person."""

    def __init__(
        self,
        marketplaces: Mapping[str, PostingMarketplace],
        photos_of: Callable[[str], PhotoSource],
    ) -> None:
        self._marketplaces = marketplaces
        self._photos_of = photos_of

    @activity.defn
    async def check_listing(self, request: CheckListing) -> ListingCheck:
        """Every rule that the listing would break, on every marketplace asked for."""
        names = request.marketplaces or sorted(self._marketplaces)
        known = [name for name in names if name in self._marketplaces]
        listing = request.listing.listing
        fitted = {name: _fitted(self._marketplaces[name], listing) for name in known}
        return ListingCheck(
            problems=[
                problem
                for name, words in fitted.items()
                for problem in self._marketplaces[name].problems(with_fitted_text(listing, words))
            ],
            fitted=list(fitted.values()),
            unknown_marketplaces=[name for name in names if name not in self._marketplaces],
        )

    @activity.defn
    async def publish_listing(self, request: ListingRequest) -> PublishOutcome:
        """Look up, create, publish. Run twice, or with its reply lost, it leaves one listing."""
        with typed_failures():
            marketplace = self._marketplace(request.marketplace)
            words = _fitted(marketplace, request.listing)
            request = request.model_copy(
                update={"listing": with_fitted_text(request.listing, words)}
            )
            problems = marketplace.problems(request.listing)
            if problems:
                raise Rejected(" ".join(problem.rule for problem in problems), problems)
            if marketplace.assisted:
                return PublishOutcome(handoff=marketplace.handoff(request))
            async with heartbeating():
                publish = self._publish if marketplace.finds else self._publish_fenced
                live = await publish(marketplace, request)
        return PublishOutcome(
            published=Published(listing_id=live.listing_id, url=live.url, warnings=[*live.warnings])
        )

    async def _publish(self, marketplace: PostingMarketplace, request: ListingRequest) -> Live:
        found = await marketplace.find(request)
        return found or await marketplace.publish(request, self._photos_of(request.user_id))

    async def _publish_fenced(
        self, marketplace: PostingMarketplace, request: ListingRequest
    ) -> Live:
        """For a marketplace where nobody can look up whether an earlier attempt took effect.

        The listing's workflow grants one attempt at a time, and takes the grant back only after a
        failure that certainly left nothing behind.
        """
        if not await _tell_workflow("begin_posting"):
            raise InDoubtError(
                f"An earlier attempt to post on {request.marketplace} got no answer, and"
                f" {request.marketplace} can't be asked. Look at your account there first."
            )
        try:
            return await marketplace.publish(request, self._photos_of(request.user_id))
        except (Throttled, Unavailable, Rejected, Unauthorized, Unsupported):
            await _tell_workflow("give_back_posting")
            raise
        except AdapterError as error:
            raise InDoubtError(str(error)) from error

    @activity.defn
    async def withdraw_listing(self, request: WithdrawRequest) -> None:
        """Take a listing down; one that is already down is a success."""
        with typed_failures():
            marketplace = self._marketplace(request.listing.marketplace)
            async with heartbeating():
                listing_id = request.listing_id
                if not listing_id and marketplace.finds:
                    found = await marketplace.find(request.listing)
                    listing_id = found.listing_id if found else ""
                if listing_id:
                    await marketplace.withdraw(request.listing, listing_id)

    @activity.defn
    async def recognize_url(self, request: RecognizeUrl) -> Published:
        """The listing that a URL names; rejected when it is not one of that marketplace's."""
        with typed_failures():
            listing_id = self._marketplace(request.marketplace).listing_id_from(request.url)
            if listing_id is None:
                raise Rejected(
                    f"{request.url!r} is not the address of a listing on {request.marketplace}."
                )
            return Published(listing_id=listing_id, url=request.url)

    def _marketplace(self, name: str) -> PostingMarketplace:
        marketplace = self._marketplaces.get(name)
        if marketplace is None:
            known = ", ".join(sorted(self._marketplaces)) or "none"
            raise Unsupported(f"{name!r} is not connected here; connected: {known}.")
        return marketplace


class InDoubtError(AdapterError):
    """Nobody but a person can find out whether it was posted: never retried by itself."""

    code = FailureCode.IN_DOUBT


def _fitted(marketplace: PostingMarketplace, listing: ListingSpec) -> FittedListing:
    return fit(listing, marketplace.name, marketplace.text, marketplace.category(listing))


async def _tell_workflow(update: str) -> bool:
    """An update of the workflow that runs this activity, with the attempt's number."""
    info = activity.info()
    handle = activity.client().get_workflow_handle(
        info.workflow_id or "", run_id=info.workflow_run_id
    )
    granted: bool = await handle.execute_update(update, info.attempt, result_type=bool)
    return granted
