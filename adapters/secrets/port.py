"""The protocol of a secret store."""

from typing import Protocol


class SecretStore(Protocol):
    """Secrets by name. All methods raise Unavailable, or Unauthorized, when the store does."""

    async def get(self, name: str) -> str | None:
        """None when there is none."""

    async def put(self, name: str, secret: str) -> None:
        """A new secret, or another one in the place of the old one."""

    async def delete(self, name: str) -> None:
        """One that is not there is deleted already."""
