"""A connection that the application may cut: how a reply gets lost on purpose."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CLOSE_CONNECTION = "sandbox.close_connection"


class CuttableProtocol(HttpToolsProtocol):
    """Puts a function that closes the connection, without any reply, into `scope["extensions"]`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CLOSE_CONNECTION: {"close": self._cut}}

    def _cut(self) -> None:
        self.transport.abort()
