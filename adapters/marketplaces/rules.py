"""The rules of marketplaces, to be checked before anything is sent."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import Forbidden, TextRules
from talknshop.messages import Said, Sentence, sentence


@dataclass(frozen=True)
class Limits:
    """What a marketplace takes. Prices are in US dollars."""

    vendor: str
    title: int
    description: int
    photos: int
    least_photos: int = 0
    least_price: Decimal = Decimal(1)
    highest_price: Decimal = Decimal(1_000_000)
    whole_dollars: bool = False
    highest_quantity: int = 10_000
    forbidden: tuple[Forbidden, ...] = ()

    @property
    def text(self) -> TextRules:
        return TextRules(self.title, self.description, self.forbidden)


_TEXTS = ("title", "description", "brand", "condition_notes", "shipping")
# No document of a marketplace may have these: XML 1.0 (2.2) takes tabs and line ends only.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Broken = tuple[str, Said]  # field, and the sentence that says what would be right


def problems(
    marketplace: str, listing: ListingSpec, limits: Limits, extra: Iterable[Broken] = ()
) -> list[ListingProblem]:
    """Every rule that the listing breaks, each named once."""
    return [
        ListingProblem(marketplace=marketplace, field=field, rule=rule)
        for field, rule in [*_broken(listing, limits), *extra]
    ]


def _has_control(text: str) -> bool:
    return _CONTROL.search(text) is not None


def _broken(listing: ListingSpec, limits: Limits) -> Sequence[Broken]:
    price, photos = listing.price, len(listing.media_refs)
    title, description = len(listing.title.strip()), len(listing.description)

    def rule(which: str, **values: str | int) -> Sentence:
        return sentence(f"rule_{which}", vendor=limits.vendor, **values)

    checks = (
        *((_has_control(getattr(listing, name)), name, rule("control")) for name in _TEXTS),
        (not title, "title", rule("title")),
        (
            title > limits.title,
            "title",
            rule("long_title", most=limits.title, length=title),
        ),
        (
            description > limits.description,
            "description",
            rule("long_description", most=limits.description, length=description),
        ),
        (price is None, "price", rule("price")),
        (
            price is not None and not limits.least_price <= price <= limits.highest_price,
            "price",
            rule("prices", least=f"${limits.least_price:,}", most=f"${limits.highest_price:,}"),
        ),
        (
            limits.whole_dollars and price is not None and price != price.to_integral_value(),
            "price",
            rule("whole_dollars"),
        ),
        (listing.currency != "USD", "currency", rule("dollars")),
        (listing.condition is None, "condition", rule("condition")),
        (photos < limits.least_photos, "media_refs", rule("a_photo")),
        (photos > limits.photos, "media_refs", rule("photos", most=limits.photos)),
        (
            listing.quantity > limits.highest_quantity,
            "quantity",
            rule("quantity", most=limits.highest_quantity),
        ),
    )
    return [(field, rule) for is_broken, field, rule in checks if is_broken]
