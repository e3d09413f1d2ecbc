"""What a person may tell a conversation: the arguments of its updates, validated at the gateway."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from talknshop.events import ConversationEvent
from talknshop.media import MediaRef
from talknshop.model import MessageId, SessionId, UserId, Value
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Mode

MAX_MESSAGE_LENGTH = 4000


class SendMessage(Value):
    """Empty text is fine when there is media.

    `requirement`: the search as the person changed it by hand. It is taken as it is, and the
    message only says what was changed.
    """

    session_id: SessionId
    user_id: UserId
    message_id: MessageId
    message: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    media: list[MediaRef] = Field([], max_length=10)
    mode: Mode = Mode.AUTO
    requirement: RequirementSpec | None = None


class AnswerQuestion(Value):
    session_id: SessionId
    user_id: UserId
    message_id: MessageId
    question_id: str
    answer: Annotated[str, StringConstraints(strip_whitespace=True)]


ProductActionName = Literal["select_product", "dismiss_product", "bought_product"]
ConversationActionName = Literal["confirm_listing", "edit_listing"] | ProductActionName


class PerformAction(Value):
    """`payload`: changed ListingSpec fields for edit_listing, `product_id` and `marketplace` for
    what is done with a shown product."""

    session_id: SessionId
    user_id: UserId
    message_id: MessageId
    action: ConversationActionName
    payload: dict[str, Any] = {}


class Rename(Value):
    user_id: UserId
    title: str


class Accepted(Value):
    """A command was taken, after the log's event `last_event_id`.

    `duplicate`: it had been taken before, and nothing was done again. `event`: what the log says of
    it, so that the sender's page need not ask.
    """

    turn_id: str
    last_event_id: int
    duplicate: bool = False
    event: ConversationEvent | None = None
