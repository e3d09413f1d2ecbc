"""`talknshop replay`: does today's code still do what a history says?"""

from collections.abc import Sequence
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from adapters.encryption.factory import build_codec
from talknshop.access import LOCAL_TEMPORAL
from talknshop.cli.errors import CommandError
from talknshop.settings import Settings
from workers.replay import replay_histories
from workflows.client import connect


async def replay(settings: Settings, workflow_id: str | None, files: Sequence[Path]) -> None:
    """Raises CommandError when one differs, or a history cannot be had."""
    histories = [_stored(file) for file in files]
    if workflow_id:
        histories.append(await _fetched(settings, workflow_id))
    codec = build_codec(settings.encryption, settings.data_dir)
    outcomes = await replay_histories(histories, codec)
    for outcome in outcomes:
        print(f"{outcome.workflow_id}: {outcome.divergence or 'replays as it was'}")
    if any(outcome.divergence for outcome in outcomes):
        raise CommandError("Today's code would not do what these histories say.", exit_code=1)


def _stored(file: Path) -> WorkflowHistory:
    """What `temporal workflow show -o json` writes."""
    try:
        return WorkflowHistory.from_json(file.stem, file.read_text())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{file} is not a workflow history as JSON.") from error


async def _fetched(settings: Settings, workflow_id: str) -> WorkflowHistory:
    address = settings.temporal.address or LOCAL_TEMPORAL
    try:
        # A history comes sealed, as it is stored; the replayer opens it.
        client = await connect(settings.temporal, role="replay", codec=None)
        return await client.get_workflow_handle(workflow_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise CommandError(
                f"Temporal knows no workflow {workflow_id!r}.", exit_code=1
            ) from error
        raise CommandError(f"Temporal at {address} did not answer: {error.message}.") from error
    except RuntimeError as error:
        raise CommandError(
            f"No Temporal answers at {address}: start one with `talknshop dev`, or set"
            " TALKNSHOP_TEMPORAL__ADDRESS."
        ) from error
