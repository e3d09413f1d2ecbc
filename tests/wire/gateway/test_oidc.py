"""Bearer tokens of an identity provider, which publishes its keys over HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from adapters.keys import KeyRing
from adapters.live.refresh_ledger import RefreshLedger
from api.auth import Oidc, SignIn, Tokens
from api.errors import NotSignedIn, Unavailable
from talknshop.settings import GatewaySettings, OidcSettings


class Issuer:
    """Signs with the newest of its keys, and says which are valid."""

    def __init__(self) -> None:
        self.keys: dict[str, RSAPrivateKey] = {}
        self.asked = 0
        self.is_down = False
        self.rotate()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                body = json.dumps(issuer.jwks()).encode()
                self.send_response(503 if issuer.is_down else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def rotate(self) -> None:
        self.keys = {f"k{len(self.keys) + time.monotonic_ns()}": generate_private_key(65537, 2048)}

    def jwks(self) -> dict[str, Any]:
        algorithm = jwt.algorithms.RSAAlgorithm
        return {
            "keys": [
                {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}
                for kid, key in self.keys.items()
            ]
        }

    def claims(self, **changes: Any) -> dict[str, Any]:
        claims = {"iss": self.url, "sub": "auth0|ann", "aud": "shop", "exp": time.time() + 600}
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, **changes: Any) -> str:
        kid, key = next(iter(self.keys.items()))
        return jwt.encode(self.claims(**changes), key, algorithm="RS256", headers={"kid": kid})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever)
    thread.start()
    yield issuer
    issuer.server.shutdown()
    thread.join()
    issuer.server.server_close()


def sign_in(issuer: Issuer, *, cooldown_s: float = 0, guests: bool = False) -> SignIn:
    settings = GatewaySettings()
    tokens = Tokens(
        KeyRing(["k" * 40]),
        settings.token_lifetime,
        settings.refresh_lifetime,
        RefreshLedger(None),
    )
    oidc = OidcSettings(
        issuer=issuer.url, audience="shop", jwks_url=f"{issuer.url}/jwks", cooldown_s=cooldown_s
    )
    return SignIn(tokens, Oidc(oidc), guests=guests, by_name=False)


async def test_the_same_person_is_known_again_and_by_no_name_of_theirs(issuer: Issuer) -> None:
    doors = sign_in(issuer)
    ann, again = await doors.principal(issuer.token()), await doors.principal(issuer.token())
    bob = await doors.principal(issuer.token(sub="auth0|bob"))
    assert ann.user_id == again.user_id != bob.user_id
    assert "ann" not in ann.user_id
    assert not ann.is_guest
    assert issuer.asked == 1, "its keys are cached"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": "other"}, id="for another audience"),
        pytest.param({"iss": "https://evil.example"}, id="of another issuer"),
        pytest.param({"exp": time.time() - 3600}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"sub": None}, id="of nobody"),
    ],
)
async def test_a_token_is_refused_that_is(issuer: Issuer, changes: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        await sign_in(issuer).principal(issuer.token(**changes))


async def test_the_algorithm_is_ours_to_choose(issuer: Issuer) -> None:
    doors = sign_in(issuer)
    kid = next(iter(issuer.keys))
    public = str(issuer.jwks()["keys"][0]["n"])
    forged = [
        jwt.encode(issuer.claims(), "", algorithm="none", headers={"kid": kid}),
        jwt.encode(issuer.claims(), public, algorithm="HS256", headers={"kid": kid}),
        jwt.encode(issuer.claims(), issuer.keys[kid], algorithm="RS512", headers={"kid": kid}),
        issuer.token()[:-4] + "AAAA",
        "not.a.token",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            await doors.principal(token)


async def test_keys_rotate_and_unknown_ones_do_not_flood_the_issuer(issuer: Issuer) -> None:
    doors = sign_in(issuer)
    await doors.principal(issuer.token())
    issuer.rotate()
    assert await doors.principal(issuer.token())

    patient = sign_in(issuer, cooldown_s=60)
    await patient.principal(issuer.token())
    asked = issuer.asked
    stranger = generate_private_key(65537, 2048)
    for number in range(20):
        token = jwt.encode(
            issuer.claims(), stranger, algorithm="RS256", headers={"kid": f"x{number}"}
        )
        with pytest.raises(NotSignedIn):
            await patient.principal(token)
    assert issuer.asked == asked


async def test_an_issuer_that_is_away_is_not_the_person_s_fault(issuer: Issuer) -> None:
    issuer.is_down = True
    with pytest.raises(Unavailable):
        await sign_in(issuer).principal(issuer.token())


async def test_guest_tokens_count_only_where_guests_do(issuer: Issuer) -> None:
    open_doors, closed = sign_in(issuer, guests=True), sign_in(issuer)
    token = open_doors.tokens.issue("guest-1").token
    assert (await open_doors.principal(token)).is_guest
    with pytest.raises(NotSignedIn):
        await closed.principal(token)
    with pytest.raises(NotSignedIn):
        closed.check_guests()
