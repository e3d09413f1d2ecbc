"""Sealing keys from a key ring: a file, or the settings."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.encryption.port import SealingKey, UnknownKey
from adapters.keys import Key, KeyRing


class LocalKeys:
    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._derived: dict[str, SealingKey] = {}

    async def newest(self) -> SealingKey:
        return self._sealing(self._ring.newest)

    async def find(self, key_id: bytes) -> SealingKey:
        key = self._ring.find(key_id.decode(errors="replace"))
        if key is None:
            raise UnknownKey(f"There is no key {key_id!r} here to open this payload with.")
        return self._sealing(key)

    def _sealing(self, key: Key) -> SealingKey:
        if key.key_id not in self._derived:
            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"talknshop payloads")
            cipher = AESGCM(derive.derive(key.secret))
            self._derived[key.key_id] = SealingKey(key.key_id.encode(), cipher)
        return self._derived[key.key_id]
