"""eBay's Media API: pictures go up here first, listings then refer to their URLs."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from sandbox.ebay.bodies import json_body
from sandbox.ebay.errors import refused
from sandbox.ebay.tokens import may_sell
from sandbox.image_type import image_type
from sandbox.state import Picture
from sandbox.world import TheWorld, World, base_url

router = APIRouter(prefix="/commerce/media/v1_beta")

_MAX_BYTES = 12 * 1024 * 1024
_FETCH_SECONDS = 10
_KEPT_UNUSED = timedelta(days=30)


@router.post("/image/create_image_from_file", dependencies=[may_sell])
async def create_image_from_file(request: Request, world: TheWorld) -> Response:
    async with request.form() as form:
        upload = form.get("image")
        if not isinstance(upload, UploadFile):
            raise refused(400, 190200, "The image part is missing.", domain="API_MEDIA")
        data = await upload.read()
    return _keep(data, request, world)


@router.post("/image/create_image_from_url", dependencies=[may_sell])
async def create_image_from_url(request: Request, world: TheWorld) -> Response:
    """Fetches the picture. Only https, except from this machine, which has no certificate."""
    url = urlsplit(str((await json_body(request)).get("imageUrl", "")))
    is_here = url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost")
    if url.scheme != "https" and not is_here:
        raise refused(400, 190202, "The image URL must be https.", domain="API_MEDIA")
    return _keep(await _fetched(url.geturl()), request, world)


async def _fetched(url: str) -> bytes:
    data = bytearray()
    try:
        async with (
            httpx.AsyncClient(timeout=_FETCH_SECONDS, follow_redirects=False) as http,
            http.stream("GET", url) as reply,
        ):
            reply.raise_for_status()
            async for chunk in reply.aiter_bytes():
                data += chunk
                if len(data) > _MAX_BYTES:
                    break
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        raise refused(
            400, 190203, "The image could not be fetched.", domain="API_MEDIA"
        ) from failure
    return bytes(data)


def _keep(data: bytes, request: Request, world: World) -> Response:
    content_type = image_type(data)
    if content_type is None or len(data) > _MAX_BYTES:
        raise refused(400, 190204, "The image is not valid.", domain="API_MEDIA")
    image_id = secrets.token_hex(12)
    world.store.put_picture(image_id, Picture(content_type, data))
    base = base_url(request)
    location = f"{base}/commerce/media/v1_beta/image/{image_id}"
    return JSONResponse(_image(base, image_id), 201, {"Location": location})


@router.get("/image/{image_id}", dependencies=[may_sell])
async def read_image(image_id: str, request: Request, world: TheWorld) -> dict[str, Any]:
    if world.store.picture(image_id) is None:
        raise refused(404, 190001, "The image was not found.", domain="API_MEDIA")
    return _image(base_url(request), image_id)


def _image(base: str, image_id: str) -> dict[str, Any]:
    expires = datetime.now(UTC) + _KEPT_UNUSED
    return {
        "imageUrl": f"{base}/uploads/{image_id}",
        "expirationDate": f"{expires:%Y-%m-%dT%H:%M:%S}.000Z",
    }
