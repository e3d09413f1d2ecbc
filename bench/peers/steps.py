"""A buyer's turn in three steps, JSON in and out, so that any engine can keep what is between."""

from typing import Any

import httpx

from adapters.embeddings.minilm import MiniLm
from adapters.language.factory import build_language
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces
from talknshop.products import ProductResult
from talknshop.ranking import rank
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Utterance
from workflows.searching import OFFERS_PER_MARKETPLACE, PRODUCTS_SHOWN

Json = Any


class Steps:
    """The product's own adapters, without its engine. `http` stays the caller's to close."""

    def __init__(self, http: httpx.AsyncClient, access: SandboxAccess | None) -> None:
        self._language = build_language()
        self._searching = load_marketplaces(http, access).searching
        self._minilm = MiniLm()
        self._minilm.learn([""])

    @property
    def marketplaces(self) -> list[str]:
        return sorted(self._searching)

    async def understand(self, text: str) -> Json:
        """A RequirementSpec."""
        understanding = await self._language.understand(Utterance(text=text))
        return (understanding.requirement or RequirementSpec()).model_dump(mode="json")

    async def search(self, marketplace: str, requirement: Json) -> Json:
        """A list of ProductResults."""
        found = await self._searching[marketplace].search(
            RequirementSpec.model_validate(requirement), OFFERS_PER_MARKETPLACE
        )
        return [product.model_dump(mode="json") for product in found.products]

    async def rank(self, requirement: Json, pages: list[Json]) -> Json:
        """A Shortlist."""
        products = [ProductResult.model_validate(entry) for page in pages for entry in page]
        spec = RequirementSpec.model_validate(requirement)
        shortlist = rank(spec, products, PRODUCTS_SHOWN, self._minilm.similarities)
        return shortlist.model_dump(mode="json")
