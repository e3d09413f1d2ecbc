"""One engine in a process of its own: `{"id", "text"}` lines in, `{"id", "products"}` lines out.

`python -m bench.peers.serve ENGINE --sandbox URL --credentials FILE --folder DIR`. It first says
`{"ready": true}`. What an earlier process with the same folder left undone ends here, if the engine
does that by itself.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from bench.peers.celery_turn import celery_valkey
from bench.peers.engines import ENGINES
from bench.peers.steps import Json, Steps


def _say(line: Json) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _ended(turn_id: str, shortlist: Json) -> None:
    _say({"id": turn_id, "products": len(shortlist["products"])})


async def run(arguments: argparse.Namespace) -> None:
    engine = {**ENGINES, "Celery + Valkey": celery_valkey}[arguments.engine]
    access = SandboxAccess.from_file(arguments.sandbox, arguments.credentials)
    async with (
        httpx.AsyncClient(timeout=10) as http,
        engine(Steps(http, access), arguments.folder, _ended) as turn,
    ):
        _say({"ready": True})
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            await turn(asked["id"], asked["text"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine")
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--credentials", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
