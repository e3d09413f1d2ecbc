"""Conversations as the gateway uses them: commands to the workflow, pages of its log."""

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.errors import ApiError, Conflict, NotFound, Unavailable, refusal
from talknshop.commands import Accepted, AnswerQuestion, PerformAction, SendMessage
from talknshop.events import EventPage
from talknshop.model import SessionId, UserId
from workflows.conversation import (
    ConversationSettings,
    ConversationView,
    ConversationWorkflow,
    new_conversation,
)
from workflows.ids import CONVERSATIONS, conversation_id

# A person's patience: then the client is told to send the same message again.
PATIENCE = timedelta(seconds=20)
PAGE = 100


class Conversations:
    """Every method raises ApiError. Callers give the user id of whoever asks."""

    def __init__(self, client: Client, settings: ConversationSettings) -> None:
        self._client = client
        self._settings = settings

    async def send(self, message: SendMessage) -> Accepted:
        """Starts the conversation if there is none; the same message id twice is done once."""
        start = WithStartWorkflowOperation(
            ConversationWorkflow.run,
            new_conversation(message.session_id, message.user_id, self._settings),
            id=conversation_id(message.session_id),
            task_queue=CONVERSATIONS,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            static_summary=f"conversation of {message.user_id}",
        )
        return await _patiently(
            self._client.execute_update_with_start_workflow(
                ConversationWorkflow.send_message,
                message,
                start_workflow_operation=start,
                id=message.message_id,
                rpc_timeout=PATIENCE,
            )
        )

    async def answer(self, answer: AnswerQuestion) -> Accepted:
        return await _patiently(
            self._handle(answer.session_id).execute_update(
                ConversationWorkflow.answer_question,
                answer,
                id=answer.message_id,
                rpc_timeout=PATIENCE,
            )
        )

    async def act(self, action: PerformAction) -> Accepted:
        return await _patiently(
            self._handle(action.session_id).execute_update(
                ConversationWorkflow.perform_action,
                action,
                id=action.message_id,
                rpc_timeout=PATIENCE,
            )
        )

    async def cancel_turn(self, session_id: SessionId) -> None:
        """Stops the turn being worked on; nothing happens when there is none."""
        try:
            await self._handle(session_id).signal(
                ConversationWorkflow.cancel_turn, rpc_timeout=PATIENCE
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise _unavailable() from error

    async def events_since(self, session_id: SessionId, event_id: int) -> EventPage | None:
        """A page of the log; None when the conversation has not begun."""
        page: EventPage | None = await self._query(
            session_id, ConversationWorkflow.events_since, [event_id, PAGE]
        )
        return page

    async def view(self, session_id: SessionId, user_id: UserId) -> ConversationView:
        """Raises NotFound for an unknown conversation and for somebody else's alike."""
        view: ConversationView | None = await self._query(
            session_id, ConversationWorkflow.conversation, []
        )
        if view is None or view.user_id != user_id:
            raise NotFound("no_such_session", f"There is no conversation {session_id!r} of yours.")
        return view

    async def newest(self, user_id: UserId) -> list[ConversationView]:
        """The person's newest fifty. The list is about a second behind."""
        query = f'Kind = "conversation" AND UserId = "{user_id}" AND ExecutionStatus = "Running"'
        views = []
        async for execution in self._client.list_workflows(query, limit=50):
            session_id = execution.id.removeprefix("conversation/")
            try:
                views.append(await self.view(session_id, user_id))
            except NotFound:
                continue  # erased since the list was made
        return views

    async def erase(self, session_id: SessionId, user_id: UserId) -> None:
        """Ends the conversation and deletes its history."""
        from temporalio.api.common.v1 import WorkflowExecution
        from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

        await self.view(session_id, user_id)
        await self._client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=conversation_id(session_id)),
            )
        )

    async def _query(self, session_id: SessionId, query: Any, args: list[Any]) -> Any:
        try:
            return await self._handle(session_id).query(
                query, args=args, rpc_timeout=timedelta(seconds=5)
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise _unavailable() from error
        except WorkflowQueryFailedError as error:
            raise _unavailable() from error

    def _handle(self, session_id: SessionId) -> Any:
        return self._client.get_workflow_handle(conversation_id(session_id))


async def _patiently(call: Coroutine[Any, Any, Accepted]) -> Accepted:
    try:
        return await call
    except WorkflowUpdateFailedError as error:
        raise refusal(error) from error
    except WorkflowAlreadyStartedError as error:
        raise Conflict("ended", "This conversation has ended: start a new one.") from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise _unavailable() from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound("no_such_session", "This conversation has not begun yet.") from error
        raise _unavailable() from error


def _unavailable() -> ApiError:
    return Unavailable("unavailable", "The service is catching up. Please try again in a moment.")
