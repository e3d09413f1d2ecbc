"""Probes, and numbers for Prometheus."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from temporalio.service import RPCError

from adapters.telemetry.process import CONTENT_TYPE, Telemetry
from api.gateway import Gateway

router = APIRouter()


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request, response: Response) -> dict[str, str]:
    """Temporal answers; `live_feed` tells whether answers stream or are polled for."""
    gateway: Gateway = request.app.state.gateway
    feed = "connected" if gateway.hub.feed.connected else "away"
    try:
        healthy = await request.app.state.temporal.service_client.check_health(
            timeout=timedelta(seconds=2)
        )
    except RPCError:
        healthy = False
    response.status_code = 200 if healthy else 503
    return {"status": "ok" if healthy else "temporal is away", "live_feed": feed}


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    telemetry: Telemetry = request.app.state.telemetry
    gateway.metrics.sockets.set(gateway.hub.sockets)
    gateway.metrics.live_feed.set(gateway.hub.feed.connected)
    page = await telemetry.page(gateway.metrics.registry)
    return Response(page, media_type=CONTENT_TYPE)
