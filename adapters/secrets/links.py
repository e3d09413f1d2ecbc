"""Links that a person has begun and the marketplace has not answered yet, in the secret store."""

from datetime import datetime

from pydantic import BaseModel

from adapters.secrets.port import SecretStore
from talknshop.model import MarketplaceName, UserId


class PendingLink(BaseModel):
    """`browser` is a digest of what only the browser that began has; `code` came back."""

    user_id: UserId
    marketplace: MarketplaceName
    redirect_uri: str
    browser: str
    verifier: str | None = None
    code: str = ""
    expires_at: datetime

    def is_of(self, user_id: UserId, marketplace: MarketplaceName) -> bool:
        return self.user_id == user_id and self.marketplace == marketplace


class PendingLinks:
    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    async def get(self, link_id: str) -> PendingLink | None:
        text = await self._secrets.get(f"link/{link_id}")
        return PendingLink.model_validate_json(text) if text else None

    async def put(self, link_id: str, link: PendingLink) -> None:
        await self._secrets.put(f"link/{link_id}", link.model_dump_json())

    async def delete(self, link_id: str) -> None:
        await self._secrets.delete(f"link/{link_id}")
