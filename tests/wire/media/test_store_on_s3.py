"""Uploads in an S3 bucket: the requests that a real S3 would get."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
import uvicorn
from fastapi import FastAPI, Request, Response
from moto import mock_aws

from adapters.errors import NotFound, Unauthorized, Unavailable
from adapters.storage.media_store import MediaStore

ENVIRONMENT = {
    "AWS_ALLOW_HTTP": "true",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
}
SMALLEST_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Bucket:
    """Keeps objects, wants a signature, and fails with `status` when told to."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.status: int | None = None
        self.app = FastAPI()
        self.app.add_api_route("/{key:path}", self.put, methods=["PUT"])
        self.app.add_api_route("/{key:path}", self.get, methods=["GET", "HEAD"])

    async def put(self, key: str, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        self.objects[key] = await request.body()
        return Response(headers={"ETag": '"1"'})

    async def get(self, key: str, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        if key not in self.objects:
            return _error(404, "NoSuchKey")
        headers = {"ETag": '"1"', "Last-Modified": "Fri, 01 May 2026 12:00:00 GMT"}
        return Response(self.objects[key], headers=headers)

    def _refusal(self, request: Request) -> Response | None:
        if self.status:
            return _error(self.status, "Told")
        signed = request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256")
        return None if signed else _error(403, "AccessDenied")


def _error(status: int, code: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
    return Response(body, status_code=status, media_type="application/xml")


@contextmanager
def serving(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app on a free port, where obstore then looks for S3."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    socket = server.config.bind_socket()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{socket.getsockname()[1]}")
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([socket])))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    bucket = Bucket()
    with serving(bucket.app, monkeypatch):
        yield bucket


@pytest.fixture
def store(bucket: Bucket) -> MediaStore:
    return MediaStore("s3://shop/uploads")


async def test_an_upload_is_kept_under_the_prefix_and_comes_back(
    store: MediaStore, bucket: Bucket
) -> None:
    stored = await store.put_upload("ann", SMALLEST_PNG)
    small, key = bucket.objects
    assert key.startswith("shop/uploads/")
    assert key.endswith(f"/{stored.media_id}")
    assert small == f"{key}-thumb"
    data, content_type = await store.read("ann", stored.media_id)
    assert (data, content_type) == (bucket.objects[key], "image/jpeg")


async def test_what_is_not_in_the_bucket_is_not_found(store: MediaStore) -> None:
    with pytest.raises(NotFound):
        await store.read("ann", "0" * 32)


async def test_keys_that_are_not_accepted_are_said_to_be(store: MediaStore, bucket: Bucket) -> None:
    bucket.status = 403
    with pytest.raises(Unauthorized):
        await store.put_upload("ann", SMALLEST_PNG)


async def test_a_bucket_that_is_down_is_said_to_be_after_few_tries(
    store: MediaStore, bucket: Bucket
) -> None:
    bucket.status = 503
    with pytest.raises(Unavailable):
        await store.put_upload("ann", SMALLEST_PNG)


class Moto:
    """S3 as moto plays it: what comes over the wire is handed on to it."""

    def __init__(self) -> None:
        self.app = FastAPI()
        methods = ["GET", "HEAD", "PUT", "POST", "DELETE"]
        self.app.add_api_route("/{key:path}", self.hand_on, methods=methods)

    async def hand_on(self, request: Request) -> Response:
        body = await request.body()
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        answer = await asyncio.to_thread(
            requests.request,
            request.method,
            f"https://s3.us-east-1.amazonaws.com{request.url.path}",
            params=dict(request.query_params),
            data=body,
            headers=headers,
            stream=True,
            timeout=10,
        )
        kept = {n: v for n, v in answer.headers.items() if n.lower() in ANSWERED}
        if request.method == "HEAD":
            kept["content-length"] = answer.headers.get("content-length", "0")
            return Response(None, answer.status_code, kept)
        return Response(answer.content, answer.status_code, kept)


ANSWERED = {"etag", "last-modified", "content-type"}


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the account that the store uploads to."""
    with mock_aws(), serving(Moto().app, monkeypatch):
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="shop")
        yield client


async def test_an_upload_lives_and_dies_in_s3_as_moto_plays_it(moto: Any) -> None:
    store = MediaStore("s3://shop/uploads")
    stored = await store.put_upload("ann", SMALLEST_PNG)
    assert len(moto.list_objects_v2(Bucket="shop")["Contents"]) == 2
    for read in (store.read, store.read_thumbnail):
        assert (await read("ann", stored.media_id))[1] == "image/jpeg"
        with pytest.raises(NotFound):
            await read("bob", stored.media_id)
    assert await store.holds("ann", stored.media_id)
    assert await store.erase_older(datetime(2020, 1, 1, tzinfo=UTC)) == 0
    await store.delete("ann", stored.media_id)
    await store.delete("ann", stored.media_id)
    assert not await store.holds("ann", stored.media_id)
    assert "Contents" not in moto.list_objects_v2(Bucket="shop")


async def test_what_nobody_used_for_long_is_erased_from_s3(moto: Any) -> None:
    store = MediaStore("s3://shop/uploads")
    await store.put_upload("ann", SMALLEST_PNG)
    assert await store.erase_older(datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert "Contents" not in moto.list_objects_v2(Bucket="shop")
