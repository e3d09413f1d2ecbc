"""Secrets as files, each encrypted with AES-256-GCM."""

import asyncio
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.errors import Unauthorized, Unavailable
from adapters.keys import Key, KeyRing

# In the data folder: what people's secrets are sealed with.
SECRETS_KEYS = Path("keys") / "secrets.key"

_NONCE_BYTES = 12
_KEY_ID_BYTES = 12


class EncryptedFiles:
    """A port.SecretStore. Whoever has the keys and the folder has all."""

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        self._folder = folder
        self._keys = keys

    async def get(self, name: str) -> str | None:
        return await asyncio.to_thread(self._get, name)

    async def put(self, name: str, secret: str) -> None:
        await asyncio.to_thread(self._put, name, secret)

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._delete, name)

    def _get(self, name: str) -> str | None:
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"A secret can't be read: {error.strerror}.") from error
        key = self._keys.find(data[:_KEY_ID_BYTES].decode("ascii", "replace"))
        if key is None:
            raise Unauthorized("A secret was sealed with a key that is not configured here.")
        nonce, sealed = data[_KEY_ID_BYTES:][:_NONCE_BYTES], data[_KEY_ID_BYTES + _NONCE_BYTES :]
        try:
            # The name is sealed in: a file that was moved to another name does not open.
            return _cipher(key).decrypt(nonce, sealed, name.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unauthorized("A secret does not open with its key.") from error

    def _put(self, name: str, secret: str) -> None:
        key, nonce = self._keys.newest, secrets.token_bytes(_NONCE_BYTES)
        sealed = _cipher(key).encrypt(nonce, secret.encode(), name.encode())
        path = self._path(name)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(key.key_id.encode() + nonce + sealed)
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise Unavailable(f"A secret can't be written: {error.strerror}.") from error

    def _delete(self, name: str) -> None:
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"A secret can't be deleted: {error.strerror}.") from error

    def _path(self, name: str) -> Path:
        """Hashed: a name may hold anything, and tells who has accounts where."""
        return self._folder / hashlib.sha256(name.encode()).hexdigest()


def _cipher(key: Key) -> AESGCM:
    """One key is not used for two things: the same secret may sign elsewhere."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"talknshop secrets").derive(key.secret)
    return AESGCM(derived)
