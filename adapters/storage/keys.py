"""The key that signs guest tokens and media links."""

import os
import secrets
from pathlib import Path


def session_key(data_dir: Path, given: str | None) -> bytes:
    """The given key, or one made once and kept under the data folder, readable by its owner only.

    Gateways and workers that share no folder must be given the same key.
    """
    if given:
        return given.encode()
    path = data_dir / "keys" / "session.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"session.key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(32))
    try:
        # Several processes start at once: the first link wins, and all read what it linked.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().encode()
