"""Bulk uploads: a file of listings in, a workflow that checks and posts it, a result file out."""

import uuid
from datetime import timedelta
from typing import Literal

from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from adapters.errors import AdapterError
from adapters.errors import NotFound as NoSuchFile
from adapters.storage.bulk_store import BulkStore
from api.errors import Conflict, Invalid, NotFound, Unavailable
from api.jobs import MEMO_ASKED, PATIENCE, check_same, digest, no_such_marketplace, patiently
from talknshop.bulk import BulkCommand, BulkMode, BulkRequest, BulkView
from talknshop.jobs import EDITION
from talknshop.messages import sentence
from talknshop.model import MarketplaceName, UserId
from workflows.bulk import BulkWorkflow, new_bulk
from workflows.ids import CROSSPOST, bulk_workflow_id

# Of no meaning but ours: upload ids are made from the person and their key.
_NAMESPACE = uuid.UUID("0c0de9b5-6d0b-5d5a-9f38-4d5a9d9c7e02")

Steering = Literal["confirm", "pause", "resume", "cancel"]


class BulkUploads:
    """Every method raises ApiError; an upload of somebody else is as good as unknown."""

    def __init__(
        self, client: Client, store: BulkStore, marketplaces: list[MarketplaceName]
    ) -> None:
        self._client = client
        self._store = store
        self._marketplaces = marketplaces

    async def start(
        self,
        user_id: UserId,
        data: bytes,
        *,
        key: str,
        mode: BulkMode,
        marketplaces: list[MarketplaceName],
        session_id: str,
        file_name: str,
        language: str,
    ) -> str:
        """The upload's id; the same key of the same person starts one."""
        if unknown := [name for name in marketplaces if name not in self._marketplaces]:
            raise Invalid(
                "unknown_marketplace",
                no_such_marketplace(unknown, self._marketplaces),
                fields=[{"field": "marketplaces", "rule": sentence("wrong_unknown")}],
            )
        bulk_id = str(uuid.uuid5(_NAMESPACE, f"{user_id}\n{key}"))
        request = BulkRequest(
            bulk_id=bulk_id,
            user_id=user_id,
            session_id=session_id,
            file_name=file_name,
            language=language,
            mode=mode,
            edition=EDITION,
            marketplaces=marketplaces or self._marketplaces,
        )
        asked = digest(data)
        try:
            # So that a second file under the same key does not replace what is being posted.
            if await self._exists(bulk_id):
                await check_same(self._handle(bulk_id), asked)
            else:
                await self._store.put_upload(user_id, bulk_id, data)
                await self._client.start_workflow(
                    BulkWorkflow.run,
                    new_bulk(request),
                    id=bulk_workflow_id(bulk_id),
                    task_queue=CROSSPOST,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    memo={MEMO_ASKED: asked},
                    static_summary=f"bulk upload {file_name}".strip()[:200],
                )
        except WorkflowAlreadyStartedError:
            return bulk_id
        except (AdapterError, RPCError) as error:
            raise _unavailable() from error
        return bulk_id

    async def _exists(self, bulk_id: str) -> bool:
        try:
            await self._handle(bulk_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def view(self, bulk_id: str, user_id: UserId) -> BulkView:
        try:
            bulk = await self._handle(bulk_id).query(
                BulkWorkflow.bulk, rpc_timeout=timedelta(seconds=10)
            )
        except RPCError as error:
            if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                raise _no_such_upload(bulk_id) from error
            raise _unavailable() from error
        except WorkflowQueryFailedError as error:
            raise _unavailable() from error
        if bulk.user_id != user_id:
            raise _no_such_upload(bulk_id)
        return bulk

    async def newest(self, user_id: UserId) -> list[BulkView]:
        """The person's newest twenty. The list is about a second behind."""
        query = f'Kind = "bulk" AND UserId = "{user_id}"'
        seen: dict[str, BulkView] = {}
        async for execution in self._client.list_workflows(query, limit=60):
            bulk_id = execution.id.removeprefix("bulk/")
            if bulk_id not in seen and len(seen) < 20:
                seen[bulk_id] = await self.view(bulk_id, user_id)
        return list(seen.values())

    async def steer(self, bulk_id: str, user_id: UserId, how: Steering) -> BulkView:
        await self.view(bulk_id, user_id)
        handlers = {
            "confirm": BulkWorkflow.confirm,
            "pause": BulkWorkflow.pause,
            "resume": BulkWorkflow.resume,
            "cancel": BulkWorkflow.cancel,
        }
        return await patiently(
            self._handle(bulk_id).execute_update(
                handlers[how], BulkCommand(user_id=user_id), rpc_timeout=PATIENCE
            )
        )

    async def result(self, bulk_id: str, user_id: UserId) -> bytes:
        """The newest result file: of the check, then of what became of the rows."""
        view = await self.view(bulk_id, user_id)
        if not view.has_result:
            raise Conflict("no_result_yet", sentence("api_no_result_yet"))
        try:
            return await self._store.read_result(user_id, bulk_id)
        except NoSuchFile as error:
            raise NotFound("no_result", sentence("api_no_result")) from error
        except AdapterError as error:
            raise _unavailable() from error

    def _handle(self, bulk_id: str) -> WorkflowHandle[BulkWorkflow, BulkView]:
        return self._client.get_workflow_handle_for(BulkWorkflow.run, bulk_workflow_id(bulk_id))


def _no_such_upload(bulk_id: str) -> NotFound:
    return NotFound("no_such_upload", sentence("api_no_such_upload", id=bulk_id))


def _unavailable() -> Unavailable:
    return Unavailable("unavailable", sentence("api_catching_up"))
