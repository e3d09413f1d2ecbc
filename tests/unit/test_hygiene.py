"""What goes with an answer even when we have made a mistake, and whom an address is counted as."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from api.addresses import address_of
from api.hygiene import Hygiene, Origins
from api.metrics import Metrics
from api.observing import Observer


class BrokenAnswer(JSONResponse):
    """Fails between its status and its body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def fails(message: Message) -> None:
            await send(message)
            raise RuntimeError("a mistake in the body")

        await super().__call__(scope, receive, fails)


async def _pieces() -> AsyncIterator[str]:
    yield "begun"
    raise RuntimeError("a mistake half-way")


def _mistaken(request: Request) -> JSONResponse:
    raise RuntimeError("a mistake with a secret in it")


@pytest.fixture
def app() -> Starlette:
    routes = [
        Route("/api/mistake", _mistaken, methods=["GET", "POST"]),
        Route("/api/broken", lambda request: BrokenAnswer({"a": 1})),
        Route("/api/begun", lambda request: StreamingResponse(_pieces())),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(Hygiene, origins=Origins(frozenset(), None), https=True)
    metrics = Metrics()
    app.state.gateway = SimpleNamespace(metrics=metrics, observer=Observer(metrics))
    return app


def _client(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/mistake"), ("POST", "/api/mistake"), ("GET", "/api/broken")],
)
async def test_a_mistake_of_ours_is_a_problem_document_with_all_headers_and_is_counted(
    app: Starlette, method: str, path: str
) -> None:
    async with _client(app) as http:
        answer = await http.request(method, path, headers={"X-Request-ID": "r-1"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "r-1"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"]
    assert answer.json()["code"] == "internal"
    assert "secret" not in answer.text
    counted = app.state.gateway.metrics.registry.get_sample_value(
        "talknshop_gateway_request_seconds_count",
        {"method": method, "route": path, "status": "500"},
    )
    assert counted == 1


async def test_a_mistake_in_the_middle_of_an_answer_ends_it(app: Starlette) -> None:
    async with _client(app) as http:
        answer = await http.get("/api/begun")
    assert answer.status_code == 200
    assert answer.text == "begun"


@pytest.mark.parametrize(
    ("host", "may_speak_to"),
    [
        pytest.param("shop.example:8000", "'self' ws://shop.example:8000 wss://shop.example:8000"),
        pytest.param("[::1]:8000", "'self' ws://[::1]:8000 wss://[::1]:8000"),
        pytest.param("x; script-src *", "'self'"),
        pytest.param("*", "'self'"),
    ],
)
async def test_a_page_speaks_to_us_and_nobody_else(
    app: Starlette, host: str, may_speak_to: str
) -> None:
    async with _client(app) as http:
        answer = await http.get("/api/mistake", headers={"Host": host})
    policy = answer.headers["content-security-policy"].split("; ")
    assert f"connect-src {may_speak_to}" in policy
    assert [part for part in policy if part.startswith("default-src")] == ["default-src 'self'"]


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="IPv4"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.7", id="IPv4 in IPv6"),
        pytest.param("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64", id="IPv6"),
        pytest.param("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64", id="the same network"),
        pytest.param("fe80::1%eth0", "fe80::/64", id="with its interface"),
        pytest.param("a socket", "a socket", id="no address"),
    ],
)
def test_a_network_of_one_customer_is_one_address(peer: str, counted: str) -> None:
    assert address_of(HTTPConnection({"type": "http", "client": (peer, 1)})) == counted


def test_who_has_no_address_is_counted_together() -> None:
    assert address_of(HTTPConnection({"type": "http"})) == ""
