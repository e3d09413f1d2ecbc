"""A person's price alerts as the gateway uses them."""

import uuid
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowQueryFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from api.errors import Invalid, NotFound, Unavailable, fields_of
from api.jobs import PATIENCE, patiently
from talknshop.messages import sentence
from talknshop.model import UserId
from talknshop.watches import StopWatching, Terms, Watch, WatchOffer
from workflows.ids import CONVERSATIONS, watches_workflow_id
from workflows.watching import WatchesState, WatchesWorkflow

# Of no meaning but ours: an offer is watched once by each person.
_NAMESPACE = uuid.UUID("3f0a9a0e-2f0b-5b8e-9d53-7a1d3c0e6b11")


class Watches:
    """Every method raises ApiError. `interval`: between two looks at a price."""

    def __init__(self, client: Client, interval: timedelta) -> None:
        self._client = client
        self._interval = interval

    async def begin(self, user_id: UserId, session_id: str, payload: dict[str, Any]) -> Watch:
        """`payload`: marketplace, product_id, target, drop_percent."""
        try:
            terms = Terms.model_validate(payload)
            offer = WatchOffer.model_validate(
                {
                    **payload,
                    "terms": terms,
                    "user_id": user_id,
                    "session_id": session_id,
                    "watch_id": _watch_id(user_id, payload),
                }
            )
        except ValidationError as error:
            raise Invalid("invalid_watch", sentence("api_fields"), **fields_of(error)) from None
        start = WithStartWorkflowOperation(
            WatchesWorkflow.run,
            WatchesState(user_id=user_id, interval=self._interval),
            id=watches_workflow_id(user_id),
            task_queue=CONVERSATIONS,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"price alerts of {user_id}",
        )
        return await patiently(
            self._client.execute_update_with_start_workflow(
                WatchesWorkflow.watch,
                offer,
                start_workflow_operation=start,
                rpc_timeout=PATIENCE,
            )
        )

    async def all(self, user_id: UserId) -> list[Watch]:
        """Newest first; none for whoever never watched anything."""
        try:
            return await self._handle(user_id).query(
                WatchesWorkflow.watches, rpc_timeout=timedelta(seconds=10)
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return []
            raise _unavailable() from error
        except WorkflowQueryFailedError as error:
            raise _unavailable() from error

    async def stop(self, user_id: UserId, watch_id: str) -> None:
        if not any(watch.watch_id == watch_id for watch in await self.all(user_id)):
            raise NotFound("no_such_watch", sentence("api_no_such_watch"))
        await patiently(
            self._handle(user_id).execute_update(
                WatchesWorkflow.stop,
                StopWatching(user_id=user_id, watch_id=watch_id),
                rpc_timeout=PATIENCE,
            )
        )

    def _handle(self, user_id: UserId) -> WorkflowHandle[WatchesWorkflow, None]:
        return self._client.get_workflow_handle_for(
            WatchesWorkflow.run, watches_workflow_id(user_id)
        )


def _watch_id(user_id: UserId, payload: dict[str, Any]) -> str:
    offer = f"{user_id}\n{payload.get('marketplace')}\n{payload.get('product_id')}"
    return str(uuid.uuid5(_NAMESPACE, offer))


def _unavailable() -> Unavailable:
    return Unavailable("unavailable", sentence("api_catching_up"))
