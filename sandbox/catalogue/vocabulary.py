"""Reads the vocabulary files: kinds of goods with their brands, models, variants and colours."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from sandbox.catalogue.goods import Kind


@dataclass(frozen=True)
class Model:
    """`price` is dollars for the plainest variant. `year` 0: still made."""

    brand: str
    name: str
    price: float
    year: int
    attributes: dict[str, str]
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Variant:
    """Multiplies the model's price; its attributes become words of the title.

    A file lists variants one by one, or gives axes of which every combination is one.
    """

    factor: float
    attributes: dict[str, str]


@dataclass(frozen=True)
class Line:
    """A kind and everything that is sold of it."""

    kind: Kind
    models: list[Model]
    variants: list[Variant]
    colours_per_variant: int
    fixed: dict[str, str]  # attributes that all of them have


def read_vocabulary() -> list[Line]:
    """Ordered by file and place in the file, so that generation is deterministic."""
    files = sorted(
        (file for file in resources.files("sandbox.catalogue").joinpath("vocabulary").iterdir()),
        key=lambda file: file.name,
    )
    return [
        _line(name, entry, file.name.removesuffix(".toml"))
        for file in files
        if file.name.endswith(".toml")
        for name, entry in tomllib.loads(file.read_text("utf-8")).items()
    ]


def _line(name: str, entry: dict[str, Any], department: str) -> Line:
    kind = Kind(
        name=name,
        noun=entry["noun"],
        in_title=entry.get("in_title", entry["noun"]),
        also=tuple(entry.get("also", [])),
        department=department,
        drawing=entry.get("drawing", name),
        ebay=tuple(entry["ebay"]),
        walmart=tuple(entry["walmart"]),
        bestbuy=tuple(entry["bestbuy"]) if "bestbuy" in entry else None,
        amazon_index=entry["amazon"],
        worn=entry.get("worn", False),
    )
    colours = entry.get("brand_colours", {})
    models = [
        _model(brand, line, tuple(colours.get(brand, entry["colours"])))
        for brand, lines in entry["models"].items()
        for line in lines
    ]
    variants = [
        Variant(factor=variant.pop("factor", 1.0), attributes=variant)
        for variant in entry.get("variants", [{}])
    ]
    for axis, values in entry.get("axes", {}).items():
        variants = [_along(axis, value, variant) for variant in variants for value in values]
    return Line(kind, models, variants, entry.get("colours_per_variant", 2), entry.get("all", {}))


def _along(axis: str, value: str, variant: Variant) -> Variant:
    """A value may say what it does to the price: "King|1.2"."""
    name, _, factor = value.partition("|")
    return Variant(variant.factor * float(factor or 1), {**variant.attributes, axis: name})


def _model(brand: str, line: str, colours: tuple[str, ...]) -> Model:
    """A line is "Name | price in dollars | attribute=value; attribute=value"."""
    name, price, *rest = (part.strip() for part in line.split("|"))
    attributes = dict(pair.split("=", 1) for pair in rest[0].split("; ")) if rest else {}
    year = int(attributes.pop("Year", 0))
    return Model(brand, name, float(price), year, attributes, colours)
