"""Where a process's time goes during turns, as a flame graph: `python -m bench.flame [ROLE …]`.

Each role gets docs/images/flame-ROLE.svg. py-spy samples from outside, and is no part of the
project: `pip install py-spy`.
"""

import argparse
import asyncio
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from bench.turn import THINGS, socket_turn
from tests.chatting import Chat
from tests.running import Running, running_stack

IMAGES = Path("docs/images")
WARM_UP = 20  # turns, until titles are known
SAMPLES_A_SECOND = 250


async def sample(stack: Running, roles: list[str], turns: int) -> None:
    async with stack.chat() as chat:
        for number in range(WARM_UP):
            await _turn(chat, number)
        sampling = [
            await asyncio.create_subprocess_exec(
                # Only threads that run Python: what waits is no cost.
                *("py-spy", "record", "--gil", "--function"),
                *("--pid", str(stack.process(role)["pid"])),
                *("--rate", str(SAMPLES_A_SECOND), "--duration", "unlimited"),
                *("--output", str(_picture(role))),
            )
            for role in roles
        ]
        for number in range(turns):
            await _turn(chat, WARM_UP + number)
        for process in sampling:
            process.send_signal(signal.SIGINT)  # it writes what it has
            await process.wait()
    for role in roles:
        _entitle(_picture(role), f"{role} worker, {turns} turns: Python that holds the lock")


def _picture(role: str) -> Path:
    return IMAGES / f"flame-{role}.svg"


def _entitle(picture: Path, title: str) -> None:
    """py-spy's own title is its command line."""
    svg = picture.read_text()
    picture.write_text(re.sub(r'(<text id="title"[^>]*>)[^<]*', rf"\g<1>{title}", svg))


async def _turn(chat: Chat, number: int) -> None:
    await socket_turn(chat, f"find me a {THINGS[number % len(THINGS)]} under ${700 + number}")


async def run(roles: list[str], turns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack:
            await sample(stack, roles, turns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roles", nargs="*", metavar="ROLE", default=["conversation", "buyer"])
    parser.add_argument("--turns", type=int, default=60)
    arguments = parser.parse_args()
    if shutil.which("py-spy") is None:
        sys.exit("py-spy takes the samples: `pip install py-spy`.")
    asyncio.run(run(arguments.roles, arguments.turns))


if __name__ == "__main__":
    main()
