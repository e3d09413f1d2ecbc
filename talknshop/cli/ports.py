"""The ports of the embedded stack: which are wanted, which are taken, and by whom."""

import random
import socket
from collections.abc import Collection
from dataclasses import dataclass

import psutil

# Below the range that Linux hands out for outgoing connections: a port of that range could be
# taken by one of our own connections between its choice and its use.
_FREE_PORTS = range(10_240, 32_000)


@dataclass(frozen=True)
class WantedPort:
    """`remedy`: what a person may do to have another one."""

    number: int
    purpose: str
    remedy: str
    host: str = "127.0.0.1"


def free_ports(count: int, besides: Collection[int] = ()) -> list[int]:
    """Distinct ports of the loopback interface that nobody listens on now.

    `besides`: those that were chosen before, and are not listened on yet.
    """
    chosen: list[int] = []
    while len(chosen) < count:
        candidate = random.choice(_FREE_PORTS)  # noqa: S311
        if candidate not in chosen and candidate not in besides and is_free(candidate):
            chosen.append(candidate)
    return chosen


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do; without it, a port that was closed a moment ago would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError:
            return False
    return True


def problems(wanted: list[WantedPort]) -> list[str]:
    """One sentence for each port that is taken, or asked for twice."""
    first_use: dict[int, WantedPort] = {}
    sentences = []
    for port in wanted:
        if other := first_use.setdefault(port.number, port):
            if other is not port:
                sentences.append(
                    f"Port {port.number} is asked for twice, for {other.purpose} and for"
                    f" {port.purpose}: {port.remedy}."
                )
            elif not is_free(port.number, port.host):
                sentences.append(
                    f"Port {port.number}, wanted for {port.purpose}, is held by"
                    f" {_holder(port.number)}: stop it, or {port.remedy}."
                )
    return sentences


def _holder(port: int) -> str:
    """The process that listens on `port`, as far as this user may see it."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr[1:] == (port,) and connection.pid:
                process = psutil.Process(connection.pid)
                command = " ".join(process.cmdline())[:80] or process.name()
                return f"process {connection.pid} ({command})"
    except psutil.Error:
        pass  # only root may see other people's processes on some systems
    return "another process"
