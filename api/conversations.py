"""Conversations as the gateway uses them: commands to the workflow, pages of its log."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DeleteWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
)
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

from api.errors import ApiError, Conflict, Forbidden, NotFound, Unavailable, refusal
from talknshop.commands import Accepted, AnswerQuestion, PerformAction, Rename, SendMessage
from talknshop.events import ConversationEvent, EventPage
from talknshop.messages import sentence
from talknshop.model import SessionId, UserId, Value
from workflows.conversation import (
    ConversationSettings,
    ConversationView,
    ConversationWorkflow,
    LikelyWords,
    new_conversation,
)
from workflows.ids import CONVERSATIONS, conversation_id

# A person's patience: then the client is told to send the same message again.
PATIENCE = timedelta(seconds=20)
PAGE = 100

T = TypeVar("T")


class ConversationExport(Value):
    """`events`: the log as far as it is kept."""

    conversation: ConversationView
    events: list[ConversationEvent]


class Conversations:
    """Every method raises ApiError. Callers give the user id of whoever asks."""

    def __init__(self, client: Client, settings: ConversationSettings) -> None:
        self._client = client
        self._settings = settings

    async def send(self, message: SendMessage, language: str) -> Accepted:
        """Starts the conversation if there is none, in this language until another is spoken.

        The same message id twice is done once.
        """
        start = WithStartWorkflowOperation(
            ConversationWorkflow.run,
            new_conversation(message.session_id, message.user_id, self._settings, language),
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

    async def events_since(
        self, session_id: SessionId, user_id: UserId, event_id: int
    ) -> EventPage | None:
        """A page of the log; None when the conversation has not begun.

        Raises Forbidden when it is, or has become, somebody else's.
        """
        page: EventPage | None = await self._query(
            session_id, ConversationWorkflow.events_since, [event_id, PAGE]
        )
        if page is not None and page.user_id != user_id:
            raise Forbidden("not_your_session", sentence("api_not_your_session"))
        return page

    async def view(self, session_id: SessionId, user_id: UserId) -> ConversationView:
        """Raises NotFound for an unknown conversation and for somebody else's alike."""
        view = await self._view(session_id)
        if view is None or view.user_id != user_id:
            raise NotFound("no_such_session", sentence("api_no_such_session", id=session_id))
        return view

    async def page(
        self, user_id: UserId, page_token: bytes | None, size: int
    ) -> tuple[list[ConversationView], bytes | None]:
        """Newest first, and the token of the next page. The list is about a second behind.

        Between pages, one that has rested counts as of that day.
        """
        query = f'Kind = "conversation" AND UserId = "{user_id}" AND ExecutionStatus = "Running"'
        pages = self._client.list_workflows(query, page_size=size, next_page_token=page_token)
        await pages.fetch_next_page()
        found = await asyncio.gather(
            *(
                self._view(execution.id.removeprefix("conversation/"))
                for execution in pages.current_page or []
            )
        )
        # Some may have been erased since the list was made.
        views = [view for view in found if view is not None and view.user_id == user_id]
        views.sort(key=lambda view: view.created_at or datetime.min.replace(tzinfo=UTC))
        return views[::-1], pages.next_page_token

    async def rename(self, session_id: SessionId, user_id: UserId, title: str) -> ConversationView:
        await self.view(session_id, user_id)
        await _patiently(
            self._handle(session_id).execute_update(
                ConversationWorkflow.rename,
                Rename(user_id=user_id, title=title),
                rpc_timeout=PATIENCE,
            )
        )
        return await self.view(session_id, user_id)

    async def export(self, session_id: SessionId, user_id: UserId) -> ConversationExport:
        view = await self.view(session_id, user_id)
        events: list[ConversationEvent] = []
        while page := await self.events_since(
            session_id, user_id, events[-1].event_id if events else 0
        ):
            events += page.events
            if not page.events or events[-1].event_id >= page.last_event_id:
                break
        return ConversationExport(conversation=view, events=events)

    async def erase(self, session_id: SessionId, user_id: UserId) -> list[str]:
        """Ends the conversation and deletes the history of each of its runs.

        Returns the ids of its uploads. What failed half-way may be called again.
        """
        view = await self.view(session_id, user_id)
        erased: set[str] = set()
        # It may continue as new meanwhile. To delete a run ends it, and is quicker than both apart.
        while (newest := await self._newest_run(session_id)) and newest not in erased:
            runs = [newest]
            while (before := await self._run_before(session_id, runs[-1])) and before not in erased:
                runs.append(before)
            # The oldest first: as long as the newest is there, it leads to those before.
            for run_id in reversed(runs):
                await self._delete(session_id, run_id)
            erased.update(runs)
        return view.media_ids

    async def _newest_run(self, session_id: SessionId) -> str | None:
        try:
            run_id: str = (await self._handle(session_id).describe()).run_id
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        return run_id

    async def _run_before(self, session_id: SessionId, run_id: str) -> str | None:
        """The run that continued as this one; None when this is the first that is kept."""
        request = GetWorkflowExecutionHistoryRequest(
            namespace=self._client.namespace,
            execution=WorkflowExecution(workflow_id=conversation_id(session_id), run_id=run_id),
            maximum_page_size=1,
        )
        try:
            answer = await self._client.workflow_service.get_workflow_execution_history(request)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        started = answer.history.events[0].workflow_execution_started_event_attributes
        return started.continued_execution_run_id or None

    async def _delete(self, session_id: SessionId, run_id: str) -> None:
        request = DeleteWorkflowExecutionRequest(
            namespace=self._client.namespace,
            workflow_execution=WorkflowExecution(
                workflow_id=conversation_id(session_id), run_id=run_id
            ),
        )
        try:
            await self._client.workflow_service.delete_workflow_execution(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def likely_words(self, session_id: SessionId, user_id: UserId) -> list[str]:
        """Products and brands spoken of; none where nothing was, or in somebody else's."""
        found: LikelyWords | None = await self._query(
            session_id, ConversationWorkflow.likely_words, []
        )
        return found.words if found is not None and found.user_id == user_id else []

    async def _view(self, session_id: SessionId) -> ConversationView | None:
        view: ConversationView | None = await self._query(
            session_id, ConversationWorkflow.conversation, []
        )
        return view

    async def _query(self, session_id: SessionId, query: Any, args: list[Any]) -> Any:
        try:
            return await self._handle(session_id).query(
                query, args=args, rpc_timeout=timedelta(seconds=5)
            )
        except RPCError as error:
            # An id that Temporal does not take is one that nobody has.
            if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                return None
            raise _unavailable() from error
        except WorkflowQueryFailedError as error:
            raise _unavailable() from error

    def _handle(self, session_id: SessionId) -> Any:
        return self._client.get_workflow_handle(conversation_id(session_id))


async def _patiently(call: Coroutine[Any, Any, T]) -> T:
    try:
        return await call
    except WorkflowUpdateFailedError as error:
        raise refusal(error) from error
    except WorkflowAlreadyStartedError as error:
        raise Conflict("ended", sentence("api_ended")) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise _unavailable() from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound("no_such_session", sentence("api_not_begun")) from error
        raise _unavailable() from error


def _unavailable() -> ApiError:
    return Unavailable("unavailable", sentence("api_catching_up"))
