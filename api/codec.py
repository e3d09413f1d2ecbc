"""Opens sealed payloads for operators: the codec server of Temporal's Web UI and CLI."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from adapters.encryption.port import UnknownKey
from api.errors import Invalid, NotFound
from talknshop.messages import sentence

router = APIRouter(prefix="/codec", include_in_schema=False)


class CodecServer:
    """`operator_token` None: nobody."""

    def __init__(self, codec: PayloadCodec | None, operator_token: str | None) -> None:
        self._codec = codec
        self._token = operator_token

    def admits(self, token: str) -> bool:
        return self._token is not None and hmac.compare_digest(self._token.encode(), token.encode())

    async def decode(self, body: bytes) -> str:
        """Raises Invalid for what is no payloads, or sealed with an unknown key."""
        try:
            payloads = json_format.Parse(body, Payloads()).payloads
            opened = await self._codec.decode(payloads) if self._codec else payloads
        except (json_format.ParseError, UnicodeDecodeError, RecursionError, UnknownKey) as error:
            raise Invalid("unreadable", sentence("api_unreadable")) from error
        return json_format.MessageToJson(Payloads(payloads=opened))


@router.post("/decode")
async def decode(
    request: Request, authorization: Annotated[str | None, Header()] = None
) -> Response:
    """With `Authorization: Bearer …`, as the CLI's --codec-auth sends it."""
    return await _decode(request, (authorization or "").removeprefix("Bearer "))


@router.post("/{token}/decode")
async def decode_for_page(token: str, request: Request) -> Response:
    """The Web UI without an identity provider of its own can send a token only by the address."""
    return await _decode(request, token)


async def _decode(request: Request, token: str) -> Response:
    server: CodecServer = request.app.state.codec_server
    if not server.admits(token):
        # As for any unknown address: that a codec is here is nobody's business.
        raise NotFound("not_found", sentence("http_404"))
    opened = await server.decode(await request.body())
    return Response(opened, media_type="application/json")
