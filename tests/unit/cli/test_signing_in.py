"""The terminal's REST calls go on with the next token when one has ended."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from talknshop.cli.gateway import Gateway
from talknshop.cli.guests import Guest, keep_guest, kept_guest

URL = "http://gateway"
NOW = datetime.now(UTC)


class Server:
    """Takes the newest token only; `refuses` the refresh token with these words."""

    def __init__(self) -> None:
        self.valid, self.refuses = "not yet known", ""
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        path = request.url.path.removeprefix("/api/v1")
        self.asked.append((path, token))
        if path == "/sessions/refresh":
            if self.refuses:
                return httpx.Response(401, json={"detail": self.refuses, "code": "signed_out"})
            self.valid = "token2"
            return httpx.Response(200, json=access(self.valid, "refresh2"))
        if path == "/sessions" and not token:
            session = {"session_id": "s2", "user_id": "guest-new"}
            return httpx.Response(201, json=session | access("token3", "refresh3"))
        if token != self.valid:
            return httpx.Response(401, json={"detail": "Too old.", "code": "token_expired"})
        if path == "/sessions":
            kept = {"session_id": "s1", "user_id": "ada", "refresh_token": None}
            return httpx.Response(201, json=access(token, None) | kept)
        return httpx.Response(200, json={"items": []})


def access(token: str, refresh_token: str | None) -> dict[str, Any]:
    until = (NOW + timedelta(days=1)).isoformat()
    return {
        "token": token,
        "expires_at": until,
        "refresh_token": refresh_token,
        "refresh_expires_at": until if refresh_token else None,
    }


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    guest = Guest(session_id="s0", user_id="ada", **access("token1", "refresh1"))
    keep_guest(URL, guest.model_copy(update={"expires_at": NOW - timedelta(minutes=1)}))
    return Server()


def gateway(server: Server) -> Gateway:
    return Gateway(URL, httpx.AsyncClient(transport=httpx.MockTransport(server)))


async def test_signing_in_after_a_day_is_still_the_same_guest(server: Server) -> None:
    guest = await gateway(server).sign_in()
    assert (guest.user_id, guest.session_id, guest.token) == ("ada", "s1", "token2")
    kept = kept_guest(URL)
    assert kept is not None
    assert (kept.token, kept.refresh_token) == ("token2", "refresh2")


async def test_a_call_in_the_middle_goes_on_and_the_new_tokens_are_kept(server: Server) -> None:
    terminal = gateway(server)
    await terminal.sign_in()
    server.valid = "none of those before"
    assert await terminal.jobs() == []
    assert [path for path, _ in server.asked[-3:]] == ["/jobs", "/sessions/refresh", "/jobs"]


async def test_a_guest_who_was_signed_out_becomes_another(server: Server) -> None:
    server.refuses = "This access was ended."
    assert (await gateway(server).sign_in()).user_id == "guest-new"
