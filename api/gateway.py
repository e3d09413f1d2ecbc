"""What the gateway's routes share: the ways to Temporal, who may come in, and what is counted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlsplit

from adapters.storage.links import MediaLinks
from adapters.storage.media_store import MediaStore
from api.auth import SignIn
from api.bulk import BulkUploads
from api.conversations import Conversations
from api.hub import Hub
from api.jobs import Jobs
from api.metrics import Metrics
from api.searches import Searches
from api.transcripts import Transcripts
from api.webhooks import Webhooks
from workflows.ids import conversation_id


class SocketLimit:
    """How many sockets one person has open here."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def enter(self, user_id: str) -> bool:
        """False, and nothing counted, when the person has enough."""
        if self._open[user_id] >= self._most:
            return False
        self._open[user_id] += 1
        return True

    def leave(self, user_id: str) -> None:
        self._open[user_id] -= 1
        if self._open[user_id] <= 0:
            del self._open[user_id]


@dataclass(frozen=True)
class Gateway:
    conversations: Conversations
    jobs: Jobs
    bulk: BulkUploads
    searches: Searches
    webhooks: Webhooks
    transcripts: Transcripts
    hub: Hub
    sign_in: SignIn
    media: MediaStore
    links: MediaLinks
    sockets: SocketLimit
    idle_timeout: timedelta
    allowed_origins: frozenset[str]
    temporal_ui_url: str
    namespace: str
    metrics: Metrics = field(default_factory=Metrics)

    def allows_origin(self, origin: str | None, host: str) -> bool:
        """Programs send no Origin; a page must come from this gateway or from an allowed one."""
        if origin is None or origin in self.allowed_origins:
            return True
        return urlsplit(origin).netloc == host

    def workflow_page(self, session_id: str) -> str:
        """Where Temporal's Web UI shows a conversation."""
        workflow_id = quote(conversation_id(session_id), safe="")
        return f"{self.temporal_ui_url}/namespaces/{self.namespace}/workflows/{workflow_id}"
