"""The gateway's REST calls, as the terminal needs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from talknshop.bulk import BulkMode, BulkView
from talknshop.cli.errors import CommandError
from talknshop.cli.guests import Guest, keep_guest, kept_guest
from talknshop.jobs import JobView
from talknshop.listing import ListingSpec
from talknshop.media import MediaRef

PATIENCE = 30.0  # seconds
# What a header can carry as it is.
_VISIBLE = "".join(map(chr, range(0x20, 0x7F)))


def not_running(url: str) -> CommandError:
    return CommandError(
        f"No gateway answers at {url}: start one with `talknshop dev`, or give its address with"
        " --url."
    )


class Gateway:
    """Every call raises CommandError: exit code 2 when nobody answers, 1 for a refusal."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client
        self._guest: Guest | None = None

    async def new_session(self) -> Guest:
        """A fresh conversation, of the guest who has signed in or else of a new one."""
        reply = await self._call("POST", "/sessions", json={})
        if self._guest and not reply.get("refresh_token"):
            kept = self._guest.model_dump(include={"refresh_token", "refresh_expires_at"})
            reply |= kept
        self._guest = Guest.model_validate(reply)
        return self._guest

    async def sign_in(self) -> Guest:
        """A fresh conversation of the guest that this terminal was before, where that is known."""
        self._guest = kept_guest(self.url)
        try:
            guest = await self.new_session()
        except CommandError as error:
            if self._guest is None or error.exit_code == 2:
                raise
            self._guest = None
            guest = await self.new_session()  # the gateway has other keys now
        keep_guest(self.url, guest)
        return guest

    async def renew(self) -> str:
        """The guest's next token. Raises CommandError when the gateway gives none."""
        assert self._guest is not None
        reply = await self._request(
            "POST", "/sessions/refresh", json={"refresh_token": self._guest.refresh_token}
        )
        if reply.is_error:
            raise CommandError(_refusal(reply), exit_code=1)
        self._guest = self._guest.model_copy(
            update=_Access.model_validate_json(reply.content).model_dump()
        )
        kept = kept_guest(self.url)
        if kept and kept.user_id == self._guest.user_id:
            keep_guest(self.url, self._guest)
        return self._guest.token

    async def upload(self, name: str, content: bytes, content_type: str) -> MediaRef:
        files = {"file": (name, content, content_type)}
        return MediaRef.model_validate(await self._call("POST", "/media", files=files))

    async def post(self, listing: ListingSpec, *, key: str) -> str:
        """The new job's id, or that of the first call with the same key."""
        headers = _idempotency(key)
        body = listing.model_dump(mode="json")
        reply = await self._call("POST", "/post", headers=headers, json=body)
        return str(reply["job_id"])

    async def job(self, job_id: str) -> JobView:
        return JobView.model_validate(await self._call("GET", _path("jobs", job_id)))

    async def jobs(self) -> list[JobView]:
        """The newest page."""
        reply = await self._call("GET", "/jobs")
        return [JobView.model_validate(item) for item in reply["items"]]

    async def act(self, job_id: str, *action: str, **content: Any) -> None:
        """`action`: the parts of the path after the job; `content`: `json` or `params`."""
        await self._call("POST", _path("jobs", job_id, *action), **content)

    async def retry_all(self, marketplace: str | None, error: str | None) -> dict[str, int]:
        """How many were retried and refused, of at most 500."""
        which = {"marketplace": marketplace, "error": error}
        reply: dict[str, int] = await self._call("POST", "/jobs/retry", json=which)
        return reply

    async def bulk(
        self, name: str, data: bytes, *, key: str, mode: BulkMode, marketplaces: str
    ) -> str:
        """The new upload's id, or that of the first call with the same key."""
        query = {"post": mode, "marketplaces": marketplaces, "file_name": name}
        headers = _idempotency(key)
        reply = await self._call("POST", "/jobs/bulk", headers=headers, params=query, content=data)
        return str(reply["bulk_id"])

    async def bulk_upload(self, bulk_id: str) -> BulkView:
        return BulkView.model_validate(await self._call("GET", _path("bulk", bulk_id)))

    async def steer_bulk(self, bulk_id: str, how: str) -> BulkView:
        """`how`: confirm, pause, resume or cancel."""
        reply = await self._call("POST", _path("bulk", bulk_id, how))
        return BulkView.model_validate(reply)

    async def bulk_result(self, bulk_id: str) -> bytes:
        """The result file, CSV."""
        return (await self._send("GET", _path("bulk", bulk_id, "result"))).content

    async def _call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any
    ) -> Any:
        reply = await self._send(method, path, headers=headers, **content)
        try:
            return reply.json()
        except ValueError as error:
            raise CommandError(f"What answers at {self.url} is no gateway of TalknShop.") from error

    async def _send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any
    ) -> httpx.Response:
        reply = await self._request(method, path, headers=headers, **content)
        if _is_expired(reply) and self._guest and self._guest.refresh_token:
            await self.renew()
            reply = await self._request(method, path, headers=headers, **content)
        if reply.is_error:
            raise CommandError(_refusal(reply), exit_code=1)
        return reply

    async def _request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any
    ) -> httpx.Response:
        signed = {"Authorization": f"Bearer {self._guest.token}"} if self._guest else {}
        try:
            return await self._client.request(
                method, f"{self.url}/api/v1{path}", headers=signed | (headers or {}), **content
            )
        except httpx.TransportError as error:
            raise not_running(self.url) from error


class _Access(BaseModel):
    token: str
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


@asynccontextmanager
async def gateway_at(url: str) -> AsyncIterator[Gateway]:
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        yield Gateway(url.rstrip("/"), client)


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _idempotency(key: str) -> dict[str, str]:
    return {"Idempotency-Key": quote(key, safe=_VISIBLE)}


def _is_expired(reply: httpx.Response) -> bool:
    return reply.status_code == 401 and "token_expired" in reply.text


def _refusal(reply: httpx.Response) -> str:
    """The sentence of an RFC 9457 problem, with the fields it names."""
    try:
        problem = reply.json()
        sentence = str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The gateway answered {reply.request.url} with status {reply.status_code}."
    fields = (problem.get("details") or {}).get("fields", [])
    return "\n".join([sentence, *(f"  {field['field']}: {field['rule']}" for field in fields)])
