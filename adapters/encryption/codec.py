"""Seals every payload with AES-256-GCM before it leaves the process."""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from adapters.encryption.port import SealingKeys, UnknownKey

ENCODING = b"binary/encrypted"
_NONCE_BYTES = 12


class SealingCodec(PayloadCodec):
    """Payloads that were stored in clear, before there was a key, are still read."""

    def __init__(self, keys: SealingKeys) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        key = await self._keys.newest()
        sealed = []
        for payload in payloads:
            nonce = os.urandom(_NONCE_BYTES)
            data = key.cipher.encrypt(nonce, payload.SerializeToString(), key.key_id)
            metadata = {"encoding": ENCODING, "encryption-key-id": key.key_id}
            sealed.append(Payload(metadata=metadata, data=nonce + data))
        return sealed

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Raises UnknownKey, also when somebody changed a payload."""
        return [
            await self._opened(payload) if payload.metadata.get("encoding") == ENCODING else payload
            for payload in payloads
        ]

    async def _opened(self, payload: Payload) -> Payload:
        key = await self._keys.find(payload.metadata["encryption-key-id"])
        nonce, data = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(key.cipher.decrypt(nonce, data, key.key_id))
        except (InvalidTag, ValueError) as error:
            raise UnknownKey("This payload is not what was sealed.") from error
