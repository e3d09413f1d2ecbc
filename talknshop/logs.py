"""Structured logs: lines for people at a terminal, JSON in production."""

import logging
from typing import Literal

import structlog


def configure_logs(level: str, style: Literal["console", "json"], **context: str) -> None:
    """`context` (role, …) is bound to every line of this process."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
    )
    structlog.contextvars.bind_contextvars(**context)
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    # Each request's URL may carry a token or a marketplace's key; uvicorn.error is also the log of
    # accepted WebSockets.
    for chatty in ("httpx", "httpcore", "websockets", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
