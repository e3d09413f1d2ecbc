"""Writes src/generated/events.ts, the client's types, from the models; `--check` only compares."""

import argparse
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from api.account_routes import ConnectionList, Consent
from api.bulk_routes import BulkPage, StartedBulk
from api.notice_routes import PushSubscriptionList, WebhookList, WebhookWithSecret
from api.routes import JobPage, JobPageDetails, Session, SessionPage
from api.watch_routes import WatchList
from talknshop.accounts import Preferences
from talknshop.events import ConversationEvent
from talknshop.media import StoredMedia, TranscriptionResult
from talknshop.memory import Memory
from talknshop.notices import TestedChannels
from talknshop.products import Recommendations
from talknshop.understanding import Mode

TARGET = Path(__file__).parent / "src" / "generated" / "events.ts"
HEADER = """\
// Made by web/generate_types.py from the models in talknshop/ and api/: change those, run it again.
"""
ANSWERS = (
    BulkPage,
    ConnectionList,
    Consent,
    JobPage,
    JobPageDetails,
    Memory,
    Preferences,
    PushSubscriptionList,
    Recommendations,
    Session,
    SessionPage,
    StartedBulk,
    StoredMedia,
    TestedChannels,
    TranscriptionResult,
    WatchList,
    WebhookList,
    WebhookWithSecret,
)
PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 when the file is out of date")
    if parser.parse_args().check:
        if is_up_to_date():
            return 0
        print(f"{TARGET} is out of date: run .venv/bin/python web/generate_types.py")
        return 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(typescript(), encoding="utf-8")
    return 0


def is_up_to_date() -> bool:
    return TARGET.exists() and TARGET.read_text(encoding="utf-8") == typescript()


def typescript() -> str:
    """Every model that an event can hold, by name, and the union of the events."""
    schema = _schema()
    definitions = schema["$defs"]
    union = " | ".join(_type_of(branch) for branch in schema["events"]["oneOf"])
    blocks = [_declaration(name, definitions[name]) for name in sorted(definitions)]
    return "\n".join([HEADER, *blocks, f"export type ConversationEvent = {union};\n"])


def _schema() -> dict[str, Any]:
    """As serialised: what the gateway sends has every field, defaults included."""
    events = TypeAdapter(ConversationEvent).json_schema(mode="serialization")
    _, others = models_json_schema([(answer, "serialization") for answer in ANSWERS])
    mode = TypeAdapter(Mode).json_schema()
    return {
        "events": events,
        "$defs": {**others["$defs"], **events["$defs"], "Mode": mode},
    }


def _declaration(name: str, schema: dict[str, Any]) -> str:
    description = schema.get("description")
    comment = f"/** {' '.join(description.split())} */\n" if description else ""
    if schema.get("type") != "object":
        return f"{comment}export type {name} = {_type_of(schema)};\n"
    fields = (f"  {key}: {_type_of(value)};\n" for key, value in schema["properties"].items())
    return f"{comment}export interface {name} {{\n{''.join(fields)}}}\n"


def _type_of(schema: dict[str, Any]) -> str:
    match schema:
        case {"$ref": reference}:
            return str(reference).rsplit("/", 1)[-1]
        case {"const": value}:
            return _literal(value)
        case {"enum": values}:
            return " | ".join(_literal(value) for value in values)
        case {"anyOf": branches}:
            return " | ".join(_type_of(branch) for branch in branches)
        case {"type": "null"}:
            return "null"
        case {"type": "array", "items": items}:
            inner = _type_of(items)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case {"type": "object", "additionalProperties": dict() as values}:
            return f"Record<string, {_type_of(values)}>"
        case {"type": "object"}:
            return "Record<string, unknown>"
        case {"type": str() as kind} if kind in PRIMITIVES:
            return PRIMITIVES[kind]
    raise NotImplementedError(f"no TypeScript for {schema!r}: add a case to _type_of")


def _literal(value: object) -> str:
    if not isinstance(value, str):
        raise NotImplementedError(f"no TypeScript for the constant {value!r}: only strings so far")
    return f'"{value}"'


if __name__ == "__main__":
    sys.exit(main())
