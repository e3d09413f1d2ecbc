"""The gateway's REST calls, as the terminal needs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx

from talknshop.bulk import BulkMode, BulkView
from talknshop.cli.errors import CommandError
from talknshop.cli.guests import Guest, keep_guest, kept_guest
from talknshop.jobs import JobView
from talknshop.listing import ListingSpec
from talknshop.media import MediaRef

PATIENCE = 30.0  # seconds


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

    async def new_session(self, *, of: Guest | None = None) -> Guest:
        """A fresh conversation, of the guest given or of a new one."""
        headers = {"Authorization": f"Bearer {of.token}"} if of else {}
        reply = await self._call("POST", "/sessions", headers=headers, json={})
        self._guest = Guest.model_validate(reply)
        return self._guest

    async def sign_in(self) -> Guest:
        """A fresh conversation of the guest that this terminal was before, where that is known."""
        known = kept_guest(self.url)
        try:
            guest = await self.new_session(of=known)
        except CommandError as error:
            if known is None or error.exit_code == 2:
                raise
            guest = await self.new_session()  # the gateway has other keys now
        keep_guest(self.url, guest)
        return guest

    async def upload(self, name: str, content: bytes, content_type: str) -> MediaRef:
        files = {"file": (name, content, content_type)}
        return MediaRef.model_validate(await self._call("POST", "/media", files=files))

    async def post(self, listing: ListingSpec, *, key: str) -> str:
        """The new job's id, or that of the first call with the same key."""
        headers = {"Idempotency-Key": key}
        body = listing.model_dump(mode="json")
        reply = await self._call("POST", "/post", headers=headers, json=body)
        return str(reply["job_id"])

    async def job(self, job_id: str) -> JobView:
        return JobView.model_validate(await self._call("GET", f"/jobs/{job_id}"))

    async def jobs(self) -> list[JobView]:
        """The newest page."""
        reply = await self._call("GET", "/jobs")
        return [JobView.model_validate(item) for item in reply["items"]]

    async def act(self, job_id: str, action: str, content: dict[str, Any]) -> None:
        """`action`: the rest of the path after the job."""
        await self._call("POST", f"/jobs/{quote(job_id, safe='')}{action}", json=content)

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
        headers = {"Idempotency-Key": key}
        reply = await self._call("POST", "/jobs/bulk", headers=headers, params=query, content=data)
        return str(reply["bulk_id"])

    async def bulk_upload(self, bulk_id: str) -> BulkView:
        return BulkView.model_validate(await self._call("GET", f"/bulk/{quote(bulk_id, safe='')}"))

    async def steer_bulk(self, bulk_id: str, how: str) -> BulkView:
        """`how`: confirm, pause, resume or cancel."""
        reply = await self._call("POST", f"/bulk/{quote(bulk_id, safe='')}/{how}")
        return BulkView.model_validate(reply)

    async def bulk_result(self, bulk_id: str) -> bytes:
        """The result file, CSV."""
        return (await self._send("GET", f"/bulk/{quote(bulk_id, safe='')}/result")).content

    async def _call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any
    ) -> Any:
        return (await self._send(method, path, headers=headers, **content)).json()

    async def _send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any
    ) -> httpx.Response:
        headers = dict(headers or {})
        if self._guest:
            headers.setdefault("Authorization", f"Bearer {self._guest.token}")
        try:
            reply = await self._client.request(
                method, f"{self.url}/api/v1{path}", headers=headers, **content
            )
        except httpx.TransportError as error:
            raise not_running(self.url) from error
        if reply.is_error:
            raise CommandError(_refusal(reply), exit_code=1)
        return reply


@asynccontextmanager
async def gateway_at(url: str) -> AsyncIterator[Gateway]:
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        yield Gateway(url.rstrip("/"), client)


def _refusal(reply: httpx.Response) -> str:
    """The sentence of an RFC 9457 problem, with the fields it names."""
    try:
        problem = reply.json()
        sentence = str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The gateway answered {reply.request.url} with status {reply.status_code}."
    fields = (problem.get("details") or {}).get("fields", [])
    return "\n".join([sentence, *(f"  {field['field']}: {field['rule']}" for field in fields)])
