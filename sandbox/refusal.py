"""A request that a marketplace refuses, in that marketplace's own words."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response


class RefusalError(Exception):
    """Raised anywhere below a route; its response is the reply."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"refused with {response.status_code}")
        self.response = response


async def answer_refusal(_: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, RefusalError):
        raise refusal
    return refusal.response


@dataclass(frozen=True)
class Refusals:
    """How one marketplace says no, in its own format. A wait is in seconds."""

    outage: Callable[[int], Response]
    throttled: Callable[[int | None], Response]
    expired: Callable[[], Response]
