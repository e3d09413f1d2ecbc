"""One worker process: `python -m workers --role buyer`."""

import argparse
import asyncio
import os
import signal
import sys

import structlog
import uvloop

from adapters.encryption.factory import build_codec
from adapters.telemetry.process import Telemetry, start_telemetry
from talknshop.logs import configure_logs
from talknshop.settings import ROLES, Settings
from workers.health import serve_health
from workers.wiring import build_role
from workflows.client import connect

log = structlog.get_logger()


async def run(role_name: str, settings: Settings, telemetry: Telemetry) -> None:
    """Works until SIGTERM or SIGINT, then lets running activities finish."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    codec = build_codec(settings.encryption, settings.data_dir)
    client = await connect(
        settings.temporal,
        role=role_name,
        codec=codec,
        interceptors=telemetry.interceptors,
        runtime=telemetry.runtime,
    )
    role = await build_role(role_name, client, settings)
    async with role.resources:
        tasks = [asyncio.create_task(worker.run()) for worker in role.workers]
        port = settings.worker_health_port
        host = settings.worker_health_host
        health = await serve_health(host, port, telemetry.page) if port else None
        log.info("worker_ready", role=role_name, queues=[w.task_queue for w in role.workers])
        stopping = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*(worker.shutdown() for worker in role.workers))
        if health is not None:
            health.close()
        for task in done - {stopping}:
            task.result()  # a worker that ended by itself: fail with its reason
    log.info("worker_stopped", role=role_name)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("--role", required=True, choices=[*ROLES, "all"])
    arguments = parser.parse_args()
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format, role=arguments.role)
    telemetry = start_telemetry(arguments.role, metrics=settings.metrics, tracing=settings.tracing)
    uvloop.run(run(arguments.role, settings, telemetry))
    telemetry.close()
    # The SDK's native part may crash while the interpreter is torn down, after all work is done.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
