"""Fills an empty catalogue with generated goods; leaves imported ones alone."""

import hashlib
from importlib import resources

from sandbox.catalogue.catalogue import Catalogue
from sandbox.catalogue.generator import generate

_MADE_FROM = "made_from"
IMPORTED = "imported goods"


def stock(catalogue: Catalogue, seed: int) -> None:
    """Some seconds of work at the first start, and after the vocabulary or the seed has changed."""
    recipe = f"{_digest()}/{seed}"
    if catalogue.fact(_MADE_FROM) in (recipe, IMPORTED):
        return
    with catalogue.changing():
        catalogue.clear()
        catalogue.add(generate(seed))
        catalogue.set_fact(_MADE_FROM, recipe)


def keep_as_it_is(catalogue: Catalogue) -> None:
    """From now on, nothing is generated any more."""
    catalogue.set_fact(_MADE_FROM, IMPORTED)


def _digest() -> str:
    """Of everything that the goods are made from."""
    folder = resources.files("sandbox.catalogue")
    files = [folder / "generator.py", folder / "catalogue.py", *(folder / "vocabulary").iterdir()]
    files = sorted(
        (file for file in files if file.name.endswith((".py", ".toml"))), key=lambda f: f.name
    )
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
