"""WebSockets that end when they are ended, also when nobody reads what was still to be sent."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# From the close until what was not read by then is dropped.
GRACE_S = 5.0


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A transport that is closed stays open until it is read out, for as long as the peer likes."""

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(GRACE_S, self.transport.abort)
