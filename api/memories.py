"""What is remembered of a person, as the gateway shows and changes it; recommendations from it."""

import uuid
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from api.accounts import Accounts
from api.errors import Unavailable
from api.searches import LONGEST
from talknshop.memory import (
    ChangedItem,
    Memory,
    MemorySwitch,
    NewItem,
    Remembered,
    recollection_of,
)
from talknshop.messages import sentence
from talknshop.model import MarketplaceName, UserId
from talknshop.products import Recommendations
from workflows.account import AccountWorkflow
from workflows.ids import REQUESTS, recommend_id
from workflows.recommending import RecommendCommand, RecommendWorkflow


class Memories:
    """Every method raises ApiError."""

    def __init__(
        self,
        client: Client,
        accounts: Accounts,
        marketplaces: list[MarketplaceName],
        deadline: timedelta,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._marketplaces = marketplaces
        self._deadline = deadline

    async def view(self, user_id: UserId) -> Memory:
        return await self._accounts.query(user_id, AccountWorkflow.memory, Memory())

    async def switch(self, user_id: UserId, switch: MemorySwitch) -> Memory:
        update = AccountWorkflow.switch_memory
        memory: Memory = await self._accounts.update(user_id, update, switch)
        return memory

    async def enter(self, user_id: UserId, item: NewItem) -> Remembered:
        update = AccountWorkflow.enter_item
        entered: Remembered = await self._accounts.update(user_id, update, item)
        return entered

    async def change(self, user_id: UserId, change: ChangedItem) -> Remembered:
        update = AccountWorkflow.change_item
        changed: Remembered = await self._accounts.update(user_id, update, change)
        return changed

    async def erase_item(self, user_id: UserId, item_id: str) -> None:
        await self._accounts.update(user_id, AccountWorkflow.erase_item, item_id)

    async def erase(self, user_id: UserId) -> None:
        await self._accounts.update(user_id, AccountWorkflow.erase_memory, user_id)

    async def recommendations(self, user_id: UserId, language: str, limit: int) -> Recommendations:
        """Searches as it needs to. Raises Unavailable when nobody answers in time."""
        recollection = recollection_of(await self.view(user_id))
        if not recollection.seeds:
            return Recommendations()
        command = RecommendCommand(
            user_id=user_id,
            recollection=recollection,
            marketplaces=self._marketplaces,
            search_deadline_ms=round(self._deadline.total_seconds() * 1000),
            language=language,
            limit=limit,
        )
        try:
            return await self._client.execute_workflow(
                RecommendWorkflow.run,
                command,
                id=recommend_id(str(uuid.uuid4())),
                task_queue=REQUESTS,
                execution_timeout=LONGEST,
                static_summary="recommendations",
            )
        except (WorkflowFailureError, RPCError) as error:
            raise Unavailable("unavailable", sentence("api_search_late")) from error
