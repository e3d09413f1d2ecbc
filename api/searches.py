"""A search outside of any conversation: a short workflow, waited for."""

import uuid
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from api.errors import Unavailable
from talknshop.events import ResultsData
from talknshop.model import MarketplaceName, UserId
from talknshop.requirement import RequirementSpec
from workflows.ids import CONVERSATIONS, search_id
from workflows.searching import SearchCommand, SearchWorkflow

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
                task_queue=CONVERSATIONS,
                execution_timeout=LONGEST,
                static_summary=f"search: {requirement.keywords}"[:200],
            )
        except (WorkflowFailureError, RPCError) as error:
            raise Unavailable("unavailable", "The search did not finish in time.") from error
