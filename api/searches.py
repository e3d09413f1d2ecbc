"""A search or a look at one offer outside of any conversation: short workflows, waited for."""

import uuid
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from api.errors import NotFound, Unavailable
from talknshop.errors import FailureCode
from talknshop.events import ResultsData
from talknshop.messages import sentence
from talknshop.model import MarketplaceName, UserId
from talknshop.products import ProductRequest, ProductResult
from talknshop.requirement import RequirementSpec
from workflows.ids import REQUESTS, product_id, search_id
from workflows.searching import ProductWorkflow, SearchCommand, SearchWorkflow

LONGEST = timedelta(seconds=30)


class Searches:
    def __init__(
        self, client: Client, marketplaces: list[MarketplaceName], deadline: timedelta
    ) -> None:
        self._client = client
        self._marketplaces = marketplaces
        self._deadline = deadline

    async def search(self, user_id: UserId, requirement: RequirementSpec) -> ResultsData:
        """Raises Unavailable when nobody answers in time."""
        command = SearchCommand(
            user_id=user_id,
            requirement=requirement,
            marketplaces=self._marketplaces,
            search_deadline_ms=round(self._deadline.total_seconds() * 1000),
        )
        try:
            return await self._client.execute_workflow(
                SearchWorkflow.run,
                command,
                id=search_id(str(uuid.uuid4())),
                task_queue=REQUESTS,
                execution_timeout=LONGEST,
                static_summary=f"search: {requirement.keywords}"[:200],
            )
        except (WorkflowFailureError, RPCError) as error:
            raise Unavailable("unavailable", sentence("api_search_late")) from error

    async def product(self, marketplace: MarketplaceName, offer_id: str) -> ProductResult:
        """Raises NotFound when there is no such offer, Unavailable when it can't be read now."""
        request = ProductRequest(
            marketplace=marketplace,
            product_id=offer_id,
            deadline_ms=round(self._deadline.total_seconds() * 1000),
        )
        try:
            answer = await self._client.execute_workflow(
                ProductWorkflow.run,
                request,
                id=product_id(str(uuid.uuid4())),
                task_queue=REQUESTS,
                execution_timeout=LONGEST,
            )
        except (WorkflowFailureError, RPCError) as error:
            raise Unavailable("unavailable", sentence("api_offer_late")) from error
        if answer.product is not None:
            return answer.product
        refused = NotFound if answer.code is FailureCode.NOT_FOUND else Unavailable
        raise refused(answer.code or FailureCode.INTERNAL, answer.error)
