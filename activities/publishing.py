"""Putting one listing on one marketplace, exactly once, changing it there and taking it down."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

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
from adapters.marketplaces.accounts import ConnectedMarketplaces
from adapters.marketplaces.port import Live, Notices, PhotoSource, PostingMarketplace
from talknshop.errors import FailureCode
from talknshop.headlines import marketplace_title
from talknshop.jobs import ListingRequest
from talknshop.listing import FittedListing, ListingSpec
from talknshop.listing_text import fit, with_fitted_text
from talknshop.messages import sentence, together
from talknshop.posting import (
    AskForNotices,
    CancelSale,
    CheckListing,
    ListingCheck,
    LookForSales,
    Published,
    PublishOutcome,
    RecognizeUrl,
    RenewRequest,
    Sales,
    UpdateOutcome,
    UpdateRequest,
    WithdrawRequest,
)

T = TypeVar("T")


class PublishingActivities:
    """`photos_of` gives the photo source of one person; `notices` those who send some."""

    def __init__(
        self,
        connected: ConnectedMarketplaces,
        photos_of: Callable[[str], PhotoSource],
        notices: Mapping[str, Notices],
    ) -> None:
        self._connected = connected
        self._marketplaces = connected.marketplaces
        self._photos_of = photos_of
        self._notices = notices

    @activity.defn
    async def check_listing(self, request: CheckListing) -> ListingCheck:
        """Every rule that the listing would break, on every marketplace asked for."""
        names = request.marketplaces or sorted(self._marketplaces)
        known = [name for name in names if name in self._marketplaces]
        listing = request.listing.listing
        fitted = {name: fitted_to(self._marketplaces[name], listing) for name in known}
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
            marketplace = await self._acting_for(request)
            request = _checked(marketplace, request)
            if marketplace.assisted:
                return PublishOutcome(handoff=marketplace.handoff(request))
            async with heartbeating():
                photos = self._photos_of(request.user_id)
                publishing = (
                    marketplace.publish(request, photos)
                    if marketplace.finds
                    else _publish_fenced(marketplace, request, photos)
                )
                live = await _to_its_end(publishing)
        return PublishOutcome(published=_published(marketplace, live))

    @activity.defn
    async def update_listing(self, request: UpdateRequest) -> UpdateOutcome:
        """Make a live listing read as it should now. Run twice, it changes nothing more."""
        with typed_failures():
            marketplace = await self._acting_for(request.listing)
            listing = _checked(marketplace, request.listing)
            # How many there are is told to marketplaces that count.
            changed = [
                field
                for field in request.changed
                if field != "quantity" or field in marketplace.updates
            ]
            if not changed:
                return UpdateOutcome()
            if marketplace.assisted:
                return UpdateOutcome(handoff=marketplace.handoff(listing))
            photos = self._photos_of(listing.user_id)
            async with heartbeating():
                await _to_its_end(marketplace.update(listing, request.listing_id, changed, photos))
        return UpdateOutcome()

    @activity.defn
    async def renew_listing(self, request: RenewRequest) -> Published:
        """Let a live listing stay up for longer."""
        with typed_failures():
            marketplace = await self._acting_for(request.listing)
            async with heartbeating():
                live = await _to_its_end(marketplace.renew(request.listing, request.listing_id))
            return _published(marketplace, live)

    @activity.defn
    async def cancel_sale(self, request: CancelSale) -> None:
        """Cancel an order for which there is nothing left."""
        with typed_failures():
            async with heartbeating():
                marketplace = await self._acting_for(request.listing)
                await marketplace.cancel_sale(request.sale.sale_id)

    @activity.defn
    async def ask_for_notices(self, request: AskForNotices) -> None:
        """Have a marketplace tell of sales by itself. Run twice, it changes nothing more."""
        with typed_failures():
            notices = self._notices.get(request.marketplace)
            if notices is None:
                raise Unsupported(
                    sentence("fault_no_notices", vendor=marketplace_title(request.marketplace))
                )
            async with heartbeating():
                await notices.subscribe(request.webhook)

    @activity.defn
    async def look_for_sales(self, request: LookForSales) -> Sales:
        """What was sold on a marketplace since the last look."""
        with typed_failures():
            async with heartbeating():
                marketplace = (
                    await self._connected.acting_for(request.user_id, request.marketplace)
                    if request.user_id
                    else self._connected.get(request.marketplace)
                )
                return await marketplace.sales_since(request.cursor)

    @activity.defn
    async def withdraw_listing(self, request: WithdrawRequest) -> None:
        """Take a listing down; one that is already down is a success."""
        with typed_failures():
            marketplace = await self._acting_for(request.listing)
            async with heartbeating():
                await _to_its_end(_withdraw(marketplace, request))

    @activity.defn
    async def recognize_url(self, request: RecognizeUrl) -> Published:
        """The listing that a URL names; rejected when it is not one of that marketplace's."""
        with typed_failures():
            listing_id = self._connected.get(request.marketplace).listing_id_from(request.url)
            if listing_id is None:
                raise Rejected(
                    sentence(
                        "address_no_listing",
                        url=request.url,
                        vendor=marketplace_title(request.marketplace),
                    )
                )
            return Published(listing_id=listing_id, url=request.url)

    async def _acting_for(self, listing: ListingRequest) -> PostingMarketplace:
        """With the account that the listing's owner linked there, if they did."""
        return await self._connected.acting_for(listing.user_id, listing.marketplace)


class InDoubtError(AdapterError):
    """Nobody but a person can find out whether it was posted: never retried by itself."""

    code = FailureCode.IN_DOUBT


async def _withdraw(marketplace: PostingMarketplace, request: WithdrawRequest) -> None:
    listing_id = request.listing_id
    if not listing_id and marketplace.finds:
        found = await marketplace.find(request.listing)
        listing_id = found.listing_id if found else ""
    if listing_id:
        await marketplace.withdraw(request.listing, listing_id)


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """An activity that is called off still ends what it has begun with a marketplace.

    Only a worker that is about to be killed gives up half-way: the next attempt looks first.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if activity.is_worker_shutdown():
            task.cancel()
            raise
        return await task


def _checked(marketplace: PostingMarketplace, request: ListingRequest) -> ListingRequest:
    """With the words fitted to the marketplace's rules. Raises Rejected for what breaks them."""
    listing = with_fitted_text(request.listing, fitted_to(marketplace, request.listing))
    if problems := marketplace.problems(listing):
        raise Rejected(together(*(problem.rule for problem in problems)), problems)
    return request.model_copy(update={"listing": listing})


async def _publish_fenced(
    marketplace: PostingMarketplace, request: ListingRequest, photos: PhotoSource
) -> Live:
    """For a marketplace where nobody can look up whether an earlier attempt took effect.

    The listing's workflow grants one attempt at a time, and takes the grant back only after a
    failure that certainly left nothing behind.
    """
    if not await _tell_workflow("begin_posting"):
        raise InDoubtError(
            sentence("fault_in_doubt", vendor=marketplace_title(request.marketplace))
        )
    try:
        return await marketplace.publish(request, photos)
    except (Throttled, Unavailable, Rejected, Unauthorized, Unsupported):
        await _tell_workflow("give_back_posting")
        raise
    except AdapterError as error:
        raise InDoubtError(error.said) from error


def _published(marketplace: PostingMarketplace, live: Live) -> Published:
    return Published(
        listing_id=live.listing_id,
        url=live.url,
        warnings=[*live.warnings],
        lifetime=marketplace.lifetime,
    )


def fitted_to(marketplace: PostingMarketplace, listing: ListingSpec) -> FittedListing:
    """What that marketplace gets of a listing."""
    words = fit(listing, marketplace.name, marketplace.text)
    told = {
        "category": marketplace.category(listing),
        "attributes": marketplace.attributes(listing),
    }
    return words.model_copy(update=told)


async def _tell_workflow(update: str) -> bool:
    """An update of the workflow that runs this activity, with the attempt's number."""
    info = activity.info()
    handle = activity.client().get_workflow_handle(
        info.workflow_id or "", run_id=info.workflow_run_id
    )
    granted: bool = await handle.execute_update(update, info.attempt, result_type=bool)
    return granted
