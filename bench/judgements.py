"""Makes judged queries from the sandbox's goods: `python -m bench.judgements > FILE.jsonl`.

The judgement follows from how a query was made: every product of the kind that has all that was
named is exact, one that lacks something is a substitute, an accessory is a complement.
"""

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sandbox.catalogue.generator import generate
from sandbox.catalogue.goods import Offer, Product

QUERIES = 72
_ACCESSORIES = ("Case for {}", "Replacement Charger for {}", "{} Protective Cover", "Stand for {}")

_ARE_ACCESSORIES = ("phone_cases", "storage")

Judge = Callable[[Product], str]


def judged(seed: int) -> Iterator[dict[str, Any]]:
    """Each with `query`, `spec`, `products` and, in every product, its `grade`."""
    chance = random.Random(seed)
    goods = [p for p in generate(seed).products if p.price > 1500]
    offers: dict[int, list[Offer]] = {}
    for listed in generate(seed).offers.values():
        for offer in listed:
            offers.setdefault(offer.product.number, []).append(offer)
    kinds = sorted({p.kind.name for p in goods})
    for number in range(QUERIES):
        kind = kinds[number * 7 % len(kinds)]
        of_kind = [p for p in goods if p.kind.name == kind]
        wanted = chance.choice(of_kind)
        query, spec, judge = _TEMPLATES[number % len(_TEMPLATES)](wanted, of_kind, chance)
        exact = [p for p in of_kind if judge(p) == "E"]
        chosen = {p.number: p for p in chance.sample(exact, min(6, len(exact)))}
        rest = [p for p in of_kind if judge(p) != "E"]
        chosen |= {p.number: p for p in chance.sample(rest, min(9, len(rest)))}
        same = [p for p in goods if p.kind.department == wanted.kind.department]
        for pool in (same, goods):
            others = [p for p in pool if p.kind.name != kind]
            chosen |= {p.number: p for p in chance.sample(others, 4)}
        products = [
            {**_sparse(chance.choice(offers[p.number]), chance), "grade": judge(p)}
            for p in chosen.values()
            if p.number in offers
        ]
        most = spec.get("price", {}).get("max", math.inf)
        for product in products:
            if product["price"] > most:
                product["grade"] = "I"
        if kind not in _ARE_ACCESSORIES:
            products += [_accessory(wanted, n, chance) for n in range(3)]
        chance.shuffle(products)
        yield {"query": query, "spec": spec, "products": products}


def _sparse(offer: Offer, chance: random.Random) -> dict[str, Any]:
    product = offer.product
    found: dict[str, Any] = {
        "id": f"{offer.marketplace}-{offer.id}",
        "title": offer.title,
        "price": offer.price / 100,
        "brand": product.brand,
        "rating": product.rating,
        "review_count": product.reviews,
        "description": product.description,
    }
    for name in ("brand", "rating", "description"):
        if chance.random() < 0.4:
            del found[name]
    return found


def _accessory(wanted: Product, number: int, chance: random.Random) -> dict[str, Any]:
    model = f"{wanted.brand} {wanted.model}"
    return {
        "id": f"accessory-{wanted.number}-{number}",
        "title": _ACCESSORIES[number].format(model),
        "price": round(chance.uniform(6, 40), 2),
        "rating": 4.5,
        "review_count": 900,
        "grade": "C",
    }


def _kind_only(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    word = chance.choice([wanted.kind.noun, *wanted.kind.also]).lower()
    return word, {"product_type": word}, lambda p: "E" if p.kind == wanted.kind else "I"


def _under_budget(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    word = chance.choice([wanted.kind.noun, *wanted.kind.also]).lower()
    prices = sorted(p.price for p in of_kind)
    most = round(prices[len(prices) // 2] / 100 * 1.1)
    spec = {"product_type": word, "price": {"max": most}}
    return f"{word} under ${most}", spec, lambda p: "E" if p.kind == wanted.kind else "I"


def _brand(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    noun = wanted.kind.noun.lower()

    def judge(p: Product) -> str:
        if p.kind != wanted.kind:
            return "I"
        return "E" if p.brand == wanted.brand else "S"

    spec = {"product_type": noun, "brand_preferences": [wanted.brand]}
    return f"{wanted.brand.lower()} {noun}", spec, judge


def _model(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    def judge(p: Product) -> str:
        if p.kind != wanted.kind:
            return "I"
        return "E" if (p.brand, p.model) == (wanted.brand, wanted.model) else "S"

    spec = {"product_type": wanted.model, "brand_preferences": [wanted.brand]}
    return f"{wanted.brand} {wanted.model}".lower(), spec, judge


def _not_brand(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    noun = wanted.kind.noun.lower()

    def judge(p: Product) -> str:
        return "E" if p.kind == wanted.kind and p.brand != wanted.brand else "I"

    spec = {"product_type": noun, "excluded_brands": [wanted.brand]}
    return f"{noun} not {wanted.brand.lower()}", spec, judge


def _colour(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    noun, colour = wanted.kind.noun.lower(), wanted.colour.lower() or "black"

    def judge(p: Product) -> str:
        if p.kind != wanted.kind:
            return "I"
        return "E" if p.colour.lower() == colour else "S"

    spec = {"product_type": noun, "attributes": {"Color": colour}}
    return f"{colour} {noun}", spec, judge


def _option(
    wanted: Product, of_kind: Sequence[Product], chance: random.Random
) -> tuple[str, dict[str, Any], Judge]:
    noun = wanted.kind.noun.lower()
    option = chance.choice(wanted.options) if wanted.options else ""

    def judge(p: Product) -> str:
        if p.kind != wanted.kind:
            return "I"
        return "E" if not option or option in p.options else "S"

    return f"{noun} {option}".strip().lower(), {"product_type": f"{noun} {option}".strip()}, judge


_TEMPLATES = (_kind_only, _under_budget, _brand, _model, _not_brand, _colour, _option)


def main() -> None:
    for line in judged(7):
        print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
