"""eBay's Media API: pictures go up here first, listings then refer to their URLs."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from sandbox.ebay.errors import refused
from sandbox.ebay.tokens import may_sell
from sandbox.image_type import image_type
from sandbox.state import Picture
from sandbox.world import TheWorld, base_url

router = APIRouter(prefix="/commerce/media/v1_beta")

_MAX_BYTES = 12 * 1024 * 1024
_KEPT_UNUSED = timedelta(days=30)


@router.post("/image/create_image_from_file", dependencies=[may_sell])
async def create_image_from_file(request: Request, world: TheWorld) -> Response:
    async with request.form() as form:
        upload = form.get("image")
        if not isinstance(upload, UploadFile):
            raise refused(400, 190200, "The image part is missing.", domain="API_MEDIA")
        data = await upload.read()
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
