"""What the gateway's routes share: the ways to Temporal, who may come in, and what is counted."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

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
from api.searches import Searches
from api.transcripts import Transcripts
from api.watches import Watches
from api.webhooks import Webhooks


class SocketLimit:
    """How many sockets and event streams one person, and one address, has open here."""

    def __init__(self, per_user: int, per_address: int) -> None:
        self._per_user = per_user
        self._per_address = per_address
        self._users: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()

    @contextmanager
    def held(self, user_id: str, address: str) -> Iterator[None]:
        """Raises TooMany, and nothing is counted, when either has enough."""
        enough = self._users[user_id] >= self._per_user
        if enough or self._addresses[address] >= self._per_address:
            raise TooMany("too_many_connections", "Too many windows are open: close one.")
        _add(self._users, user_id, 1)
        _add(self._addresses, address, 1)
        try:
            yield
        finally:
            _add(self._users, user_id, -1)
            _add(self._addresses, address, -1)


def _add(counter: Counter[str], key: str, number: int) -> None:
    counter[key] += number
    if not counter[key]:
        del counter[key]


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
