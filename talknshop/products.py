"""ProductResult: one offer that a search found; SearchOutcome: what one marketplace answered."""

from enum import StrEnum

from pydantic import Field

from talknshop.errors import FailureCode
from talknshop.memory import Seed, Taste
from talknshop.messages import Said
from talknshop.model import Condition, Currency, MarketplaceName, Price, Value
from talknshop.requirement import RequirementSpec


class Availability(StrEnum):
    IN_STOCK = "in_stock"
    LIMITED = "limited"
    OUT_OF_STOCK = "out_of_stock"
    UNKNOWN = "unknown"


class ShippingInfo(Value):
    """`cost` is None where the marketplace does not say."""

    cost: Price | None = None
    currency: Currency = "USD"
    free: bool = False
    estimated_days: int | None = Field(None, ge=0, le=365)


class AlsoAt(Value):
    """Another, dearer offer for the same thing. `shipping_cost` None: not said."""

    marketplace: MarketplaceName
    product_id: str = Field(max_length=100)
    price: Price
    currency: Currency
    deep_link: str
    shipping_cost: Price | None = None
    seller_name: str | None = None


class ProductResult(Value):
    """One offer, normalised. `product_id` is the marketplace's own id; `rating` is 0 to 5."""

    product_id: str = Field(max_length=100)
    title: str = Field(max_length=300)
    price: Price
    currency: Currency
    rating: float | None = Field(None, ge=0, le=5)
    review_count: int | None = Field(None, ge=0)
    condition: Condition | None = None
    image_url: str | None = None
    marketplace: MarketplaceName
    deep_link: str
    availability: Availability = Availability.UNKNOWN
    seller_name: str | None = None
    shipping_info: ShippingInfo = ShippingInfo()
    attributes: dict[str, str] = {}
    why_ranked: str = ""
    also_at: list[AlsoAt] = []


class ProductRequest(Value):
    """One offer, by the marketplace's own id."""

    marketplace: MarketplaceName
    product_id: str = Field(min_length=1, max_length=100)
    deadline_ms: int = 4000


class ProductAnswer(Value):
    """The offer as it is now, or a code and a sentence that says why not."""

    product: ProductResult | None = None
    code: FailureCode | None = None
    error: Said = ""


class SourceStatus(StrEnum):
    """How one marketplace's search ended."""

    DONE = "done"
    CACHED = "cached"
    FAILED = "failed"
    SKIPPED = "skipped"


class SearchRequest(Value):
    """One marketplace, one search. `deadline_ms` bounds the whole call, retries included."""

    session_id: str = ""
    marketplace: MarketplaceName
    requirement: RequirementSpec
    limit: int = Field(12, ge=1, le=50)
    deadline_ms: int = 8000


class SearchOutcome(Value):
    """What one marketplace answered: products, or a code and a sentence that says why not.

    `kept`: the search cache has the products, so that they need not travel through a history.
    """

    marketplace: MarketplaceName
    status: SourceStatus
    products: list[ProductResult] = []
    count: int = 0
    kept: bool = False
    total_found: int = 0
    elapsed_ms: int = 0
    dropped: dict[str, int] = {}  # offers thrown away, by the field that was unusable
    applied_afterwards: list[str] = []  # wishes that the marketplace could not filter by itself
    error: str = ""


class Source(Value):
    """One row of `results.sources`."""

    marketplace: MarketplaceName
    status: SourceStatus
    count: int = 0
    elapsed_ms: int = 0
    error: str = ""
    applied_afterwards: list[str] = []


class RankRequest(Value):
    """Everything found for one requirement."""

    session_id: str = ""
    requirement: RequirementSpec
    outcomes: list[SearchOutcome]
    searched_for: int = Field(12, ge=1, le=50)  # the limit that the searches had
    deadline_ms: int = 4000
    limit: int = Field(10, ge=1, le=50)
    taste: Taste = Taste()


class Shortlist(Value):
    """Best first; `left_out` offers broke a wish, `duplicates` are "also at" of a cheaper one.

    `lost` marketplaces had answered, but their products were gone when it came to ranking.
    `beyond`: where there are none, the cheapest above the budget that is otherwise as wished.
    """

    products: list[ProductResult]
    beyond: ProductResult | None = None
    left_out: int = 0
    duplicates: int = 0
    lost: list[MarketplaceName] = []


class FindRequest(Value):
    """All marketplaces at once, and one list of it. Without `turn_id` nobody wants its progress."""

    session_id: str = ""
    turn_id: str = ""
    requirement: RequirementSpec
    marketplaces: list[MarketplaceName]
    searched_for: int = Field(12, ge=1, le=50)  # of each marketplace
    deadline_ms: int = 4000  # of each call
    limit: int = Field(10, ge=1, le=50)
    taste: Taste = Taste()


class Found(Value):
    """What each marketplace answered, without the products, in the order asked; and the list."""

    outcomes: list[SearchOutcome]
    shortlist: Shortlist


class SearchNews(Value):
    """What some marketplaces answered while others are awaited."""

    turn_id: str
    outcomes: list[SearchOutcome]


class Recommendation(Value):
    """A thing that the person may also like; `reason` is a true sentence in their language."""

    product: ProductResult
    reason: str


class RecommendRequest(Value):
    """`outcomes` has those of each seed's search, in the order of `seeds`."""

    seeds: list[Seed] = Field(max_length=3)
    outcomes: list[list[SearchOutcome]]
    searched_for: int = Field(12, ge=1, le=50)
    deadline_ms: int = 4000
    taste: Taste = Taste()
    excluded: list[str] = []  # offers that the person knows
    language: str = "en"
    limit: int = Field(8, ge=1, le=20)


class Recommendations(Value):
    items: list[Recommendation] = []
