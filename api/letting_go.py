"""WebSockets that end when they are ended, also when nobody reads what was still to be sent."""

import socket
from asyncio import BaseTransport
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# From the close until what was not read by then is dropped.
GRACE_S = 5.0
# What the system holds back for a client that does not read; left to itself it takes 4 MiB each.
MAX_UNREAD_BYTES = 256 * 1024


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A transport that is closed stays open until it is read out, for as long as the peer likes."""

    def connection_made(self, transport: BaseTransport) -> None:
        peer = cast(socket.socket, transport.get_extra_info("socket"))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_UNREAD_BYTES)
        super().connection_made(transport)

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(GRACE_S, self.transport.abort)
