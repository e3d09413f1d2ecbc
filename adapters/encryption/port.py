"""The protocol of a source of sealing keys."""

from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass(frozen=True)
class SealingKey:
    """`key_id` is written beside what was sealed: with it alone the key is found again."""

    key_id: bytes
    cipher: AESGCM


class UnknownKey(Exception):  # noqa: N818
    """Sealed with a key that is not here (any more)."""


class SealingKeys(Protocol):
    async def newest(self) -> SealingKey: ...

    async def find(self, key_id: bytes) -> SealingKey:
        """Raises UnknownKey."""
