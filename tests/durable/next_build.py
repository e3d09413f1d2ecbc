"""The listing workflow as a later build may have it: one more step before a listing is live."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from talknshop.jobs import MarketplaceJob
    from talknshop.listing import ListingSpec
    from talknshop.posting import ListingState, Published
    from workflows.listing import ListingWorkflow

PATCH = "wait-before-live"
NEW_STEP = timedelta(milliseconds=10)


@workflow.defn(name="ListingWorkflow")
class PatchedListingWorkflow(ListingWorkflow):
    @workflow.init
    def __init__(self, state: ListingState) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: ListingState) -> MarketplaceJob:
        return await super().run(state)

    async def _go_live(self, published: Published, shown: ListingSpec) -> None:
        if workflow.patched(PATCH):
            await workflow.sleep(NEW_STEP)
        await super()._go_live(published, shown)


@workflow.defn(name="ListingWorkflow")
class CarelessListingWorkflow(ListingWorkflow):
    """The same change, without saying so."""

    @workflow.init
    def __init__(self, state: ListingState) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: ListingState) -> MarketplaceJob:
        return await super().run(state)

    async def _go_live(self, published: Published, shown: ListingSpec) -> None:
        await workflow.sleep(NEW_STEP)
        await super()._go_live(published, shown)
