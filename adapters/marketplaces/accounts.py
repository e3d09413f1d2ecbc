"""Marketplaces as one person may use them: with an account they linked, or with our own."""

import json
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.errors import Unauthorized, Unsupported
from adapters.marketplaces.linking import Grant
from adapters.marketplaces.port import PostingMarketplace
from adapters.secrets.port import SecretStore
from talknshop.headlines import marketplace_title
from talknshop.messages import sentence
from talknshop.model import MarketplaceName, UserId

# After this a grant that was replaced or deleted by another process is noticed.
FRESH_S = 2.0
# Each holds an access token for one person; who comes back later costs one more refresh.
MOST_KEPT = 1000


class Grants:
    """The grants that people gave, in the secret store."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    async def get(self, user_id: UserId, marketplace: MarketplaceName) -> Grant | None:
        text = await self._secrets.get(_name(user_id, marketplace))
        if text is None:
            return None
        kept = json.loads(text)
        expires_at = kept["expires_at"]
        return Grant(
            kept["refresh_token"],
            datetime.fromisoformat(expires_at) if expires_at else None,
            tuple(kept["scopes"]),
            kept.get("account", ""),
        )

    async def put(self, user_id: UserId, marketplace: MarketplaceName, grant: Grant) -> None:
        kept = {
            "refresh_token": grant.refresh_token,
            "expires_at": grant.expires_at.isoformat() if grant.expires_at else None,
            "scopes": grant.scopes,
            "account": grant.account,
        }
        await self._secrets.put(_name(user_id, marketplace), json.dumps(kept))

    async def delete(self, user_id: UserId, marketplace: MarketplaceName) -> None:
        await self._secrets.delete(_name(user_id, marketplace))


def _name(user_id: UserId, marketplace: MarketplaceName) -> str:
    return f"grant/{user_id}/{marketplace}"


@dataclass(frozen=True)
class _Kept:
    grant: Grant | None
    marketplace: PostingMarketplace
    fresh_until: float


class ConnectedMarketplaces:
    """Who acts for one person on one marketplace is kept, so that however many listings are posted
    at once, their access token is fetched once."""

    def __init__(
        self,
        marketplaces: Mapping[str, PostingMarketplace],
        linkable: Collection[MarketplaceName],
        grants: Grants,
    ) -> None:
        self.marketplaces = marketplaces
        self._linkable = linkable
        self._grants = grants
        self._kept: OrderedDict[tuple[UserId, MarketplaceName], _Kept] = OrderedDict()

    def get(self, name: MarketplaceName) -> PostingMarketplace:
        """With no account in particular. Raises Unsupported for one that is not connected here."""
        marketplace = self.marketplaces.get(name)
        if marketplace is None:
            known = sorted(self.marketplaces) or ["–"]
            raise Unsupported(sentence("fault_not_connected", name=name, known=[*known]))
        return marketplace

    async def acting_for(self, user_id: UserId, name: MarketplaceName) -> PostingMarketplace:
        """Raises Unsupported, Unauthorized when an account must be linked first, and what the
        secret store raises."""
        if name not in self._linkable:
            return self.get(name)
        key = (user_id, name)
        kept = self._kept.get(key)
        if kept is None or time.monotonic() >= kept.fresh_until:
            marketplace = self.get(name)
            grant = await self._grants.get(user_id, name)
            # What another call kept meanwhile holds the access token.
            kept = self._kept.get(key)
            if kept is None or kept.grant != grant:
                acting = marketplace.acting_for(grant) if grant else marketplace
            else:
                acting = kept.marketplace
            kept = self._kept[key] = _Kept(grant, acting, time.monotonic() + FRESH_S)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        if kept.grant is None and kept.marketplace.needs_link:
            raise Unauthorized(sentence("fault_link_first", vendor=marketplace_title(name)))
        return kept.marketplace
