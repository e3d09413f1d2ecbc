"""eBay's notices are taken when eBay signed them, and only then."""

import base64
import hashlib
import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.errors import Rejected, Unauthorized, Unavailable
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.ebay.notices import EbayNotices

KEY = ec.generate_private_key(ec.SECP256R1())
TOKEN = "a-token-that-is-long-enough-for-ebay"
BODY = json.dumps(
    {
        "metadata": {"topic": "ORDER_CONFIRMATION", "schemaVersion": "1.0", "deprecated": False},
        "notification": {"notificationId": "n1", "data": {"orderId": "27-12345-67890"}},
    }
).encode()


class Ebay:
    """Its token and key endpoints; counts how often a key was asked for."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_down = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth2/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        self.asked += 1
        if self.is_down:
            return httpx.Response(503)
        if not request.url.path.endswith("/public_key/k1"):
            return httpx.Response(404, json={"errors": [{"errorId": 195000, "message": "no"}]})
        pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        # In one line, as eBay sends it.
        key = pem.decode().replace("\n", "")
        return httpx.Response(200, json={"key": key, "algorithm": "ECDSA", "digest": "SHA1"})


@pytest.fixture
def ebay() -> Ebay:
    return Ebay()


@pytest.fixture
def notices(ebay: Ebay) -> EbayNotices:
    config = EbayConfig.model_validate(
        {"client_id": "id", "client_secret": "secret", "verification_token": TOKEN}
    )
    return EbayNotices(httpx.AsyncClient(transport=httpx.MockTransport(ebay.answer)), config)


def signed(body: bytes = BODY, **fields: Any) -> dict[str, str]:
    signature = base64.b64encode(KEY.sign(body, ec.ECDSA(SHA1()))).decode()
    content = {"alg": "ecdsa", "kid": "k1", "signature": signature, "digest": "SHA1", **fields}
    return {"x-ebay-signature": base64.b64encode(json.dumps(content).encode()).decode()}


async def test_a_signed_notice_is_known_by_its_id_and_the_key_is_kept(
    ebay: Ebay, notices: EbayNotices
) -> None:
    assert await notices.read(signed(), BODY) == "n1"
    assert await notices.read(signed(), BODY) == "n1"
    assert ebay.asked == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY),
        ({"x-ebay-signature": "nonsense"}, BODY),
        ({"x-ebay-signature": base64.b64encode(b"{}").decode()}, BODY),
        (signed(), BODY.replace(b"27-12345", b"27-99999")),
        (signed(kid="k2"), BODY),
        (signed(kid="../../sell/inventory"), BODY),
        (signed(signature="AAAA"), BODY),
        (signed(signature="%%%"), BODY),
    ],
    ids=[
        "no signature",
        "no Base64",
        "no key named",
        "another body",
        "unknown key",
        "a path for a key",
        "another signature",
        "signature no Base64",
    ],
)
async def test_what_ebay_has_not_signed_is_refused(
    notices: EbayNotices, headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(Unauthorized):
        await notices.read(headers, body)


async def test_made_up_keys_do_not_become_calls(ebay: Ebay, notices: EbayNotices) -> None:
    for number in range(100):
        with pytest.raises((Unauthorized, Unavailable)):
            await notices.read(signed(kid=f"made-up-{number}"), BODY)
    assert ebay.asked <= 20


async def test_without_the_key_the_notice_is_not_judged(ebay: Ebay, notices: EbayNotices) -> None:
    ebay.is_down = True
    with pytest.raises(Unavailable):
        await notices.read(signed(), BODY)
    ebay.is_down = False
    assert await notices.read(signed(), BODY) == "n1"


async def test_another_topic_is_taken_and_means_nothing(notices: EbayNotices) -> None:
    body = BODY.replace(b"ORDER_CONFIRMATION", b"MARKETPLACE_ACCOUNT_DELETION")
    assert await notices.read(signed(body), body) is None


async def test_a_signed_body_that_nobody_understands_is_rejected(notices: EbayNotices) -> None:
    with pytest.raises(Rejected):
        await notices.read(signed(b"[]"), b"[]")


def test_the_challenge_is_answered_as_ebay_documents_it(notices: EbayNotices) -> None:
    endpoint = "https://shop.example/api/v1/webhooks/ebay"
    expected = hashlib.sha256(f"abc{TOKEN}{endpoint}".encode()).hexdigest()
    assert notices.challenge("abc", endpoint) == {"challengeResponse": expected}
