"""A process's page of numbers, and the health server of a worker that serves it."""

import asyncio
import subprocess
import sys

import httpx
import pytest

from adapters.telemetry.process import Telemetry, start_telemetry
from talknshop.cli.ports import free_ports
from talknshop.telemetry import TracingChoice
from workers.health import serve_health


async def served(telemetry: Telemetry, path: str) -> httpx.Response:
    (port,) = free_ports(1)
    server = await serve_health("127.0.0.1", port, telemetry.page)
    async with server, httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"http://127.0.0.1:{port}{path}")


async def test_a_workers_page_has_pythons_numbers_and_the_sdks() -> None:
    telemetry = start_telemetry("tests", metrics=True, tracing=TracingChoice())
    assert telemetry.runtime is not None
    counter = telemetry.runtime.metric_meter.create_counter("talknshop_tests", "Tests.")
    counter.add(3, {"kind": "unit"})
    reply = await served(telemetry, "/metrics")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'talknshop_tests_total{kind="unit"} 3' in reply.text
    assert "python_info{" in reply.text


async def test_probes_are_answered_whatever_the_numbers_do() -> None:
    (port,) = free_ports(1)
    broken = Telemetry(sdk_url=f"http://127.0.0.1:{port}/metrics")
    assert (await served(broken, "/health/ready")).status_code == 200
    assert (await served(broken, "/metrics")).status_code == 503


async def test_without_an_endpoint_nothing_is_traced() -> None:
    for endpoint in (None, ""):
        telemetry = start_telemetry(
            "tests", metrics=False, tracing=TracingChoice(endpoint=endpoint)
        )
        assert telemetry == Telemetry()


@pytest.mark.parametrize("ratio", [-0.1, 1.1])
def test_a_share_of_traces_is_between_none_and_all(ratio: float) -> None:
    with pytest.raises(ValueError, match="sample_ratio"):
        TracingChoice(sample_ratio=ratio)


async def test_a_collector_that_is_away_does_not_keep_a_process_from_ending() -> None:
    (port,) = free_ports(1)
    program = (
        "from adapters.telemetry.process import start_telemetry\n"
        "from talknshop.telemetry import TracingChoice\n"
        f"choice = TracingChoice(endpoint='http://127.0.0.1:{port}/v1/traces')\n"
        "telemetry = start_telemetry('tests', metrics=False, tracing=choice)\n"
        "with telemetry.provider.get_tracer('tests').start_as_current_span('frame tests'):\n"
        "    pass\n"
        "telemetry.close()\n"
        "print('ended')\n"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "ended" in done.stdout, done.stderr
