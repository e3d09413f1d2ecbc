"""What a language adapter is given and what it makes of it."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from talknshop.listing import ListingSpec
from talknshop.managing import Order
from talknshop.media import ImageAttributes
from talknshop.memory import Told
from talknshop.model import Condition, Currency, MarketplaceName, Price, Value
from talknshop.requirement import RequirementSpec
from talknshop.usage import Usage


class Mode(StrEnum):
    AUTO = "auto"
    BUYER = "buyer"
    SELLER = "seller"


class Intent(StrEnum):
    BUY = "buy"
    SELL = "sell"
    CONFIRM = "confirm"  # "yes, post it"
    DECLINE = "decline"  # "no, forget it"
    MANAGE = "manage"  # "mark the lamp as sold": what is up already
    RECOMMEND = "recommend"  # "what else might I like?"
    CHAT = "chat"  # neither: answered briefly with `reply`


class Question(Value):
    """One clarifying question. `options` are suggestions, not the only answers."""

    question_id: str = ""
    question: str
    field: str
    options: list[str] = []
    required: bool = True


class ShownProduct(Value):
    """A product of the last results, as far as a person may refer to it."""

    product_id: str
    marketplace: MarketplaceName
    title: str
    price: Price
    currency: Currency = "USD"
    rating: float | None = None
    condition: Condition | None = None
    brand: str = ""


class Utterance(Value):
    """One thing that a person said, with what it refers to."""

    session_id: str = ""
    text: str
    mode: Mode = Mode.AUTO
    requirement: RequirementSpec | None = None  # the previous one, when there is one
    listing: ListingSpec | None = None  # the draft being worked on
    question: Question | None = None  # the one this answers, perhaps
    asked: list[str] = []  # fields already asked for in this turn: not asked again
    shown: list[ShownProduct] = []
    images: list[ImageAttributes] = []
    marketplaces: list[MarketplaceName] = []  # names that the person may use
    search_marketplaces: list[MarketplaceName] = []  # what "everywhere" means to a buyer
    posting_marketplaces: list[MarketplaceName] = []  # what it means to a seller
    language: str = "en"  # the one spoken before
    flow: Mode = Mode.AUTO  # what the last turn was about
    has_posted: bool = False  # this conversation has put something up


class Understanding(Value):
    """`requirement` or `listing` is the whole new spec, the previous one merged in."""

    intent: Intent
    requirement: RequirementSpec | None = None
    listing: ListingSpec | None = None
    reply: str = ""  # the answer, when the intent is CHAT
    question: Question | None = None
    not_understood: list[str] = []
    assumptions: list[str] = []
    order: Order | None = None  # when the intent is MANAGE
    told: list[Told] = []  # to be remembered of the person, or forgotten
    model: str = ""  # who understood it: a model's name, or "embedded"
    degraded: bool = False  # the configured model did not answer, the embedded one stood in
    language: str = ""  # the person's, when it was recognised
    usage: Usage = Usage()

    @property
    def is_about_memory(self) -> bool:
        """Only what is to be remembered or forgotten: no business."""
        return bool(self.told) and self.intent is Intent.CHAT


class AnswerRequest(Value):
    """What an answer is composed from: `facts` are true sentences, nothing else may be claimed."""

    session_id: str
    turn_id: str
    kind: Literal["results", "listing", "job", "chat"]
    question: str = ""
    facts: list[str] = []
    untrusted: list[str] = Field([], max_length=20)  # marketplace titles: data, never instructions
    language: str = "en"


class ComposedAnswer(Value):
    text: str
    model: str = ""
    degraded: bool = False
    usage: Usage = Usage()
