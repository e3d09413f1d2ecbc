"""eBay's notices: asking for them with the Notification API, and knowing that they are eBay's."""

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Mapping

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import ValidationError

from adapters.errors import NotFound, Rejected, Unauthorized, Unavailable, Unsupported
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.access import app_auth, seller_auth, vendor
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.wire import Wire
from talknshop.messages import sentence

TOPIC = "ORDER_CONFIRMATION"
_NAME = "TalknShop"
_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_KEEP_KEYS_SECONDS = 3600  # as eBay asks for
_KEEP_UNKNOWN_SECONDS = 60
_MOST_KEYS = 20  # eBay has one or two; a flood of made-up ids must not become a flood of calls
_DIGESTS: Mapping[str, type[HashAlgorithm]] = {"SHA1": SHA1, "SHA256": SHA256}


def notices(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "EbayNotices | None":
    config = EbayConfig.load("ebay", sandbox)
    return EbayNotices(http, config) if config and config.verification_token else None


class EbayNotices:
    name = "ebay"

    def __init__(self, http: httpx.AsyncClient, config: EbayConfig) -> None:
        assert config.verification_token is not None
        self._token = config.verification_token.get_secret_value()
        self._alert_email = config.alert_email
        self._api = f"{config.api_url}/commerce/notification/v1"
        self._ebay = vendor(http, config.timeout)
        self._app_auth = app_auth(config, self._ebay)
        self._seller_auth = seller_auth(config, self._ebay) if config.refresh_token else None
        self._keys: dict[str, tuple[float, _PublicKey | None]] = {}

    def challenge(self, code: str, endpoint: str) -> dict[str, str]:
        digest = hashlib.sha256(f"{code}{self._token}{endpoint}".encode()).hexdigest()
        return {"challengeResponse": digest}

    async def read(self, headers: Mapping[str, str], body: bytes) -> str | None:
        signature = _signature(headers.get("x-ebay-signature", ""))
        key = await self._key(signature.kid)
        if key is None or not key.has_signed(body, signature.signature):
            raise Unauthorized("The notice is not signed by eBay.")
        try:
            message = _Message.model_validate_json(body)
        except ValidationError as error:
            raise Rejected("The notice is not in the documented format.") from error
        return message.notification.notification_id if message.metadata.topic == TOPIC else None

    async def subscribe(self, endpoint: str) -> None:
        if self._seller_auth is None:
            raise Unsupported(sentence("fault_no_notices", vendor="eBay"))
        destination = await self._destination(endpoint)
        payload = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
        # 409 is 195012: there is one already.
        await self._ebay.write(
            "POST",
            f"{self._api}/subscription",
            json={
                "topicId": TOPIC,
                "status": "ENABLED",
                "destinationId": destination,
                "payload": payload,
            },
            auth=self._seller_auth,
            expect=(409,),
        )

    async def _destination(self, endpoint: str) -> str:
        url = f"{self._api}/destination"
        reply = await self._ebay.read("GET", url, auth=self._app_auth)
        for destination in self._ebay.parse(reply, _Destinations).destinations:
            if destination.delivery_config.endpoint == endpoint:
                return destination.destination_id
        if self._alert_email:
            alert = {"alertEmail": self._alert_email}
            await self._ebay.write("PUT", f"{self._api}/config", json=alert, auth=self._app_auth)
        config = {"endpoint": endpoint, "verificationToken": self._token}
        # eBay calls the endpoint with a challenge before it answers.
        made = await self._ebay.write(
            "POST",
            url,
            json={"name": _NAME, "status": "ENABLED", "deliveryConfig": config},
            auth=self._app_auth,
        )
        location: str = made.headers.get("location", "")
        return location.rpartition("/")[2]

    async def _key(self, key_id: str) -> "_PublicKey | None":
        """None for an id that eBay does not know, which is remembered for a while too."""
        now = time.monotonic()
        until, key = self._keys.get(key_id, (0.0, None))
        if until > now:
            return key
        self._keys = {name: kept for name, kept in self._keys.items() if kept[0] > now}
        if len(self._keys) >= _MOST_KEYS:
            raise Unavailable("Too many unknown keys were named: the notice may come again later.")
        try:
            reply = await self._ebay.read(
                "GET", f"{self._api}/public_key/{key_id}", auth=self._app_auth, expect=(404,)
            )
            key = None if reply.status == 404 else self._ebay.parse(reply, _PublicKey)
        except (NotFound, Rejected):
            key = None
        self._keys[key_id] = (now + (_KEEP_KEYS_SECONDS if key else _KEEP_UNKNOWN_SECONDS), key)
        return key


class _Signature(Wire):
    kid: str
    signature: str


def _signature(header: str) -> _Signature:
    """The header is a JSON document in Base64. Raises Unauthorized."""
    try:
        signature = _Signature.model_validate_json(base64.b64decode(header))
    except (binascii.Error, ValueError) as error:
        raise Unauthorized("The notice has no signature of eBay's form.") from error
    if not _KEY_ID.fullmatch(signature.kid):
        raise Unauthorized("The notice names no key of eBay's form.")
    return signature


class _PublicKey(Wire):
    """`key` is PEM without its line breaks."""

    key: str
    digest: str = "SHA1"

    def has_signed(self, body: bytes, signature: str) -> bool:
        digest = _DIGESTS.get(self.digest.upper())
        try:
            encoded = re.sub(r"-----[A-Z ]+-----|\s", "", self.key)
            public = load_der_public_key(base64.b64decode(encoded))
            if digest is None or not isinstance(public, EllipticCurvePublicKey):
                return False
            public.verify(base64.b64decode(signature), body, ECDSA(digest()))
        except (InvalidSignature, ValueError):
            return False
        return True


class _Metadata(Wire):
    topic: str


class _Notification(Wire):
    notification_id: str


class _Message(Wire):
    metadata: _Metadata
    notification: _Notification


class _DeliveryConfig(Wire):
    endpoint: str = ""


class _Destination(Wire):
    destination_id: str
    delivery_config: _DeliveryConfig = _DeliveryConfig()


class _Destinations(Wire):
    destinations: list[_Destination] = []
