"""Nothing that anybody sends makes the gateway fail: by the API's description, and by frames.

`TALKNSHOP_FUZZ_FRAMES=5000 TALKNSHOP_FUZZ_EXAMPLES=100 pytest tests/durable/test_fuzz.py` goes
further than CI does.
"""

import asyncio
import json
import os
from typing import Any

import psutil
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from tests.running import Running

FRAMES_SENT = int(os.environ.get("TALKNSHOP_FUZZ_FRAMES", "400"))
EXAMPLES = int(os.environ.get("TALKNSHOP_FUZZ_EXAMPLES", "8"))
# Events are waited for; /metrics and the like take nothing.
LEFT_OUT = ("/api/v1/sessions/{session_id}/events",)
MOST_GROWTH_MIB = 60

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=60),
    st.sampled_from(["\0", "\ud83d", "../..", "x" * 5000, '" OR 1=1', "%00", "<script>"]),
)
NESTED = st.recursive(
    ODD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = ("auth", "message", "answer", "action", "cancel", "ping", "dance", "")
FIELDS = ("message", "message_id", "media", "mode", "question_id", "answer", "action", "payload")
FRAMES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(KINDS)}, optional=dict.fromkeys(FIELDS, NESTED)
    ).map(json.dumps),
    NESTED.map(json.dumps),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.binary(max_size=300),
)


def memory_mib(stack: Running) -> float:
    rss: float = psutil.Process(stack.process("gateway")["pid"]).memory_info().rss / 2**20
    return rss


async def test_no_frame_makes_a_socket_die_or_memory_grow(stack: Running) -> None:
    session = await stack.guest()
    gateway = stack.process("gateway")["pid"]
    frames: list[str | bytes] = []

    @settings(
        max_examples=FRAMES_SENT,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(FRAMES)
    def collect(frame: str | bytes) -> None:
        frames.append(frame)

    collect()
    before = memory_mib(stack)
    url = stack.web.replace("http", "ws", 1) + f"/ws/chat?session_id={session['session_id']}"
    async with connect(f"{url}&token={session['token']}", max_size=None) as socket:
        for start in range(0, len(frames), 20):
            for frame in frames[start : start + 20]:
                await socket.send(frame)
            # The gateway answers this one only after it has read those before.
            await socket.send('{"type": "ping"}')
            await asyncio.wait_for(_until_pong(socket), 30)
    assert stack.process("gateway")["pid"] == gateway
    assert memory_mib(stack) - before < MOST_GROWTH_MIB
    async with stack.chat() as chat:
        await chat.say("hello")
        await chat.next("done")


async def _until_pong(socket: Any) -> None:
    while json.loads(await socket.recv())["type"] != "pong":
        pass


async def test_no_request_that_fits_the_description_or_not_is_answered_with_500(
    stack: Running,
) -> None:
    session = await stack.guest()
    headers = {"Authorization": f"Bearer {session['token']}"}
    await asyncio.to_thread(_explore, stack.web, headers)


def _explore(web: str, headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_url(f"{web}/openapi.json")
    explored = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in LEFT_OUT:
            continue
        explored += 1

        @settings(
            max_examples=EXAMPLES,
            database=None,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def call(case: schemathesis.Case) -> None:
            response = case.call(base_url=web, headers=headers, timeout=40)
            # 503: a search that nobody could answer in time is no mistake of ours.
            if response.status_code >= 500 and response.status_code != 503:
                pytest.fail(f"{case.method} {case.path}: {response.status_code} {response.text}")

        call()
    assert explored > 20
