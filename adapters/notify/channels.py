"""What it takes to reach a browser or a program of one person, in the secret store."""

from pydantic import BaseModel

from adapters.secrets.port import SecretStore
from talknshop.model import UserId


class PushKeys(BaseModel):
    """What the browser gave: whoever has it can send it notices. Keys are base64url."""

    endpoint: str
    p256dh: str
    auth: str


class Channels:
    """Methods raise what the secret store raises."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    async def put_push(self, user_id: UserId, subscription_id: str, keys: PushKeys) -> None:
        await self._secrets.put(_push(user_id, subscription_id), keys.model_dump_json())

    async def push(self, user_id: UserId, subscription_id: str) -> PushKeys | None:
        text = await self._secrets.get(_push(user_id, subscription_id))
        return PushKeys.model_validate_json(text) if text else None

    async def delete_push(self, user_id: UserId, subscription_id: str) -> None:
        await self._secrets.delete(_push(user_id, subscription_id))

    async def put_signing_secret(self, user_id: UserId, webhook_id: str, secret: str) -> None:
        await self._secrets.put(_webhook(user_id, webhook_id), secret)

    async def signing_secret(self, user_id: UserId, webhook_id: str) -> str | None:
        return await self._secrets.get(_webhook(user_id, webhook_id))

    async def delete_webhook(self, user_id: UserId, webhook_id: str) -> None:
        await self._secrets.delete(_webhook(user_id, webhook_id))


def _push(user_id: UserId, subscription_id: str) -> str:
    return f"push/{user_id}/{subscription_id}"


def _webhook(user_id: UserId, webhook_id: str) -> str:
    return f"webhook/{user_id}/{webhook_id}"
