"""Keys that rotate: the newest signs and seals, the older ones still check and open."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHORTEST = 32  # characters
# In the data folder: what signs guest tokens and media links.
SESSION_KEYS = Path("keys") / "session.key"


@dataclass(frozen=True)
class Key:
    """`key_id` tells keys apart and says nothing of the secret."""

    key_id: str
    secret: bytes


class KeyRing:
    """Never empty, the newest first. With a `path`, keys that were added there later are found."""

    def __init__(self, secrets_: Sequence[str], path: Path | None = None) -> None:
        self._path = path
        self._keys = _keys(secrets_)

    @classmethod
    def of(cls, given: str | None, path: Path) -> "KeyRing":
        """The given keys, by commas, or those of a file, which is made when it is missing.

        Processes that share no folder must be given the same keys.
        """
        if given:
            return cls(given.split(","))
        if not path.exists():
            _make(path)
        return cls(_lines(path), path)

    @property
    def newest(self) -> Key:
        return next(iter(self._keys.values()))

    @property
    def secrets(self) -> list[bytes]:
        return [key.secret for key in self._keys.values()]

    def find(self, key_id: str) -> Key | None:
        if key_id not in self._keys and self._path is not None:
            self._keys = _keys(_lines(self._path))
        return self._keys.get(key_id)


def rotate(path: Path) -> None:
    """Put a new key before those of the file. Whoever has read the file goes on with the old one.

    A process that meets the new one's id reads the file again.
    """
    _replace(path, [secrets.token_urlsafe(32), *_lines(path)])


def _keys(texts: Sequence[str]) -> dict[str, Key]:
    stripped = [text.strip() for text in texts if text.strip()]
    if not stripped or any(len(text) < SHORTEST for text in stripped):
        raise ValueError(f"A key has at least {SHORTEST} characters.")
    ids = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in stripped]
    return {key_id: Key(key_id, text.encode()) for key_id, text in zip(ids, stripped, strict=True)}


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, [secrets.token_urlsafe(32)])
    try:
        # Several processes start at once: the first link wins, and all read what it linked.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(path: Path, lines: list[str]) -> None:
    _draft(path, lines).replace(path)


def _draft(path: Path, lines: list[str]) -> Path:
    """Readable by its owner only from the first moment on, and nobody else's draft."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w") as draft:
        draft.write("\n".join(lines) + "\n")
    return Path(name)
