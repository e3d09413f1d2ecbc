"""`talknshop dev`: the whole stack on this machine, under one supervisor."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from pathlib import Path

from talknshop.cli import data_dir as folders
from talknshop.cli import status
from talknshop.cli.errors import CommandError
from talknshop.cli.ports import free_ports, problems
from talknshop.cli.processes import Child, State
from talknshop.cli.screen import LiveScreen, PlainScreen, Screen
from talknshop.cli.stack import Ports, Stack, embedded_stack
from talknshop.cli.supervisor import Supervisor
from talknshop.settings import Settings

REFRESH_INTERVAL = 1.0  # seconds


@dataclass(frozen=True)
class Options:
    """What the command line asked for; None leaves it to the settings or the defaults."""

    data_dir: Path | None = None
    ephemeral: bool = False
    status_file: Path | None = None
    plain: bool = False
    free_ports: bool = False
    ports: Mapping[str, int | None] = field(default_factory=dict)  # by the names of `Ports`
    sandbox_latency: str | None = None
    observe: bool = False


def run(settings: Settings, options: Options) -> None:
    """Return when SIGINT, SIGTERM or SIGHUP came and every process has ended.

    Raises CommandError when a port is taken or the data folder is held by another supervisor.
    """
    with ExitStack() as cleanup:
        data_dir = options.data_dir or settings.data_dir
        if options.ephemeral:
            data_dir = cleanup.enter_context(folders.ephemeral_folder())
        cleanup.enter_context(folders.held(data_dir))
        leftovers = folders.end_leftovers(data_dir)
        stack = embedded_stack(
            settings,
            _ports(settings, options),
            data_dir,
            sandbox_latency=options.sandbox_latency,
            observe=options.observe,
        )
        if sentences := problems(stack.wanted_ports):
            raise CommandError("\n".join(sentences))
        supervising = supervise(
            stack,
            data_dir,
            leftovers=leftovers,
            status_file=options.status_file,
            plain=options.plain,
        )
        asyncio.run(supervising)


def _ports(settings: Settings, options: Options) -> Ports:
    chosen = {name: port for name, port in options.ports.items() if port is not None}
    if options.free_ports:
        names = [name.name for name in fields(Ports)]
        chosen = dict(zip(names, free_ports(len(names)), strict=True)) | chosen
    return Ports(**{"gateway": settings.gateway.port} | chosen)


async def supervise(
    stack: Stack,
    data_dir: Path,
    *,
    leftovers: int = 0,
    status_file: Path | None = None,
    plain: bool = False,
) -> None:
    """Run `stack` until a signal asks to stop."""
    screen: Screen = PlainScreen()

    def show(child: Child, sentence: str) -> None:
        if child.state is State.STARTING:
            folders.remember_processes(data_dir, [c.pid for c in supervisor.children if c.pid])
        if status_file:
            status.write(status_file, _status(supervisor, stack))
        screen.changed(child, sentence)

    stages = [
        [Child(command, folders.rotate_log(data_dir, command.role), show) for command in commands]
        for commands in stack.stages
    ]
    supervisor = Supervisor(stages)
    if not plain and sys.stdout.isatty():
        screen = LiveScreen(supervisor.children, stack.urls, stack.external, data_dir)
    if leftovers:
        screen.say(f"ended {leftovers} processes that an earlier start left running")
    for role, address in stack.external.items():
        screen.say(f"{role} is not started: the settings name {address}")

    stop, hurry = asyncio.Event(), asyncio.Event()
    _on_signals(stop, hurry)
    announcing = asyncio.create_task(_announce(supervisor, stack, screen))
    try:
        await supervisor.run(stop, hurry)
    finally:
        announcing.cancel()
        screen.close()


def _on_signals(stop: asyncio.Event, hurry: asyncio.Event) -> None:
    """The first one asks to stop, the second one kills."""

    def asked() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked)


async def _announce(supervisor: Supervisor, stack: Stack, screen: Screen) -> None:
    """Say once that everything is up, then keep the screen fresh."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for child in supervisor.children:
        await child.ready.wait()
    screen.say(f"all is ready after {loop.time() - began:.1f} s: open {stack.urls['web']}")
    while True:
        await asyncio.sleep(REFRESH_INTERVAL)
        screen.refresh()


def _status(supervisor: Supervisor, stack: Stack) -> dict[str, object]:
    return status.snapshot(
        ready=supervisor.is_ready,
        children=supervisor.children,
        urls=stack.urls,
        external=stack.external,
    )
