"""What photos say: advice to a seller, a thing's name, and what contradicts the seller's words."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from talknshop.copywriting import retold
from talknshop.listing import ListingSpec
from talknshop.media import ImageAttributes
from talknshop.messages import Sentence, say, sentence
from talknshop.model import Condition
from talknshop.products import ProductResult

# Of 64 bits: a photo taken twice differs in a few, two photos of different things in some thirty.
_ALIKE_WITHIN = 4


def photos_kept(listing: ListingSpec, draft: ListingSpec | None) -> list[str]:
    """The draft's photos for what is offered now; none where that is another thing, said anew."""
    if draft is None:
        return []
    before, now = (set(each.title.casefold().split()) for each in (draft, listing))
    is_another = not listing.media_refs and before and now and before.isdisjoint(now)
    return [] if is_another else draft.media_refs


def unknown_photo(media_id: str) -> Sentence:
    """Said of an id that is no photo of this person's; an answer repeats only its beginning."""
    return sentence("photo_not_yours", id=media_id[:40])


def photo_advice(
    order: Sequence[str], photos: Sequence[ImageAttributes], language: str = "en"
) -> list[str]:
    """One sentence for each flaw, by the photos' numbers in the listing: `order` is media ids."""
    known = {photo.media_id: photo for photo in photos}
    shown = [(number, known[id_]) for number, id_ in enumerate(order, start=1) if id_ in known]
    advice = [
        say(language, f"photo_{flaw}", number=number)
        for number, photo in shown
        for flaw in photo.flaws
    ]
    for index, (number, photo) in enumerate(shown):
        twin = next((first for first, other in shown[:index] if _alike(photo, other)), None)
        if twin is not None:
            advice.append(say(language, "photo_twins", first=twin, number=number))
    return advice


def _alike(photo: ImageAttributes, other: ImageAttributes) -> bool:
    if not photo.fingerprint or not other.fingerprint:
        return False
    differing = int(photo.fingerprint, 16) ^ int(other.fingerprint, 16)
    return differing.bit_count() <= _ALIKE_WITHIN


def name_of(offers: Sequence[ProductResult]) -> tuple[str, str]:
    """Title and brand of the one thing that all these offers are for; empty without offers.

    Sellers write much into titles: the one is taken that has most in common with the others, and
    of equals the shortest.
    """
    titles = sorted({offer.title for offer in offers}, key=lambda title: (len(title), title))
    said = {title: set(title.lower().split()) for title in titles}
    title = max(titles, key=lambda one: _shared(said[one], said.values()), default="")
    brands = Counter(brand for offer in offers if (brand := offer.attributes.get("brand")))
    return title, next((brand for brand, _ in brands.most_common(1)), "")


def _shared(words: set[str], titles: Iterable[set[str]]) -> float:
    return sum(len(words & other) / len(words | other) for other in titles)


@dataclass(frozen=True)
class Conflict:
    """A photo shows something else than the listing says; `brand` is that of what is seen."""

    field: Literal["title", "brand", "condition"]
    said: str
    seen: str
    brand: str = ""

    @property
    def key(self) -> str:
        """What it is remembered by once it was asked about."""
        return f"conflict:{self.field}"


def first_conflict(
    listing: ListingSpec, photos: Sequence[ImageAttributes], asked: Collection[str]
) -> Conflict | None:
    """The first thing that the listing's photos show otherwise and nobody was asked about."""
    mine = [photo for photo in photos if photo.media_id in listing.media_refs]
    found = (conflict_with(listing, photo) for photo in mine)
    return next((each for each in found if each and each.key not in asked), None)


def settled(listing: ListingSpec, conflict: Conflict, answer: str) -> ListingSpec:
    """The listing as the person wants it after all: `answer` is what was said, or what is seen."""
    if answer != conflict.seen or conflict.field == "condition":
        return listing
    brand = conflict.brand or listing.brand
    changes = {"brand": brand} | ({"title": conflict.seen} if conflict.field == "title" else {})
    return retold(listing, listing.model_copy(update=changes))


def conflict_with(listing: ListingSpec, photo: ImageAttributes) -> Conflict | None:
    """What a photo gives away of the thing itself; colours of a photo prove nothing."""
    if listing.title and photo.product and not _may_be_one(listing, photo):
        return Conflict("title", listing.title, photo.product, photo.brand)
    if listing.brand and photo.brand and not _is_said(photo.brand, listing):
        return Conflict("brand", listing.brand, photo.brand, photo.brand)
    if listing.condition in (Condition.NEW, Condition.LIKE_NEW) and photo.condition_hints:
        return Conflict("condition", listing.condition.value, ", ".join(photo.condition_hints))
    return None


def _may_be_one(listing: ListingSpec, photo: ImageAttributes) -> bool:
    """By the brand, and by the first number of either name: "13" is no "WH-1000XM5"."""
    if listing.brand and photo.brand and not _is_said(photo.brand, listing):
        return False
    said, seen = _model_number(listing.title), _model_number(photo.product)
    return not said or not seen or said in seen or seen in said


def _is_said(brand: str, listing: ListingSpec) -> bool:
    known = f"{listing.brand} {listing.title}".casefold()
    return brand.casefold() in known or listing.brand.casefold() in brand.casefold()


def _model_number(name: str) -> str:
    words = (word for word in name.casefold().split() if any(c.isdigit() for c in word))
    return "".join(c for c in next(words, "") if c.isalnum())
