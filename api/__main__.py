"""The gateway process: `python -m api`."""

import os
import sys

import uvicorn

from adapters.telemetry.process import start_telemetry
from api.app import create_app
from api.letting_go import WebSocketProtocol
from talknshop.logs import configure_logs
from talknshop.settings import Settings


def main() -> None:
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format, role="gateway")
    telemetry = start_telemetry("gateway", metrics=settings.metrics, tracing=settings.tracing)
    uvicorn.run(
        create_app(settings, telemetry),
        host=settings.gateway.host,
        port=settings.gateway.port,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=settings.gateway.trusted_proxies,
        # Frames up to 64 KiB are taken; somewhat more must arrive to be refused by name.
        ws_max_size=256 * 1024,
        ws=WebSocketProtocol,
        timeout_graceful_shutdown=5,
    )
    telemetry.close()
    # The SDK's native part may crash while the interpreter is torn down, after all work is done.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
