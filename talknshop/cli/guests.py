"""The guest that this terminal is to each gateway, kept so that its jobs are found again."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError


class Guest(BaseModel):
    session_id: str
    user_id: str
    token: str
    expires_at: datetime
    refresh_token: str | None = None
    refresh_expires_at: datetime | None = None


def kept_guest(gateway_url: str) -> Guest | None:
    """None when there is none, or its tokens are too old. The refresh token lasts longest."""
    try:
        guest = Guest.model_validate(_read().get(gateway_url))
    except ValidationError:
        return None
    until = max(guest.expires_at, guest.refresh_expires_at or guest.expires_at)
    return guest if until > datetime.now(UTC) else None


def keep_guest(gateway_url: str, guest: Guest) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    guests = _read() | {gateway_url: guest.model_dump(mode="json")}
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    # Its owner's only from the first moment on: it holds tokens.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(guests, file, indent=2)
    temporary.replace(path)


def _read() -> dict[str, object]:
    try:
        guests = json.loads(_path().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return guests if isinstance(guests, dict) else {}


def _path() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "talknshop" / "session.json"
