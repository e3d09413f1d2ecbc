"""What a test tells a running sandbox, and asks it."""

from typing import Any

import httpx

from adapters.marketplaces.configuration import SandboxAccess


class Sandbox:
    """A running sandbox, and its control plane."""

    def __init__(self, access: SandboxAccess) -> None:
        self.access = access
        self._control = httpx.Client(base_url=f"{access.url}/_sandbox", timeout=10)

    def reset(self, *, subscriptions: bool = False) -> None:
        query = {"subscriptions": subscriptions}
        self._control.post("/reset", params=query).raise_for_status()

    def expire_tokens(self) -> None:
        self._control.post("/expire_tokens").raise_for_status()

    def spoil(self, marketplace: str, match: str, kind: str, **options: Any) -> None:
        """The next request whose "METHOD /path" starts like `match` goes wrong."""
        fault = {"marketplace": marketplace, "match": match, "kind": kind, **options}
        self._control.post("/faults", json=fault).raise_for_status()

    def clear_faults(self) -> None:
        self._control.delete("/faults").raise_for_status()

    def spoils_left(self) -> int:
        return len(self._control.get("/faults").raise_for_status().json())

    def allow(self, marketplace: str, limit: int, seconds: int = 86_400, **options: Any) -> None:
        """So many calls from now on, those already made included."""
        wanted = {"windows": [{"limit": limit, "seconds": seconds}], **options}
        body = {"marketplace": marketplace, **wanted}
        self._control.post("/quotas", json=body).raise_for_status()

    def calls(self, marketplace: str) -> int:
        total: dict[str, int] = self._control.get("/requests").raise_for_status().json()["total"]
        return total[marketplace]

    def live_listings(self, marketplace: str) -> list[dict[str, Any]]:
        reply = self._control.get("/listings", params={"marketplace": marketplace})
        return [x for x in reply.raise_for_status().json() if x["status"] == "live"]

    def buy(self, marketplace: str, listing_id: str) -> None:
        purchase = {"marketplace": marketplace, "listing_id": listing_id}
        self._control.post("/buy", json=purchase).raise_for_status()
