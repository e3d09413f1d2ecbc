"""Replays histories of a mixed load on one core: `python -m bench.replay [--histories 200]`.

Bar: no divergence, at least 50 histories in a second after loading.
"""

import argparse
import asyncio
import gc
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from temporalio.client import Client, WorkflowHistory

from bench.figures import keep, show
from bench.mixed_load import mixed
from tests.running import running_stack
from workers.replay import replay_histories
from workflows.client import connect


async def run(wanted: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack:
            # As they are stored, sealed: the replay opens them.
            client = await connect(stack.access, role="bench", codec=None)
            histories: list[WorkflowHistory] = []
            while len(histories) < wanted:
                await mixed(stack, scale=max(1, wanted // 22))
                histories = await histories_of(client, wanted)
            codec = stack.codec
    # The stack is down: nothing else runs. One core, as a scheduled check may have.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    await replay_histories(histories[:10], codec)  # loads everything
    gc.freeze()
    began, used = time.perf_counter(), time.process_time()
    outcomes = await replay_histories(histories, codec)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    kinds = Counter(history.workflow_id.split("/")[0] for history in histories)
    return {
        "histories": len(outcomes),
        "of": dict(kinds),
        "events": sum(len(history.events) for history in histories),
        "diverge": [outcome for outcome in map(str, outcomes) if "divergence=''" not in outcome],
        "per_s": len(outcomes) / seconds,
        "per_processor_s": len(outcomes) / processor,
    }


async def histories_of(client: Client, most: int) -> list[WorkflowHistory]:
    found = client.list_workflows("", limit=most)
    return [history async for history in found.map_histories()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--json", type=Path, help="instead of bench/results/replay.json")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.histories))
    keep("replay", figures, arguments.json)
    show(
        "histories replayed",
        ("figure", "value"),
        ((n, f"{v:.1f}" if isinstance(v, float) else str(v)) for n, v in figures.items()),
    )


if __name__ == "__main__":
    main()
    os._exit(0)
