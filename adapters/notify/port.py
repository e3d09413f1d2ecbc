"""The protocols of what carries notices."""

from typing import Any, Protocol

from adapters.notify.channels import PushKeys


class PushSender(Protocol):
    async def send(self, keys: PushKeys, message: dict[str, Any], *, urgent: bool) -> None:
        """Raises NotFound once the browser wants no more, and other errors of the family."""


class WebhookSender(Protocol):
    async def send(self, url: str, secret: str, message_id: str, message: dict[str, Any]) -> None:
        """Raises NotFound when the receiver wants no more, and other errors of the family."""
