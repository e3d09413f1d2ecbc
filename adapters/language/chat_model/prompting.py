"""Prompts: versioned files, and what is put into them fenced as data."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage

from talknshop.media import ImageAttributes
from talknshop.understanding import AnswerRequest, Utterance

_LINES, _LINE = 40, 200
_NOT_ABOUT_THE_THING = {"media_id", "fingerprint", "flaws", "degraded", "usage"}


@dataclass(frozen=True)
class Prompt:
    """`name` and `version` are recorded with what the prompt's answers cost."""

    name: str
    version: int
    text: str


def _load(name: str) -> Prompt:
    head, text = (files(__package__) / "prompts" / f"{name}.md").read_text().split("\n\n", 1)
    return Prompt(name, int(head.removeprefix("version: ")), text.strip())


UNDERSTAND = _load("understand")
ANSWER = _load("answer")
LOOK = _load("look")


def fenced(tag: str, value: Any) -> str:
    """The value as JSON between tags that nothing inside it can close."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<{tag}>{text}</{tag}>"


def instructions(prompt: Prompt, *, marked: bool) -> SystemMessage:
    """`marked` for Bedrock's prompt cache, which keeps what stands before the mark."""
    if not marked:
        return SystemMessage(prompt.text)
    return SystemMessage(
        [{"type": "text", "text": prompt.text}, {"cachePoint": {"type": "default"}}]
    )


def what_was_said(utterance: Utterance, refused: str = "") -> HumanMessage:
    """`refused` says why the model's last answer could not be used."""
    context = {
        "mode": utterance.mode,
        "wish": utterance.requirement and utterance.requirement.model_dump(mode="json"),
        "draft": utterance.listing
        and utterance.listing.model_dump(mode="json", exclude={"media_refs"}),
        "question": utterance.question and utterance.question.model_dump(mode="json"),
        "asked": utterance.asked,
        "marketplaces": utterance.marketplaces,
    }
    shown = [
        {"position": position, "title": product.title, "price": str(product.price)}
        for position, product in enumerate(utterance.shown, start=1)
    ]
    photos = [_seen(image) for image in utterance.images]
    parts = [fenced("context", context)]
    if shown or photos:
        parts.append(fenced("untrusted", {"products_shown": shown, "photos": photos}))
    parts.append(fenced("person", utterance.text))
    if refused:
        parts.append(f"Your last answer could not be used: {refused}. Fill in the form again.")
    return HumanMessage("\n".join(parts))


def _seen(image: ImageAttributes) -> dict[str, Any]:
    """A page of text in a photo is not worth what its tokens cost."""
    attributes = image.model_dump(mode="json", exclude=_NOT_ABOUT_THE_THING)
    return {**attributes, "text": [line[:_LINE] for line in image.text[:_LINES]]}


def what_is_known(request: AnswerRequest) -> HumanMessage:
    parts = [
        f"Language: {json.dumps(request.language)}",
        fenced("person", request.question),
        fenced("facts", request.facts),
    ]
    if request.untrusted:
        parts.append(fenced("untrusted", request.untrusted))
    return HumanMessage("\n".join(parts))
