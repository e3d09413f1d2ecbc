"""Seals every payload with AES-256-GCM before it leaves the process."""

import os
import zlib
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from adapters.encryption.port import SealingKeys, UnknownKey

ENCODING = b"binary/encrypted"
_NONCE_BYTES = 12
COMPRESSION = "compression"
_ZLIB = b"zlib"
# Shorter ones gain nothing; most of what is stored is long.
_WORTH_BYTES = 512


class SealingCodec(PayloadCodec):
    """Payloads that were stored in clear, before there was a key, are still read.

    Long ones are compressed first: what Temporal stores is paid by its bytes.
    """

    def __init__(self, keys: SealingKeys) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        key = await self._keys.newest()
        sealed = []
        for payload in payloads:
            nonce = os.urandom(_NONCE_BYTES)
            clear = payload.SerializeToString()
            metadata = {"encoding": ENCODING, "encryption-key-id": key.key_id}
            if len(clear) >= _WORTH_BYTES:
                clear = zlib.compress(clear, level=1)
                metadata[COMPRESSION] = _ZLIB
            data = key.cipher.encrypt(nonce, clear, _bound(metadata))
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
            clear = key.cipher.decrypt(nonce, data, _bound(payload.metadata))
        except (InvalidTag, ValueError) as error:
            raise UnknownKey("This payload is not what was sealed.") from error
        return Payload.FromString(
            zlib.decompress(clear) if COMPRESSION in payload.metadata else clear
        )


def _bound(metadata: Mapping[str, bytes]) -> bytes:
    """What nobody may change beside what is sealed."""
    return metadata["encryption-key-id"] + metadata.get(COMPRESSION, b"")
