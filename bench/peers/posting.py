"""One listing on one marketplace, looked up first where that can be: the same for every engine."""

import os
from pathlib import Path

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces
from tests.wire.marketplaces.listings import PHOTOS, request_for

MARKETPLACES = ("craigslist", "ebay", "facebook")


class Poster:
    """The product's own adapters. The sandbox comes by PEER_SANDBOX and PEER_CREDENTIALS."""

    def __init__(self) -> None:
        credentials = Path(os.environ["PEER_CREDENTIALS"])
        access = SandboxAccess.from_file(os.environ["PEER_SANDBOX"], credentials)
        self._posting = load_marketplaces(httpx.AsyncClient(timeout=10), access).posting

    async def post(self, job_id: str, marketplace: str) -> str:
        """The listing's URL. Raises adapters.errors."""
        adapter = self._posting[marketplace]
        return (await adapter.publish(request_for(marketplace, job_id), PHOTOS)).url
