"""Linking marketplace accounts: codes to grants, and waiting listings back to work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.service import RPCError, RPCStatusCode

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.errors import Rejected, Unauthorized, Unsupported
from adapters.marketplaces.accounts import Grants
from adapters.marketplaces.linking import AccountLinking
from adapters.marketplaces.port import PostingMarketplace
from adapters.secrets.links import PendingLinks
from talknshop.accounts import AccountRef, ChosenPlace, LinkAccount, LinkedAccount, Place, Resumed
from talknshop.errors import FailureCode
from talknshop.headlines import marketplace_title
from talknshop.messages import sentence
from talknshop.posting import RetryListing


class AccountActivities:
    """`sales_interval`: how often a linked account is asked what was sold."""

    def __init__(
        self,
        marketplaces: Mapping[str, PostingMarketplace],
        linking: Mapping[str, AccountLinking],
        links: PendingLinks,
        grants: Grants,
        sales_interval: timedelta,
    ) -> None:
        self._marketplaces = marketplaces
        self._linking = linking
        self._links = links
        self._grants = grants
        self._sales_interval = sales_interval

    @activity.defn
    async def link_account(self, request: LinkAccount) -> LinkedAccount:
        """Redeem the code that came back from the marketplace, and keep what it gives."""
        with typed_failures():
            linking = self._linking.get(request.marketplace)
            if linking is None:
                raise Unsupported(
                    sentence("cannot_link", vendor=marketplace_title(request.marketplace))
                )
            async with heartbeating():
                link = await self._links.get(request.link_id)
                if link is None or not link.is_of(request.user_id, request.marketplace):
                    raise Rejected(sentence("api_link_expired"))
                grant = await linking.redeem(link.code, link.redirect_uri, link.verifier)
                await self._grants.put(request.user_id, request.marketplace, grant)
                await self._links.delete(request.link_id)
        posting = self._marketplaces.get(request.marketplace)
        return LinkedAccount(
            expires_at=grant.expires_at,
            scopes=list(grant.scopes),
            place=grant.account,
            places=[Place(place_id=each.place_id, name=each.name) for each in grant.places],
            sales_interval=self._sales_interval if posting and posting.reports_sales else None,
        )

    @activity.defn
    async def use_place(self, chosen: ChosenPlace) -> None:
        """Listings go there from now on. Rejected while some are up: they would be looked for
        where they are not."""
        query = (
            f'Kind = "listing" AND UserId = "{chosen.user_id}"'
            f' AND Marketplace = "{chosen.marketplace}" AND ExecutionStatus = "Running"'
        )
        with typed_failures():
            up = (await activity.client().count_workflows(query)).count
            if up:
                raise Rejected(sentence("place_in_use", count=up))
            grant = await self._grants.get(chosen.user_id, chosen.marketplace)
            if grant is None:
                vendor = marketplace_title(chosen.marketplace)
                raise Unauthorized(sentence("fault_link_first", vendor=vendor))
            moved = replace(grant, account=chosen.place_id)
            await self._grants.put(chosen.user_id, chosen.marketplace, moved)

    @activity.defn
    async def unlink_account(self, account: AccountRef) -> None:
        """Forget a grant; one that is not there is forgotten already."""
        with typed_failures():
            await self._grants.delete(account.user_id, account.marketplace)

    @activity.defn
    async def resume_listings(self, account: AccountRef) -> Resumed:
        """Have every listing that waits for this account try again. Run twice, it does no harm."""
        query = (
            f'Kind = "listing" AND Stage = "needs_action" AND Needs = "{FailureCode.UNAUTHORIZED}"'
            f' AND UserId = "{account.user_id}" AND Marketplace = "{account.marketplace}"'
        )
        client, count = activity.client(), 0
        async for listing in client.list_workflows(query):
            activity.heartbeat()
            try:
                await client.get_workflow_handle(listing.id).start_update(
                    "retry",
                    RetryListing(user_id=account.user_id),
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                )
            except WorkflowUpdateFailedError:
                continue  # it is at work already
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
            else:
                count += 1
        return Resumed(count=count)
