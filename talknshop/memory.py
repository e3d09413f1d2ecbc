"""What is remembered of a person's taste, each thing with how it was learned."""

import zlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from talknshop.model import Condition, Currency, MarketplaceName, Price, UserId, Value
from talknshop.wording import words

# Each is a search on every marketplace.
MOST_SEEDS = 3


class Kind(StrEnum):
    BRAND = "brand"
    EXCLUDED_BRAND = "excluded_brand"
    SIZE = "size"
    PRICE = "price"
    CONDITION = "condition"
    MARKETPLACE = "marketplace"


class How(StrEnum):
    """How something was learned, the weightiest first."""

    ENTERED = "entered"
    TOLD = "told"
    BOUGHT = "bought"
    SELECTED = "selected"
    SAID = "said"
    DISMISSED = "dismissed"


ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z_]{4,20}-[0-9a-f]{8}$")]


class Remembered(Value):
    """`value` is a text: "Samsung", "42", "200-900 USD", "used", "ebay". `about`: for what."""

    item_id: ItemId
    kind: Kind
    about: str = Field("", max_length=40)
    value: str = Field(max_length=60)
    reason: How
    because: str = Field("", max_length=120)
    times: int = Field(1, ge=0, le=99)
    first_at: datetime
    last_at: datetime


class LookedAt(Value):
    """An offer that the person opened, bought or did not want."""

    marketplace: MarketplaceName
    product_id: str = Field(max_length=100)
    title: str = Field(max_length=120)
    how: Literal[How.SELECTED, How.BOUGHT, How.DISMISSED]
    found_by: str = Field("", max_length=80)  # the words of the search that showed it
    at: datetime

    @property
    def key(self) -> str:
        return offer_key(self.marketplace, self.product_id)


class LookedFor(Value):
    words: str = Field(max_length=80)
    times: int = 1
    at: datetime


class Memory(Value):
    """All of it, bounded: the oldest of each kind makes room. Off: nothing is learned or used."""

    enabled: bool = True
    items: list[Remembered] = []
    looked_at: list[LookedAt] = []
    looked_for: list[LookedFor] = []


class Told(Value):
    """What a person said to be remembered or forgotten; `forget` with no kind means all of it."""

    do: Literal["remember", "forget", "stop", "start", "show"]
    kind: Kind | None = None
    about: str = Field("", max_length=40)
    value: str = Field("", max_length=60)


class SeenProduct(Value):
    """A shown product, as far as a preference can be learned from it."""

    marketplace: MarketplaceName
    product_id: str
    title: str
    price: Price
    currency: Currency
    brand: str = ""
    condition: Condition | None = None
    found_by: str = ""


class Wishes(Value):
    """What a request newly asked for. `price_max` None: no limit was said."""

    brands: list[str] = []
    excluded_brands: list[str] = []
    size: str = ""
    price_max: Price | None = None
    currency: Currency = "USD"
    condition: str = ""
    marketplaces: list[MarketplaceName] = []
    keywords: str = ""


class Observation(Value):
    """One thing that a person did, told to their account. `observation_id`: learned from once."""

    observation_id: str = ""
    about: str = Field("", max_length=40)  # the sort of thing, when one is known
    because: str = Field("", max_length=120)
    wishes: Wishes | None = None
    product: SeenProduct | None = None
    how: Literal[How.SAID, How.SELECTED, How.BOUGHT, How.DISMISSED] = How.SAID
    told: list[Told] = []
    dropped: list[ItemId] = []  # filled in from memory, and not wanted

    @property
    def says_something(self) -> bool:
        return bool(
            self.told or self.dropped or self.product or self.wishes not in (None, Wishes())
        )


class ObservationBatch(Value):
    """The person's account learns from these."""

    user_id: UserId
    observations: list[Observation]


class MemorySwitch(Value):
    enabled: bool


class NewItem(Value):
    """What the person enters by hand."""

    kind: Kind
    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class ChangedItem(Value):
    item_id: ItemId
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Assumed(Value):
    """A wish that was not said and was filled in; `text` says so to the person."""

    item_id: ItemId
    field: str  # of the RequirementSpec
    value: str
    text: str


class Seed(Value):
    """What a recommendation starts from: an offer looked at, or words searched for."""

    text: str
    search: str  # the words that find its like
    how: Literal[How.SELECTED, How.SAID]


class RecalledItem(Value):
    """A Remembered as a turn needs it: without the dates and the words it was learned from."""

    item_id: ItemId
    kind: Kind
    about: str = ""
    value: str
    times: int
    is_told: bool


class Recollection(Value):
    """What a turn may use; empty where memory is off or nothing is known."""

    enabled: bool = True
    items: list[RecalledItem] = []
    hidden: list[str] = []  # offers that the person dismissed
    seen: list[str] = []  # offers that the person opened or bought
    seeds: list[Seed] = []


class Taste(Value):
    """What decides between offers that are as good. Weights are from 0 to 1."""

    brands: dict[str, float] = {}
    disliked: list[str] = []
    price: tuple[float, float] | None = None
    currency: Currency = "USD"
    conditions: list[Condition] = []
    marketplaces: list[MarketplaceName] = []
    hidden: list[str] = []


NO_TASTE = Taste()


def offer_key(marketplace: str, product_id: str) -> str:
    return f"{marketplace}/{product_id}"


def item_id_of(kind: Kind, about: str, value: str) -> str:
    """The same for the same thing; one size, price and condition for each sort of thing."""
    single = kind in (Kind.SIZE, Kind.PRICE, Kind.CONDITION)
    text = f"{about.casefold()}|{'' if single else value.casefold()}"
    return f"{kind}-{zlib.crc32(text.encode()):08x}"


# Sorts of things that share a size.
_SIZED = {
    "shoes": "shoe boot sandal heel loafer slipper cleat skate clog pump flipflop footwear",
    "tops": "shirt tshirt top blouse sweater hoodie jacket coat vest polo sweatshirt cardigan"
    " blazer jersey parka tee tank",
    "bottoms": "jean pants trouser short skirt legging chino jogger",
    "dresses": "dress gown jumpsuit suit",
    "rings": "ring",
    "gloves": "glove mitten",
    "hats": "hat cap helmet beanie",
    "bikes": "bike",
}
_SIZE_OF = {word: family for family, line in _SIZED.items() for word in line.split()}


def sort_of(product_type: str) -> str:
    """The sort of thing, as preferences hold for it: "wireless headphones" are headphones.

    What has sizes is sorted by what shares them: sneakers and boots are shoes.
    """
    named = [word for word in words(product_type.replace("t-shirt", "tshirt")) if word.isalpha()]
    sized = next((_SIZE_OF[word] for word in reversed(named) if word in _SIZE_OF), "")
    return sized or (named[-1][:40] if named else "")


def recollection_of(memory: Memory) -> Recollection:
    if not memory.enabled:
        return Recollection(enabled=False)
    return Recollection(
        items=[
            RecalledItem(
                item_id=item.item_id,
                kind=item.kind,
                about=item.about,
                value=item.value,
                times=item.times,
                is_told=item.reason in (How.TOLD, How.ENTERED),
            )
            for item in memory.items
        ],
        hidden=[entry.key for entry in memory.looked_at if entry.how is How.DISMISSED],
        seen=[entry.key for entry in memory.looked_at if entry.how is not How.DISMISSED],
        seeds=seeds_of(memory),
    )


def seeds_of(memory: Memory) -> list[Seed]:
    """The latest things that were looked at, then those looked for; each sort once.

    What was bought is owned: nothing like it is recommended.
    """
    looked = [
        Seed(text=entry.title, search=entry.found_by, how=How.SELECTED)
        for entry in memory.looked_at
        if entry.how is How.SELECTED and entry.found_by
    ]
    sought = [
        Seed(text=entry.words, search=entry.words, how=How.SAID) for entry in memory.looked_for
    ]
    owned = {sort_of(e.found_by) for e in memory.looked_at if e.how is How.BOUGHT}
    by_sort = dict[str, Seed]()
    for seed in [*looked, *sought]:
        by_sort.setdefault(sort_of(seed.search), seed)
    return [seed for sort, seed in by_sort.items() if sort not in owned][:MOST_SEEDS]


def about_matches(about: str, sort: str) -> bool:
    return not about or about == sort
