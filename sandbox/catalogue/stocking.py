"""Opens a catalogue with generated goods in it; imported ones are left alone."""

import hashlib
import os
import secrets
import shutil
import sqlite3
from contextlib import suppress
from importlib import resources
from pathlib import Path

from sandbox.catalogue.catalogue import Catalogue
from sandbox.catalogue.generator import generate

_MADE_FROM = "made_from"
IMPORTED = "imported goods"


def open_stocked(path: Path, seed: int) -> Catalogue:
    """Makes the goods at the first start, and again when the vocabulary or the seed has changed.

    That takes some seconds, so what was made is kept in the user's cache for the next data folder.
    """
    recipe = f"{_digest()}-{seed}"
    kept = _cache() / f"catalogue-{recipe}.sqlite"
    if not path.exists() and kept.exists():
        shutil.copyfile(kept, path)
    catalogue = Catalogue(path)
    if catalogue.fact(_MADE_FROM) not in (recipe, IMPORTED):
        with catalogue.changing():
            catalogue.clear()
            catalogue.add(generate(seed))
            catalogue.set_fact(_MADE_FROM, recipe)
        # Where nothing can be kept, the next new sandbox only starts more slowly.
        with suppress(OSError, sqlite3.OperationalError):
            _keep(catalogue, kept)
    return catalogue


def keep_as_it_is(catalogue: Catalogue) -> None:
    """From now on, nothing is generated any more."""
    catalogue.set_fact(_MADE_FROM, IMPORTED)


def _keep(catalogue: Catalogue, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f"{kept.name}.{secrets.token_hex(4)}")
    catalogue.copy_to(draft)
    # Renamed when complete: whoever looks for it never finds half of it.
    draft.rename(kept)


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "talknshop"


def _digest() -> str:
    """Of everything that the goods are made from."""
    folder = resources.files("sandbox.catalogue")
    files = [folder / "generator.py", folder / "catalogue.py", *(folder / "vocabulary").iterdir()]
    files = sorted(
        (file for file in files if file.name.endswith((".py", ".toml"))), key=lambda f: f.name
    )
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
