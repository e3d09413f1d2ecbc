"""An offer as far as leaving out, ranking and explaining look at it."""

from dataclasses import dataclass
from decimal import Decimal

from talknshop.model import Condition
from talknshop.products import Availability, ProductResult
from talknshop.relevance import Text


@dataclass(frozen=True)
class Offer:
    """None stands for what is not known."""

    text: Text
    price: Decimal | None = None
    currency: str = ""
    delivery_cost: Decimal | None = None
    rating: float | None = None
    review_count: int | None = None
    condition: Condition | None = None
    availability: Availability = Availability.UNKNOWN
    marketplace: str = ""
    key: str = ""  # decides between equals, so that the order is always the same

    @property
    def total(self) -> float | None:
        """With delivery, as far as its cost is known."""
        return None if self.price is None else float(self.price + (self.delivery_cost or 0))

    @property
    def is_for_sale(self) -> bool:
        return (
            self.price != 0
            and self.availability is not Availability.OUT_OF_STOCK
            and self.condition is not Condition.FOR_PARTS
        )


def offer_of(product: ProductResult) -> Offer:
    facts = {k: v for k, v in product.attributes.items() if k not in ("brand", "gtin")}
    return Offer(
        text=Text(product.title, product.attributes.get("brand", ""), " ".join(facts.values())),
        price=product.price,
        currency=product.currency,
        delivery_cost=product.shipping_info.cost,
        rating=product.rating,
        review_count=product.review_count,
        condition=product.condition,
        availability=product.availability,
        marketplace=product.marketplace,
        key=product.product_id,
    )
