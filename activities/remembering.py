"""What a conversation knows of its person, and what it tells their account."""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import activity
from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from talknshop.memory import ObservationBatch, Recollection

# A turn waits for it.
WITHIN = timedelta(seconds=2)


class AccountOf(BaseModel):
    """Where the account workflow is: activities know nothing of workflows' names."""

    workflow_id: str
    task_queue: str


class RememberingActivities:
    """Run inside of the conversation's worker, as local activities: they only ask the engine."""

    @activity.defn
    async def recall(self, account: AccountOf) -> Recollection:
        """What may be used of the person; nothing of somebody who has no account yet."""
        handle = activity.client().get_workflow_handle(account.workflow_id)
        try:
            found: Recollection = await handle.query(
                "recollection", result_type=Recollection, rpc_timeout=WITHIN
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Recollection()
            raise
        except WorkflowQueryFailedError:
            # It was begun by a build that remembered nothing, and has not met this one yet.
            activity.logger.warning("account does not know what it remembers")
            return Recollection()
        return found

    @activity.defn
    async def learn(self, account: AccountOf, batch: ObservationBatch) -> None:
        """Tell the account, which is begun when there is none. Told twice, it learns once.

        With memory off it is told nothing: its history would keep what it does not learn from.
        """
        if not (await self.recall(account)).enabled:
            return
        await activity.client().start_workflow(
            "AccountWorkflow",
            {"user_id": batch.user_id},
            id=account.workflow_id,
            task_queue=account.task_queue,
            start_signal="observe",
            start_signal_args=[batch],
            static_summary=f"account of {batch.user_id}",
            rpc_timeout=WITHIN,
        )
