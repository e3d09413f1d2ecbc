"""`talknshop replay`: does today's code still do what histories say?"""

import gc
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from adapters.encryption.factory import build_codec
from talknshop.access import LOCAL_TEMPORAL
from talknshop.cli.errors import CommandError
from talknshop.settings import Settings
from workers.replay import WORKFLOWS, ReplayOutcome, replaying
from workflows.client import connect


@dataclass(frozen=True)
class Chosen:
    """Which histories; `most` bounds a query, and for `recent` each type of workflow."""

    workflow_id: str | None = None
    files: Sequence[Path] = ()  # or folders of them
    query: str | None = None
    recent: timedelta | None = None
    most: int = 1000


async def replay(settings: Settings, chosen: Chosen, *, only_differing: bool = False) -> None:
    """Raises CommandError when one differs, when there is none, or when one cannot be had."""
    codec = build_codec(settings.encryption, settings.data_dir)
    gc.freeze()  # what was imported stays: looking through it again and again takes a tenth
    began = time.perf_counter()
    replayed = differ = 0
    async for outcome in replaying(_histories(settings, chosen), codec):
        replayed += 1
        differ += bool(outcome.divergence)
        if outcome.divergence or not only_differing:
            print(f"{outcome.workflow_id}: {outcome.divergence or _well(outcome)}")
    if not replayed:
        raise CommandError("There is no such history.")
    seconds = time.perf_counter() - began
    print(f"{replayed} replayed in {seconds:.1f} s, {replayed / seconds:.0f}/s; {differ} differ.")
    if differ:
        raise CommandError("Today's code would not do what these histories say.", exit_code=1)


def _well(outcome: ReplayOutcome) -> str:
    if outcome.compared:
        return "replays as it was"
    return "has completed no task yet, so there is nothing to compare"


async def _histories(settings: Settings, chosen: Chosen) -> AsyncIterator[WorkflowHistory]:
    for file in _files(chosen.files):
        yield _stored(file)
    queries = _queries(chosen)
    if not chosen.workflow_id and not queries:
        return
    address = settings.temporal.address or LOCAL_TEMPORAL
    try:
        # A history comes sealed, as it is stored; the replayer opens it.
        client = await connect(settings.temporal, role="replay", codec=None)
        if chosen.workflow_id:
            yield await _fetched(client, chosen.workflow_id)
        for query in queries:
            async for found in client.list_workflows(query, limit=chosen.most):
                if history := await _kept(client, found.id, found.run_id):
                    yield history
    except RPCError as error:
        raise CommandError(f"Temporal at {address} did not answer: {error.message}.") from error
    except RuntimeError as error:
        raise CommandError(
            f"No Temporal answers at {address}: start one with `talknshop dev`, or set"
            " TALKNSHOP_TEMPORAL__ADDRESS."
        ) from error


def _queries(chosen: Chosen) -> list[str]:
    queries = [chosen.query] if chosen.query else []
    if chosen.recent:
        since = (datetime.now(UTC) - chosen.recent).isoformat()
        # What runs is what new code will meet; of each type, lest one crowds out the others.
        queries += [
            f'WorkflowType = "{kind.__name__}"'
            f' AND (ExecutionStatus = "Running" OR CloseTime >= "{since}")'
            for kind in WORKFLOWS
        ]
    return queries


def _files(given: Sequence[Path]) -> list[Path]:
    return [
        file
        for path in given
        for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])
    ]


def _stored(file: Path) -> WorkflowHistory:
    """What `temporal workflow show -o json` writes."""
    try:
        return WorkflowHistory.from_json(file.stem, file.read_text())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{file} is not a workflow history as JSON.") from error


async def _fetched(client: Client, workflow_id: str) -> WorkflowHistory:
    history = await _kept(client, workflow_id, None)
    if history is None:
        raise CommandError(f"Temporal knows no workflow {workflow_id!r}.", exit_code=1)
    return history


async def _kept(client: Client, workflow_id: str, run_id: str | None) -> WorkflowHistory | None:
    """None when its retention ran out since it was listed."""
    try:
        return await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
