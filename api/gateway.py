"""What the gateway's routes share: the ways to Temporal, who may come in, and what is counted."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from adapters.live.shared_counts import SharedCounts
from adapters.storage.links import MediaLinks
from adapters.storage.media_store import MediaStore
from api.accounts import Accounts
from api.auth import SignIn
from api.bulk import BulkUploads
from api.conversations import Conversations
from api.errors import TooMany
from api.hub import Hub
from api.hygiene import Origins
from api.jobs import Jobs
from api.limits import Limits
from api.memories import Memories
from api.metrics import Metrics
from api.notices import Notices
from api.observing import Observer
from api.photos import Photos
from api.searches import Searches
from api.transcripts import Transcripts
from api.watches import Watches
from api.webhooks import Webhooks
from talknshop.messages import sentence


class SocketLimit:
    """How many sockets and event streams one person, and one address, has open.

    Counted over all gateways; while Redis is away, or without it, over those of this one.
    """

    def __init__(self, per_user: int, per_address: int, shared: SharedCounts | None = None) -> None:
        self._per_user = per_user
        self._per_address = per_address
        self._shared = shared
        self._open: Counter[str] = Counter()
        self._telling = asyncio.Lock()

    def from_address(self, address: str) -> AbstractAsyncContextManager[None]:
        """Raises TooMany, and nothing is counted, when the address has enough."""
        return self._counted(f"sockets:address:{address}", self._per_address)

    def of_person(self, user_id: str) -> AbstractAsyncContextManager[None]:
        """Raises TooMany, and nothing is counted, when the person has enough."""
        return self._counted(f"sockets:user:{user_id}", self._per_user)

    @asynccontextmanager
    async def held(self, user_id: str, address: str) -> AsyncIterator[None]:
        """Raises TooMany, and nothing is counted, when either has enough."""
        async with self.from_address(address), self.of_person(user_id):
            yield

    @asynccontextmanager
    async def _counted(self, key: str, most: int) -> AsyncIterator[None]:
        self._open[key] += 1
        try:
            if self._open[key] + await self._told(key) > most:
                raise TooMany("too_many_connections", sentence("api_too_many_connections"))
            yield
        finally:
            # Here first, and at once: a page that is loaded again comes before Redis has answered.
            self._open[key] -= 1
            await self._told(key)
            if not self._open[key]:
                del self._open[key]

    async def _told(self, key: str) -> int:
        """How many other gateways have."""
        if self._shared is None:
            return 0
        async with self._telling:  # so that the last number told is the last one there was
            return await self._shared.elsewhere(key, self._open[key])


@dataclass(frozen=True)
class Gateway:
    conversations: Conversations
    jobs: Jobs
    bulk: BulkUploads
    accounts: Accounts
    notices: Notices
    memories: Memories
    searches: Searches
    watches: Watches
    webhooks: Webhooks
    transcripts: Transcripts
    hub: Hub
    sign_in: SignIn
    media: MediaStore
    photos: Photos
    links: MediaLinks
    sockets: SocketLimit
    idle_timeout: timedelta
    origins: Origins
    limits: Limits
    temporal_ui_url: str
    namespace: str
    metrics: Metrics
    observer: Observer

    def workflow_page(self, workflow_id: str) -> str:
        """Where Temporal's Web UI shows a workflow."""
        quoted = quote(workflow_id, safe="")
        return f"{self.temporal_ui_url}/namespaces/{self.namespace}/workflows/{quoted}"
