"""Delivers eBay's notices to whoever subscribed: signed, in order, again when it was not taken."""

import asyncio
import base64
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sandbox.disturbance import Disturbances, NoticeKind
from sandbox.instants import instant
from sandbox.state import Document, Store

ORDER_CONFIRMATION = "ORDER_CONFIRMATION"

OUTBOX = "ebay/outbox"
KEYS = "ebay/signing_keys"
SUBSCRIPTIONS, DESTINATIONS = "ebay/subscriptions", "ebay/destinations"
_ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.5
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class SigningKey:
    """ECDSA over P-256; `pem` is the private half."""

    key_id: str
    pem: str

    @classmethod
    def of(cls, store: Store) -> "SigningKey":
        """The sandbox's own, made when it is first needed."""
        for kept in store.all(KEYS):
            return cls(kept["key_id"], kept["pem"])
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        key = cls(secrets.token_hex(8), made.decode())
        store.put(KEYS, key.key_id, {"key_id": key.key_id, "pem": key.pem})
        return key

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key(self.pem.encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    @property
    def public_pem(self) -> str:
        """As eBay writes it: without line breaks."""
        pem = self._private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return pem.decode().replace("\n", "")

    def header(self, body: bytes) -> str:
        algorithm = ec.ECDSA(SHA1())  # noqa: S303 -- eBay's choice
        signature = base64.b64encode(self._private.sign(body, algorithm)).decode()
        fields = {
            "alg": "ecdsa",
            "kid": self.key_id,
            "signature": signature,
            "digest": "SHA1",
        }
        return base64.b64encode(json.dumps(fields).encode()).decode()


class Notices:
    """An outbox in the store: what was put there is sent, though the sandbox be restarted."""

    def __init__(self, store: Store, disturbances: Disturbances) -> None:
        self._store = store
        self._disturbances = disturbances
        self._changed = asyncio.Event()

    @cached_property
    def key(self) -> SigningKey:
        return SigningKey.of(self._store)

    def put(self, topic: str, data: Document) -> None:
        """One message for each destination that wants this topic."""
        for subscription in self._store.all(SUBSCRIPTIONS):
            if subscription["topicId"] == topic and subscription.get("status") == "ENABLED":
                number = str(self._store.next_number("ebay/notice", 1))
                destination_id = subscription["destinationId"]
                notice = {"number": number, "message": _message(topic, data)}
                self._store.put(OUTBOX, number, notice, destination_id)
        self._tell()

    def serve_new_destinations(self) -> None:
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def deliver(self) -> None:
        """For ever. One destination that is down does not hold up the others."""
        served: set[str] = set()
        async with (
            httpx.AsyncClient(timeout=_ANSWER_SECONDS) as http,
            asyncio.TaskGroup() as deliveries,
        ):
            while True:
                changed = self._changed
                for destination in self._store.all(DESTINATIONS):
                    if (destination_id := destination["destinationId"]) not in served:
                        served.add(destination_id)
                        deliveries.create_task(self._deliver_to(http, destination_id))
                await changed.wait()

    async def _deliver_to(self, http: httpx.AsyncClient, destination_id: str) -> None:
        """One after the other, in the order in which they were put."""
        while True:
            (notice,) = await self._waiting(destination_id, 1)
            if self._strikes(notice, "reorder_notice"):
                # Held back until there is another one to overtake it.
                _, notice = await self._waiting(destination_id, 2)
            await self._send(http, destination_id, notice)
            self._store.delete(OUTBOX, notice["number"])

    async def _waiting(self, destination_id: str, count: int) -> list[Document]:
        while True:
            changed = self._changed
            waiting = self._store.find(OUTBOX, destination_id)
            if len(waiting) >= count:
                return waiting[:count]
            await changed.wait()

    async def _send(self, http: httpx.AsyncClient, destination_id: str, notice: Document) -> None:
        if self._strikes(notice, "lose_notice"):
            return
        forged = self._strikes(notice, "forge_notice")
        if self._strikes(notice, "duplicate_notice"):
            await self._until_taken(http, destination_id, notice, forged)
        await self._until_taken(http, destination_id, notice, forged)

    async def _until_taken(
        self, http: httpx.AsyncClient, destination_id: str, notice: Document, forged: bool
    ) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            destination = self._store.get(DESTINATIONS, destination_id)
            if destination is None or self._store.get(OUTBOX, notice["number"]) is None:
                return
            notice["message"]["notification"]["publishAttemptCount"] = attempt
            body = json.dumps(notice["message"]).encode()
            headers = {
                "Content-Type": "application/json",
                # Somebody else's signature is a signature too, of something else.
                "X-EBAY-SIGNATURE": self.key.header(b"forged" if forged else body),
            }
            endpoint = destination["deliveryConfig"]["endpoint"]
            with suppress(httpx.HTTPError):
                answer = await http.post(endpoint, content=body, headers=headers)
                if answer.is_success or answer.status_code == 412:
                    return
            await asyncio.sleep(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))

    def _strikes(self, notice: Document, kind: NoticeKind) -> bool:
        topic = notice["message"]["metadata"]["topic"]
        return self._disturbances.next_fault("ebay", "NOTICE", topic, (kind,)) is not None


def _message(topic: str, data: Document) -> dict[str, Any]:
    now = instant(datetime.now(UTC))
    return {
        "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": f"{secrets.token_hex(4)}-{secrets.token_hex(12)}",
            "eventDate": now,
            "publishDate": now,
            "publishAttemptCount": 1,
            "data": data,
        },
    }
