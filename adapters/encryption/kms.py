"""Sealing keys wrapped by AWS KMS: the wrapped key travels beside what it sealed."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.encryption.port import SealingKey, UnknownKey

# One call to KMS for each hour and process, and one for each foreign key that is met.
RENEWED_AFTER = timedelta(hours=1)
KEPT = 1000
_PREFIX = b"kms:"
# KMS refuses to unwrap a key that was not wrapped for this very purpose.
_CONTEXT = {"purpose": "talknshop payloads"}


class KmsKeys:
    """`key` is an id, ARN or alias. KMS rotates it by itself; old wrapped keys go on opening."""

    def __init__(
        self,
        key: str,
        *,
        region: str | None = None,
        client: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._kms = client or boto3.client("kms", region_name=region)
        self._clock = clock
        self._lock = asyncio.Lock()
        self._newest: SealingKey | None = None
        self._renew_at = 0.0
        self._known: OrderedDict[bytes, SealingKey] = OrderedDict()

    async def newest(self) -> SealingKey:
        async with self._lock:
            if self._newest is None or self._clock() >= self._renew_at:
                answer = await asyncio.to_thread(
                    self._kms.generate_data_key,
                    KeyId=self._key,
                    KeySpec="AES_256",
                    EncryptionContext=_CONTEXT,
                )
                self._newest = self._keep(answer["CiphertextBlob"], answer["Plaintext"])
                self._renew_at = self._clock() + RENEWED_AFTER.total_seconds()
            return self._newest

    async def find(self, key_id: bytes) -> SealingKey:
        async with self._lock:
            if key_id in self._known:
                self._known.move_to_end(key_id)
                return self._known[key_id]
            if not key_id.startswith(_PREFIX):
                raise UnknownKey(f"{key_id[:40]!r} was not wrapped by KMS.")
            wrapped = key_id.removeprefix(_PREFIX)
            try:
                answer = await asyncio.to_thread(
                    self._kms.decrypt,
                    CiphertextBlob=wrapped,
                    KeyId=self._key,
                    EncryptionContext=_CONTEXT,
                )
            except (ClientError, BotoCoreError) as error:
                raise UnknownKey("KMS does not unwrap the key of this payload.") from error
            return self._keep(wrapped, answer["Plaintext"])

    def _keep(self, wrapped: bytes, plain: bytes) -> SealingKey:
        key = SealingKey(_PREFIX + wrapped, AESGCM(plain))
        self._known[key.key_id] = key
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return key
