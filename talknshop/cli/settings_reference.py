"""Every setting as Markdown, from the models themselves and the comments beside their fields."""

import ast
import inspect
import io
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from adapters.marketplaces.configuration import MarketplaceConfig
from adapters.marketplaces.registry import installed
from talknshop.settings import Settings

HEAD = (
    "# Every setting\n\nMade by `talknshop settings` from the models; [settings](settings.md)"
    " explains them by topic. Each is an environment variable, or a line of a file `.env`."
    " Durations are ISO 8601 (`PT4S`) or seconds; lists and objects are JSON.\n"
)


@dataclass(frozen=True)
class Setting:
    name: str
    kind: str
    default: str
    comment: str


def variables() -> set[str]:
    """Every name that is read, those of marketplaces from elsewhere too."""
    installed()  # imports their modules
    found = {setting.name for setting in settings_of(Settings, "TALKNSHOP_")}
    for config in _subclasses(MarketplaceConfig):
        found |= {setting.name for setting in settings_of(config, _prefix(config))}
    return found


def reference() -> str:
    """The whole page."""
    sections = [HEAD, _table(settings_of(Settings, "TALKNSHOP_"))]
    for config in _marketplace_configs():
        prefix = _prefix(config)
        marketplace = prefix.removeprefix("TALKNSHOP_").strip("_").title()
        sections += [f"\n## {marketplace}\n", _table(settings_of(config, prefix))]
    return "\n".join(sections) + "\n"


def settings_of(model: type[BaseModel], prefix: str) -> Iterator[Setting]:
    """Each field's variable; those of a model inside it come in its place."""
    comments = _comments(model)
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        inner = _model_in(field.annotation)
        if inner is not None:
            yield from settings_of(inner, f"{variable}__")
        else:
            yield Setting(variable, _kind(field.annotation), _default(field), comments[name])


def _marketplace_configs() -> list[type[MarketplaceConfig]]:
    installed()  # imports their modules
    found = {
        config
        for config in _subclasses(MarketplaceConfig)
        if config.__module__.startswith("adapters.") and config.model_config.get("env_prefix")
    }
    return sorted(found, key=lambda config: str(config.model_config.get("env_prefix")))


def _prefix(config: type[MarketplaceConfig]) -> str:
    return str(config.model_config.get("env_prefix", "")).upper()


def _subclasses(model: type[MarketplaceConfig]) -> Iterator[type[MarketplaceConfig]]:
    for subclass in model.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _table(settings: Iterator[Setting]) -> str:
    rows = ["| variable | type | default | |", "| --- | --- | --- | --- |"]
    for each in settings:
        cells = (f"`{each.name}`", each.kind, each.default, each.comment)
        escaped = [cell.replace("|", "\\|") for cell in cells]
        rows.append(f"| {' | '.join(escaped)} |")
    return "\n".join(rows)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or may be."""
    options = get_args(annotation) if _is_union(annotation) else (annotation,)
    for option in options:
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def _kind(annotation: Any) -> str:
    if _is_union(annotation):
        return " or ".join(
            _kind(option) for option in get_args(annotation) if option is not type(None)
        )
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    names: dict[Any, str] = {
        str: "text",
        bool: "true or false",
        int: "whole number",
        float: "number",
        timedelta: "duration",
        SecretStr: "secret",
    }
    if annotation in names:
        return names[annotation]
    origin = get_origin(annotation) or annotation
    if origin is list:
        return "JSON list"
    if origin is dict:
        return "JSON object"
    return {"Path": "path", "Decimal": "number"}.get(getattr(origin, "__name__", ""), "text")


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "needed"
    if value is None or value == "":
        return "–"
    text = TypeAdapter(Any).dump_json(value).decode().strip('"')
    return f"`{text}`"


@cache
def _comments(model: type[BaseModel]) -> dict[str, str]:
    """By field: the comment behind it, and that of the lines right before it."""
    found = dict.fromkeys(model.model_fields, "")
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base.__module__.split(".")[0] not in (
            "pydantic",
            "pydantic_settings",
        ):
            found |= _comments_in(textwrap.dedent(inspect.getsource(base)))
    return {name: found.get(name, "") for name in model.model_fields}


def _comments_in(source: str) -> dict[str, str]:
    by_line = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith("# type:")
    }
    found = {}
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.ClassDef)
    for statement in definition.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            first, last = statement.lineno, statement.end_lineno or statement.lineno
            while first - 1 in by_line and source.splitlines()[first - 2].strip().startswith("#"):
                first -= 1
            said = [by_line[line] for line in range(first, last + 1) if line in by_line]
            found[statement.target.id] = " ".join(said)
    return found
