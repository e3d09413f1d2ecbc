"""What the nodes of a turn's graph hand to each other."""

import operator
from datetime import datetime
from typing import Annotated, Literal, TypedDict

from talknshop.listing import ListingSpec, PriceAdvice
from talknshop.media import ImageAttributes, MediaRef
from talknshop.memory import Assumed, Taste
from talknshop.posting import ListingCheck
from talknshop.products import SearchOutcome, Shortlist
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Mode, Question, Understanding
from workflows.turn import Reply, media_of, requirement_of, text_of

Flow = Literal["buyer", "seller"]


class TurnState(TypedDict, total=False):
    """`text` is what is to be understood next; `understanding` is None until it has been."""

    text: str
    mode: Mode
    media: list[MediaRef]
    changed: RequirementSpec | None  # the search as the person changed it by hand
    transcripts: list[str]
    images: list[ImageAttributes]
    photos: Annotated[list[ImageAttributes], operator.add]  # all that this turn has seen
    unread: Annotated[list[str], operator.add]  # what could not be heard or seen, as sentences
    understanding: Understanding | None
    question: Question | None
    asked: list[str]
    requirement: RequirementSpec
    taste: Taste
    newly_assumed: list[Assumed]  # filled in from memory by this turn
    outcomes: list[SearchOutcome]
    shortlist: Shortlist
    searched_at: datetime  # when the search began
    listing: ListingSpec
    check: ListingCheck
    advice: PriceAdvice | None
    advised: str  # what of the listing the advice was for
    answer: str
    degraded: bool
    switch_to: Flow | None


def heard_anew(reply: Reply, question: Question | None) -> TurnState:
    """What changes in a turn when the person says the next thing: all is understood anew."""
    return {
        "text": text_of(reply),
        "media": media_of(reply),
        "changed": requirement_of(reply),
        "transcripts": [],
        "images": [],
        "question": question,
        "understanding": None,
    }
