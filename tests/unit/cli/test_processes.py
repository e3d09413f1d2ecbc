"""What is told of a process that could not be tuned."""

import asyncio
from pathlib import Path

from talknshop.cli.errors import CommandError
from talknshop.cli.processes import Child, Command, State


async def answers() -> bool:
    return True


async def states_of(tmp_path: Path, tune) -> list[tuple[State, str]]:
    told: list[tuple[State, str]] = []
    command = Command("server", ("sleep", "60"), 1, "", answers, tune=tune)
    child = Child(command, tmp_path / "log", lambda child, said: told.append((child.state, said)))
    child.start()
    await asyncio.wait_for(child.ready.wait(), 10)
    child.kill()
    await child.stop()
    return told


async def test_a_process_is_ready_once_it_is_tuned(tmp_path):
    tuned = tmp_path / "tuned"
    assert (State.READY, "ready") in await states_of(tmp_path, tuned.touch)
    assert tuned.exists()


async def test_a_process_that_could_not_be_tuned_is_ready_and_says_so(tmp_path):
    def tune() -> None:
        raise CommandError("with indexes that nobody asks by, which is slower: locked")

    told = await states_of(tmp_path, tune)
    assert (State.READY, "ready, with indexes that nobody asks by, which is slower: locked") in told
