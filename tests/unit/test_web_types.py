"""The web client's types are made from the models, and are never older than they."""

import runpy
from collections.abc import Callable
from pathlib import Path

GENERATOR = runpy.run_path(str(Path(__file__).parents[2] / "web" / "generate_types.py"))


def test_the_client_s_types_are_those_of_the_models() -> None:
    is_up_to_date: Callable[[], bool] = GENERATOR["is_up_to_date"]
    assert is_up_to_date(), "run .venv/bin/python web/generate_types.py and commit what it writes"
