"""The form that a chat model fills in: plain enough for every vendor's strict decoder."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


def _strictly(schema: dict[str, Any]) -> None:
    """Decoders want every field required, know no defaults, and take no open maps."""
    for field in schema["properties"].values():
        field.pop("default", None)
    schema["required"] = list(schema["properties"])
    schema["additionalProperties"] = False


class _Part(BaseModel):
    """Read leniently: a field that was left out is empty; limits are the specs' own."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=_strictly)


class Attribute(_Part):
    name: str
    value: str


class Wish(_Part):
    """What the buyer wants, whole: the previous wish with this message's changes."""

    product_type: str = ""
    attributes: list[Attribute] = []
    price_min: float | None = None
    price_max: float | None = None
    currency: str = Field("USD", description="ISO 4217")
    brand_preferences: list[str] = []
    excluded_brands: list[str] = []
    rating_min: float | None = Field(None, description="0 to 5")
    condition: Literal["any", "new", "used", "refurbished", "open_box"] = "any"
    marketplaces: list[str] = Field([], description="Only those that the person named")
    sort: Literal["relevance", "price_asc", "price_desc", "rating", "newest"] = "relevance"
    language: str = Field("en", description="ISO 639-1, of the person's message")


class Offer(_Part):
    """What the seller offers, whole: the draft with this message's changes."""

    title: str = ""
    description: str = ""
    category: str = ""
    brand: str = ""
    price: float | None = None
    currency: str = Field("USD", description="ISO 4217")
    condition: Literal[
        "unknown", "new", "open_box", "refurbished", "like_new", "good", "fair", "for_parts"
    ] = "unknown"
    condition_notes: str = ""
    quantity: int = 1
    attributes: list[Attribute] = []
    postal_code: str = ""
    country: str = Field("US", description="ISO 3166-1 alpha-2")
    target_marketplaces: list[str] = Field([], description="Only those that the person named")
    shipping: str = ""


class Form(_Part):
    """What one message of a shopping conversation means."""

    intent: Literal["buy", "sell", "confirm", "decline", "chat"]
    wish: Wish | None = Field(None, description="For the intent buy, else null")
    offer: Offer | None = Field(None, description="For the intent sell, else null")
    reply: str = Field("", description="For the intent chat: the answer")
    question: str = Field("", description="One clarifying question, or empty")
    question_field: str = Field("", description="The field that the question is about")
    question_options: list[str] = []
    not_understood: list[str] = []
    assumptions: list[str] = Field([], description="Each a sentence in the person's language")

    @model_validator(mode="after")
    def _complete(self) -> "Form":
        if self.intent == "buy" and self.wish is None:
            raise ValueError("the intent buy needs a wish")
        if self.intent == "sell" and self.offer is None:
            raise ValueError("the intent sell needs an offer")
        return self


# Given to vendors as a dictionary, so that all of them hand the model's answer over unvalidated.
FORM_SCHEMA = {**Form.model_json_schema(), "title": "Form"}
