"""Finding out what a thing is by the number under its barcode."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.heartbeats import heartbeating
from adapters.errors import AdapterError, Unsupported
from talknshop.media import CodeRequest, NamedCode
from talknshop.photos import name_of
from talknshop.products import ProductResult

if TYPE_CHECKING:
    # Workflows import this module for its signatures, and need none of these.
    from adapters.marketplaces.guarded import GuardedMarketplace

# Titles differ between sellers; a few are enough to see what they have in common.
OFFERS_PER_MARKETPLACE = 10
_CANNOT: Sequence[ProductResult] = ()


class NamingActivities:
    def __init__(self, marketplaces: Mapping[str, "GuardedMarketplace"]) -> None:
        self._marketplaces = marketplaces

    @activity.defn
    async def name_code(self, request: CodeRequest) -> NamedCode:
        """Asks all at once; a marketplace that fails costs the others nothing."""
        names = [name for name in request.marketplaces if name in self._marketplaces]
        async with heartbeating():
            found = await asyncio.gather(*(self._offers(name, request) for name in names))
        answers = {n: each for n, each in zip(names, found, strict=True) if each is not _CANNOT}
        offers = [offer for each in answers.values() for offer in each or ()]
        if not offers:
            everybody = bool(answers) and None not in answers.values()
            return NamedCode(status="unknown" if everybody else "unchecked")
        product, brand = name_of(offers)
        known_to = [name for name, each in answers.items() if each]
        return NamedCode(status="known", product=product, brand=brand, known_to=known_to)

    async def _offers(self, name: str, request: CodeRequest) -> Sequence[ProductResult] | None:
        """_CANNOT where one can't ask for a number, None without an answer."""
        deadline = timedelta(milliseconds=request.deadline_ms)
        try:
            found = await self._marketplaces[name].by_gtin(
                request.gtin, OFFERS_PER_MARKETPLACE, deadline
            )
        except Unsupported:
            return _CANNOT
        except AdapterError as error:
            activity.logger.warning("code_not_looked_up on %s: %s", name, error.code)
            return None
        return found.products
