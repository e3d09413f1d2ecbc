"""What durability costs a buyer's turn, beside what one would pick instead of Temporal.

All do the same steps with the same adapters on one sandbox, interleaved in one run:
`python -m bench.turn [PART …] [--turns 40] [--peer NAME …]`. Ours is measured from the frame on the
socket to `results`; the others from the line that asks them to the line that answers.

overhead: the sandbox answers at once. latency: it takes its time, the same for all in each round.
recovery: kill -9 in the middle.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from math import nan
from operator import sub, truediv
from pathlib import Path

from bench.figures import keep, percentile, show
from bench.peers.postgres import postgres
from bench.peers.process import Peer
from bench.peers.valkey import valkey
from tests.chatting import Chat
from tests.running import Running, running_stack

OURS = "TalknShop (Temporal)"
PLAIN = "one process"
POSTGRES = "LangGraph + PostgreSQL"
PEERS = (PLAIN, "LangGraph + SQLite", POSTGRES, "DBOS + SQLite", "Celery + Valkey")
THINGS = ("laptop", "phone", "monitor", "camera", "tablet")
# One process, the one to be within 5 % of, and another engine that survives.
PEERS_AT_LATENCY = (PLAIN, POSTGRES, "DBOS + SQLite")
PARTS = ("overhead", "latency", "recovery")
KILLS = 3  # of ours: a median, not luck
# Into a turn at the sandbox's default latencies, all four searches are under way.
MID_TURN_S = 0.35
PATIENCE_S = 20


async def socket_turn(chat: Chat, text: str) -> float:
    """Seconds from the frame to `results`; the turn is let end before the next."""
    started = time.perf_counter()
    await chat.say(text)
    results = await chat.next("results")
    elapsed = time.perf_counter() - started
    assert results["data"]["products"], text
    await chat.next("done")
    return elapsed


async def peer_turn(peer: Peer, turn_id: str, text: str) -> float:
    started = time.perf_counter()
    await peer.ask(turn_id, text)
    assert (await peer.ended(turn_id))["products"], text
    return time.perf_counter() - started


async def measure(
    stack: Running, peers: Sequence[Peer], turns: int, first: int
) -> dict[str, list[float]]:
    """Interleaved, each request new to every cache; marketplaces' delays are those of the round."""
    times: dict[str, list[float]] = {name: [] for name in (OURS, *(p.engine for p in peers))}
    async with stack.chat() as chat:
        await socket_turn(chat, f"find me a laptop under ${first}")
        for number in range(1, turns + 1):
            thing = THINGS[number % len(THINGS)]
            budget = first + number * (len(peers) + 1)
            await reseed(stack, number)
            times[OURS].append(await socket_turn(chat, f"find me a {thing} under ${budget}"))
            for offset, peer in enumerate(peers, 1):
                text = f"find me a {thing} under ${budget + offset}"
                await reseed(stack, number)
                times[peer.engine].append(await peer_turn(peer, f"{first}-{number}", text))
    return times


async def reseed(stack: Running, seed: int) -> None:
    """The sandbox draws the same delays again: engines differ by what they cost, not by luck."""
    reply = await stack.http.post(f"{stack.sandbox}/_sandbox/seed", json={"seed": seed})
    reply.raise_for_status()


def summary(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Ratios are the median over rounds: within one, all had the same to do."""
    figures = {}
    for name, values in times.items():
        row = {
            f"ratio_to_{key}": statistics.median(map(truediv, values, times[other]))
            for key, other in (("one_process", PLAIN), ("postgres", POSTGRES))
            if other in times
        }
        if PLAIN in times:
            row["over_one_process_ms"] = statistics.median(map(sub, values, times[PLAIN])) * 1000
        row["p50_ms"], row["p95_ms"] = percentile(values, 0.5), percentile(values, 0.95)
        figures[name] = {**row, "turns": len(values)}
    return figures


async def recovery(stack: Running, peers: Sequence[Peer]) -> dict[str, dict[str, object]]:
    """kill -9 in the middle of a turn, start again, and nobody asks a second time."""
    figures: dict[str, dict[str, object]] = {}
    async with stack.chat() as chat:
        kills = [await _killed(stack, chat, 4000 + number) for number in range(KILLS)]
    figures[OURS] = {
        "finished_by_itself": True,
        "after_restart_s": statistics.median(ended - ready for _, ready, ended in kills),
        "after_restart_worst_s": max(ended - ready for _, ready, ended in kills),
        "after_kill_s": statistics.median(ended - killed for killed, _, ended in kills),
    }
    for peer in peers:
        await peer.ask("killed", "find me a bicycle under $4000")
        await asyncio.sleep(MID_TURN_S)
        await peer.kill()
        killed = time.perf_counter()
        before = await peer.start()
        ready = time.perf_counter()
        try:
            if not any(line["id"] == "killed" for line in before):
                await peer.ended("killed", PATIENCE_S)
            by_itself = True
        except TimeoutError:
            by_itself = False
            ready = time.perf_counter()
            await peer.ask("killed", "find me a bicycle under $4000")
            await peer.ended("killed")
        figures[peer.engine] = {
            "finished_by_itself": by_itself,
            "after_restart_s": time.perf_counter() - ready,
            "after_kill_s": time.perf_counter() - killed if by_itself else None,
        }
    return figures


async def _killed(stack: Running, chat: Chat, budget: int) -> tuple[float, float, float]:
    """When both workers of a turn were killed, were ready again, and when it had its results."""
    await chat.say(f"find me a bicycle under ${budget}")
    await asyncio.sleep(MID_TURN_S)
    dead = {role: stack.kill(role) for role in ("conversation", "buyer")}
    killed = time.perf_counter()
    await asyncio.gather(*(stack.is_back(role, pid) for role, pid in dead.items()))
    ready = time.perf_counter()
    await chat.next("results")
    ended = time.perf_counter()
    await chat.next("done")
    return killed, ready, ended


async def run(
    parts: Sequence[str], turns: int, names: Sequence[str]
) -> dict[str, dict[str, dict[str, object]]]:
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as running:
            stack = await running.enter_async_context(running_stack(Path(folder)))
            credentials = stack.data_dir / "sandbox" / "credentials.json"
            redis, database = Path(folder) / "valkey", Path(folder) / "postgres"
            redis.mkdir()
            servers = {
                "PEER_REDIS": await running.enter_async_context(valkey(redis)),
                "PEER_POSTGRES": await running.enter_async_context(postgres(database)),
            }
            peers = [
                Peer(name, stack.sandbox, credentials, Path(folder) / f"peer-{number}", servers)
                for number, name in enumerate(names)
            ]
            for peer in peers:
                running.push_async_callback(peer.stop)
                await peer.start()
                await peer_turn(peer, "warm", "find me a watch")
            figures: dict[str, dict[str, dict[str, object]]] = {}
            if "overhead" in parts:
                figures["sandbox latency 0"] = dict(
                    summary(await measure(stack, peers, turns, 900))  # type: ignore[arg-type]
                )
            await stack.latency("default")
            if "latency" in parts:
                some = [peer for peer in peers if peer.engine in PEERS_AT_LATENCY]
                figures["sandbox latency 0.4-1.2 s"] = dict(
                    summary(await measure(stack, some, turns, 3000))  # type: ignore[arg-type]
                )
            if "recovery" in parts:
                figures["kill -9 in the middle"] = await recovery(stack, peers)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    parser.add_argument("--turns", type=int, default=40, help="of each engine, in each part")
    parser.add_argument("--peer", choices=PEERS, action="append", help="instead of all of them")
    arguments = parser.parse_args()
    figures = asyncio.run(
        run(arguments.parts or PARTS, arguments.turns, arguments.peer or list(PEERS))
    )
    keep("turn", figures)
    recovered = figures.pop("kill -9 in the middle", None)
    for title, rows in figures.items():
        show(
            title,
            ("engine", "/ PostgreSQL", "/ one process", "- one process", "p50", "p95", "turns"),
            (
                (
                    name,
                    f"{row.get('ratio_to_postgres', nan):.3f}",
                    f"{row.get('ratio_to_one_process', nan):.2f}",
                    f"{row.get('over_one_process_ms', nan):.0f} ms",
                    f"{row['p50_ms']:.0f} ms",
                    f"{row['p95_ms']:.0f} ms",
                    f"{row['turns']}",
                )
                for name, row in rows.items()
            ),
        )
    if recovered:
        show(
            "kill -9 in the middle of a turn, then a restart",
            ("engine", "finishes by itself", "after it is ready again"),
            (
                (
                    name,
                    "yes" if row["finished_by_itself"] else "no, only when asked again",
                    f"{row['after_restart_s']:.1f} s",
                )
                for name, row in recovered.items()
            ),
        )


if __name__ == "__main__":
    main()
