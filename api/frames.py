"""The frames that a client may send over the WebSocket."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from talknshop.media import MediaRef
from talknshop.model import MessageId, Value
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Mode

MAX_FRAME_BYTES = 64 * 1024


def _new_id() -> str:
    return str(uuid.uuid4())


# A v1 client that sends no id gets one; it can then not resend safely.
_MessageId = Annotated[MessageId, Field(default_factory=_new_id)]


class AuthFrame(Value):
    type: Literal["auth"]
    token: str


class MessageFrame(Value):
    type: Literal["message"]
    message: str = ""
    message_id: _MessageId
    media: list[MediaRef] = Field([], max_length=10)
    mode: Mode = Mode.AUTO
    requirement: RequirementSpec | None = None


class AnswerFrame(Value):
    type: Literal["answer"]
    question_id: str
    answer: str
    message_id: _MessageId


class ActionFrame(Value):
    type: Literal["action"]
    action: Literal[
        "confirm_listing",
        "edit_listing",
        "select_product",
        "dismiss_product",
        "bought_product",
        "cancel_job",
        "edit_job",
        "retry_listing",
        "relist_listing",
        "withdraw_listing",
        "mark_sold",
        "watch_price",
        "stop_watching",
    ]
    payload: dict[str, Any] = {}
    message_id: _MessageId


class CancelFrame(Value):
    type: Literal["cancel"]


class PingFrame(Value):
    type: Literal["ping"]


ClientFrame = Annotated[
    AuthFrame | MessageFrame | AnswerFrame | ActionFrame | CancelFrame | PingFrame,
    Field(discriminator="type"),
]
# Those that are carried out one after the other.
CommandFrame = MessageFrame | AnswerFrame | ActionFrame

FRAME: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)
