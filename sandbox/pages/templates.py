"""Renders the pages' templates; everything that is put into them is escaped."""

from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from sandbox.prices import display

_environment = Environment(
    loader=PackageLoader("sandbox.pages"), autoescape=select_autoescape(), trim_blocks=True
)
_environment.filters["dollars"] = display


def render(name: str, /, **values: Any) -> str:
    return _environment.get_template(name).render(**values)
