"""What a person sees of the stack: one live table on a terminal, one line per change elsewhere."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import psutil
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from talknshop.cli.processes import Child, State

_COLOURS = {
    State.READY: "green",
    State.RESTARTING: "red",
    State.STOPPED: "dim",
    State.WAITING: "dim",
}
_URL_NAMES = {
    "web": "chat here",
    "api_docs": "API",
    "temporal_ui": "Temporal's Web UI",
    "sandbox": "sandbox marketplaces",
}


class Screen(Protocol):
    def changed(self, child: Child, sentence: str) -> None: ...

    def say(self, sentence: str) -> None:
        """About the stack as a whole."""

    def refresh(self) -> None: ...

    def close(self) -> None: ...


class PlainScreen:
    """One line per change: for files, pipes and tests."""

    def changed(self, child: Child, sentence: str) -> None:
        if child.state in (State.STARTING, State.READY):
            sentence += f" ({child.command.url}, process {child.pid})"
        self._print(child.role, sentence)

    def say(self, sentence: str) -> None:
        self._print("dev", sentence)

    def _print(self, who: str, sentence: str) -> None:
        print(f"{datetime.now():%H:%M:%S} {who:<12} {sentence}", flush=True)  # noqa: DTZ005

    def refresh(self) -> None:
        pass

    def close(self) -> None:
        pass


class LiveScreen:
    """The whole stack at a glance; call `refresh` about once a second for the memory column."""

    def __init__(
        self,
        children: Sequence[Child],
        urls: Mapping[str, str],
        external: Mapping[str, str],
        data_dir: Path,
    ) -> None:
        self._children = children
        self._urls = urls
        self._external = external
        self._data_dir = data_dir
        self._news: deque[str] = deque(maxlen=6)
        # Refreshed by the event loop: a thread of Rich's own would not mix with forking children.
        self._live = Live(console=Console(), auto_refresh=False, transient=False)
        self._live.start()

    def changed(self, child: Child, sentence: str) -> None:
        if sentence != child.state.value:  # else the table says it
            self.say(f"{child.role} {sentence}")
        self.refresh()

    def say(self, sentence: str) -> None:
        self._news.append(f"{datetime.now():%H:%M:%S} {sentence}")  # noqa: DTZ005
        self.refresh()

    def refresh(self) -> None:
        parts: list[Table | Text] = [self._processes(), self._addresses()]
        if self._news:
            parts.append(Text("\n".join(self._news), style="yellow"))
        hint = f"Ctrl-C stops all and loses nothing. Logs: {self._data_dir / 'logs'}"
        self._live.update(Group(*parts, Text(hint, style="dim")), refresh=True)

    def close(self) -> None:
        self._live.stop()

    def _processes(self) -> Table:
        table = Table(title="TalknShop", title_justify="left", box=None, padding=(0, 2, 0, 0))
        for column in ("role", "state", "pid", "address"):
            table.add_column(column)
        table.add_column("restarts", justify="right")
        table.add_column("memory", justify="right")
        for child in self._children:
            state = Text(child.state.value, style=_COLOURS.get(child.state, "yellow"))
            pid = str(child.pid or "")
            table.add_row(
                child.role,
                state,
                pid,
                child.command.url,
                str(child.restarts or ""),
                _memory(child.pid),
            )
        for role, address in self._external.items():
            table.add_row(role, Text("ran already", style="cyan"), "", address, "", "")
        return table

    def _addresses(self) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        for name, url in self._urls.items():
            table.add_row(_URL_NAMES.get(name, name), Text(url, style=f"bold link {url}"))
        return table


def _memory(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        return f"{psutil.Process(pid).memory_info().rss / 2**20:.0f} MiB"
    except psutil.Error:
        return ""
