"""`talknshop understand`: what the language adapter makes of each line, without a conversation."""

import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from adapters.errors import AdapterError
from adapters.language.port import Language
from talknshop.copywriting import without_copy
from talknshop.listing import ListingSpec
from talknshop.model import Value
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Intent, Mode, Question, ShownProduct, Understanding, Utterance

Spec = TypeVar("Spec", bound=Value)

MAX_TEXT = 4000

_LISTING_ONLY = ListingSpec.model_fields.keys() - RequirementSpec.model_fields.keys()


async def understand(language: Language, source: Path | None) -> None:
    """One answer for each line of `source`, or of the standard input; a bad line costs no other."""
    for line in _lines(source):
        print(json.dumps(await answer_to(language, line), ensure_ascii=False), flush=True)


async def answer_to(language: Language, line: str) -> dict[str, Any]:
    """The answer to one line: what can't be used in it is left out, and said in `problems`."""
    asked, problems = _fields(line)
    utterance = _utterance(asked, problems)
    answer: dict[str, Any] = {"id": _id(asked), "mode": "neither", "spec": None}
    try:
        understanding = await language.understand(utterance)
    except AdapterError as error:
        problems.append(str(error))
    # A defect that one line brings to light must not cost the other lines their answers.
    except Exception as error:  # noqa: BLE001
        traceback.print_exception(error)
        problems.append(f"This is a defect: {error!r}")
    else:
        answer |= _answer(utterance, understanding)
    return answer | ({"problems": problems} if problems else {})


def _lines(source: Path | None) -> Iterator[str]:
    if source is None:
        yield from (line.decode(errors="replace") for line in sys.stdin.buffer)
        return
    with source.open("rb") as file:
        yield from (line.decode(errors="replace") for line in file)


def _fields(line: str) -> tuple[dict[str, Any], list[str]]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {}, ["This line is not JSON."]
    if not isinstance(asked, dict):
        return {}, ["This line is not a JSON object."]
    return asked, []


def _id(asked: dict[str, Any]) -> Any:
    """As given; None for what JSON cannot say, such as 1e309."""
    try:
        json.dumps(asked.get("id"), allow_nan=False)
    except ValueError:
        return None
    return asked.get("id")


def _utterance(asked: dict[str, Any], problems: list[str]) -> Utterance:
    text = asked.get("text")
    if not isinstance(text, str):
        problems.append("`text` is missing or no string.")
        text = ""
    try:
        mode = Mode(asked.get("mode") or Mode.AUTO)
    except ValueError:
        problems.append(f"`mode` is one of {', '.join(Mode)}.")
        mode = Mode.AUTO
    previous = asked.get("previous_spec")
    previous = previous if isinstance(previous, dict) else {}
    sells = bool(_LISTING_ONLY & previous.keys()) or (bool(previous) and mode is Mode.SELLER)
    question = asked.get("question")
    return Utterance(
        text=_encodable(text)[:MAX_TEXT],
        mode=mode,
        requirement=_usable(RequirementSpec, previous, problems)
        if previous and not sells
        else None,
        listing=_usable(ListingSpec, previous, problems) if sells else None,
        question=_usable(Question, {"question": "", "field": "", **question}, problems)
        if isinstance(question, dict)
        else None,
        shown=_shown(asked.get("shown")),
        language=str(previous.get("language") or "en"),
        marketplaces=_strings(asked.get("marketplaces")),
    )


def _usable(kind: type[Spec], given: dict[str, Any], problems: list[str]) -> Spec:
    """The spec with those fields that are valid, each judged by itself."""
    valid = dict[str, Any]()
    for name, value in given.items():
        if name not in kind.model_fields:
            continue
        try:
            kind.model_validate({**valid, name: value})
        except (ValidationError, RecursionError):
            problems.append(f"`{name}` was left out: it is not valid.")
        else:
            valid[name] = value
    return kind.model_validate(valid)


def _shown(given: Any) -> list[ShownProduct]:
    shown = []
    for product in given if isinstance(given, list) else []:
        try:
            shown.append(ShownProduct.model_validate(product))
        except ValidationError:
            continue
    return shown


def _strings(given: Any) -> list[str]:
    """Marketplace names that the spec can hold."""
    names = [name for name in given if isinstance(name, str)] if isinstance(given, list) else []
    return [name for name in names if name.replace("_", "").isalnum() and name.islower()]


def _encodable(text: str) -> str:
    """JSON may hold half a surrogate pair, which nothing can print."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _answer(utterance: Utterance, understanding: Understanding) -> dict[str, Any]:
    mode, spec = _outcome(utterance, understanding)
    answer: dict[str, Any] = {
        "mode": mode,
        "spec": spec.model_dump(mode="json") if spec is not None else None,
    }
    if understanding.question is not None:
        answer["clarification"] = understanding.question.model_dump(
            include={"field", "question", "options"}
        )
    if understanding.not_understood:
        answer["unsupported"] = understanding.not_understood
    if understanding.reply:
        answer["reply"] = understanding.reply
    if understanding.assumptions:
        answer["assumptions"] = understanding.assumptions
    return answer | {"model": understanding.model}


def _outcome(utterance: Utterance, understanding: Understanding) -> tuple[str, Value | None]:
    """A yes or a no to a draft is the seller's, and changes nothing in it."""
    match understanding.intent:
        case Intent.BUY:
            return "buyer", understanding.requirement
        case Intent.SELL:
            return "seller", understanding.listing and without_copy(understanding.listing)
        case Intent.CONFIRM | Intent.DECLINE if utterance.listing is not None:
            return "seller", utterance.listing
        case _:
            return "neither", utterance.listing or utterance.requirement
