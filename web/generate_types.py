"""Writes src/generated/events.ts, the client's types; `--check` only compares."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from api.app import create_app
from talknshop.events import ConversationEvent
from talknshop.settings import Settings
from talknshop.understanding import Mode

TARGET = Path(__file__).parent / "src" / "generated" / "events.ts"
HEADER = """\
// Made by web/generate_types.py from the gateway's OpenAPI and from the models of events: change
// those, run it again.
"""
BASE = "/api/v1"
# How a person is known, which every call says in the same way.
SIGN_IN = {"token", "user_id"}
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
    """The models of events and answers by name, the union of the events, and the calls."""
    events = TypeAdapter(ConversationEvent).json_schema(mode="serialization")
    openapi = create_app(Settings()).openapi()
    schemas = openapi["components"]["schemas"]
    calls = list(_calls(openapi))
    taken = _reached([call.body_parts(schemas) for call in calls], schemas)
    given = _reached([call.answer for call in calls], schemas)
    definitions = {
        **{_name(key): schemas[key] for key in taken},
        # As serialised: what the gateway sends has every field, defaults included.
        **{_name(key): schemas[key] for key in given},
        **events["$defs"],
        "Mode": TypeAdapter(Mode).json_schema(),
    }
    blocks = [_declaration(name, definitions[name]) for name in sorted(definitions)]
    union = " | ".join(_type_of(branch) for branch in events["oneOf"])
    lines = "".join(call.line(schemas) for call in calls)
    return "\n".join(
        [
            HEADER,
            *blocks,
            f"export type ConversationEvent = {union};\n",
            f"/** What the gateway's REST calls take and answer, below {BASE}. */\n"
            f"export interface Calls {{\n{lines}}}\n",
        ]
    )


@dataclass(frozen=True)
class Call:
    """A call that answers JSON, or nothing (None). `body` None: there is none, or it is a file."""

    route: str
    parameters: list[dict[str, Any]]
    body: dict[str, Any] | None
    answer: dict[str, Any] | None

    def body_parts(self, schemas: dict[str, Any]) -> Any:
        """What the body is made of; itself it is written where it is taken."""
        match self.body:
            case {"$ref": str() as reference}:
                return schemas[reference.rsplit("/", 1)[-1]]
        return self.body

    def line(self, schemas: dict[str, Any]) -> str:
        given = []
        if path := self._parameters("path"):
            given.append(f"path: {{ {'; '.join(path)} }}")
        if query := self._parameters("query"):
            given.append(f"query?: {{ {'; '.join(query)} }}")
        if self.body is not None:
            given.append(f"body: {_taken(self.body, schemas)}")
        takes = f"{{ {'; '.join(given)} }}" if given else "Record<never, never>"
        gives = "void" if self.answer is None else _type_of(self.answer)
        return f'  "{self.route}": {{ given: {takes}; answer: {gives} }};\n'

    def _parameters(self, place: str) -> list[str]:
        return [
            f"{each['name']}{'' if each.get('required') else '?'}: {_type_of(each['schema'])}"
            for each in self.parameters
            if each["in"] == place and each["name"] not in SIGN_IN
        ]


def _calls(openapi: dict[str, Any]) -> Iterator[Call]:
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            answers = [r for code, r in operation["responses"].items() if code.startswith("2")]
            answer = answers[0].get("content")
            body = operation.get("requestBody", {}).get("content", {})
            is_empty = answer is None and "204" in operation["responses"]
            is_json = answer is not None and "application/json" in answer
            if path.startswith(BASE) and (is_json or is_empty):
                yield Call(
                    route=f"{method.upper()} {path.removeprefix(BASE)}",
                    parameters=operation.get("parameters", []),
                    body=body.get("application/json", {}).get("schema"),
                    answer=answer and answer["application/json"]["schema"],
                )


def _reached(starts: list[Any], schemas: dict[str, Any]) -> set[str]:
    """The names of the schemas that are referred to, directly or through others."""
    reached: set[str] = set()
    waiting: list[Any] = list(starts)
    while waiting:
        match waiting.pop():
            case {"$ref": str() as reference}:
                key = reference.rsplit("/", 1)[-1]
                if key not in reached:
                    reached.add(key)
                    waiting.append(schemas[key])
            case dict() as inner:
                waiting += inner.values()
            case list() as inner:
                waiting += inner
    return reached


def _name(key: str) -> str:
    """One name for a model that is taken in another form than it is given."""
    return key.removesuffix("-Output").removesuffix("-Input")


def _taken(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """What may be sent: fields with a default may be left out."""
    match schema:
        case {"$ref": str() as reference}:
            model = schemas[reference.rsplit("/", 1)[-1]]
            required = model.get("required", [])
            fields = (
                f"{name}{'' if name in required else '?'}: {_type_of(value)}"
                for name, value in model["properties"].items()
            )
            return f"{{ {'; '.join(fields)} }}"
    return _type_of(schema)


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
            return _name(str(reference).rsplit("/", 1)[-1])
        case {"const": value}:
            return _literal(value)
        case {"enum": values}:
            return " | ".join(_literal(value) for value in values)
        case {"anyOf": branches} | {"oneOf": branches}:
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
