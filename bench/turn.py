"""What durability costs a buyer's turn, beside what one would pick instead of Temporal.

All do the same steps with the same adapters on one sandbox, interleaved in one run:
`python -m bench.turn [--turns 40] [--recovery]`. Ours is measured from the frame on the socket to
`results`; the others from the line that asks them to the line that answers.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
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
    """Interleaved, each request new to every cache."""
    times: dict[str, list[float]] = {name: [] for name in (OURS, *(p.engine for p in peers))}
    async with stack.chat() as chat:
        await socket_turn(chat, f"find me a laptop under ${first}")
        for number in range(1, turns + 1):
            thing = THINGS[number % len(THINGS)]
            budget = first + number * (len(peers) + 1)
            times[OURS].append(await socket_turn(chat, f"find me a {thing} under ${budget}"))
            for offset, peer in enumerate(peers, 1):
                text = f"find me a {thing} under ${budget + offset}"
                times[peer.engine].append(await peer_turn(peer, f"{first}-{number}", text))
    return times


def summary(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    baseline = statistics.median(times[PLAIN]) * 1000
    return {
        name: {
            "p50_ms": (p50 := statistics.median(values) * 1000),
            "p95_ms": percentile(values, 0.95),
            "over_one_process_ms": p50 - baseline,
            "ratio_to_one_process": p50 / baseline,
            "turns": len(values),
        }
        for name, values in times.items()
    }


async def recovery(stack: Running, peers: Sequence[Peer]) -> dict[str, dict[str, object]]:
    """kill -9 in the middle of a turn, start again, and nobody asks a second time."""
    figures: dict[str, dict[str, object]] = {}
    async with stack.chat() as chat:
        await chat.say("find me a bicycle under $4000")
        await asyncio.sleep(MID_TURN_S)
        dead = {role: stack.kill(role) for role in ("conversation", "buyer")}
        killed = time.perf_counter()
        await asyncio.gather(*(stack.is_back(role, pid) for role, pid in dead.items()))
        ready = time.perf_counter()
        await chat.next("results")
        ended = time.perf_counter()
    figures[OURS] = {
        "finished_by_itself": True,
        "after_restart_s": ended - ready,
        "after_kill_s": ended - killed,
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


async def run(turns: int, with_recovery: bool) -> dict[str, dict[str, dict[str, object]]]:
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
                for number, name in enumerate(PEERS)
            ]
            for peer in peers:
                running.push_async_callback(peer.stop)
                await peer.start()
                await peer_turn(peer, "warm", "find me a watch")
            figures: dict[str, dict[str, dict[str, object]]] = {}
            figures["sandbox latency 0"] = dict(
                summary(await measure(stack, peers, turns, 900))  # type: ignore[arg-type]
            )
            await stack.latency("default")
            figures["sandbox latency 0.4-1.2 s"] = dict(
                summary(await measure(stack, peers, max(5, turns // 4), 3000))  # type: ignore[arg-type]
            )
            if with_recovery:
                figures["kill -9 in the middle"] = await recovery(stack, peers)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--recovery", action="store_true", help="kill each of them, too")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.turns, arguments.recovery))
    keep("turn", figures)
    recovered = figures.pop("kill -9 in the middle", None)
    for title, rows in figures.items():
        show(
            title,
            ("engine", "p50 / one process", "p50 - one process", "p50", "p95", "turns"),
            (
                (
                    name,
                    f"{row['ratio_to_one_process']:.2f}",
                    f"{row['over_one_process_ms']:.0f} ms",
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
