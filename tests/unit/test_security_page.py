"""Each line of the attacker's checklist names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def checklist() -> list[str]:
    """The rows of the page's table, without its head."""
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return rows[2:]


def test_there_is_a_checklist() -> None:
    assert len(checklist()) > 30


@pytest.mark.parametrize("row", checklist(), ids=lambda row: row.split("|")[1].strip()[:40])
def test_a_line_names_its_tests(row: str) -> None:
    cell = row.rsplit("|", 2)[1]
    named = NAMED.findall(cell)
    assert named, "it names no test"
    assert cell.count("`") == 2 * len(named), "it names something that is no test"
    for file, test in named:
        found = [
            path for path in ROOT.glob("tests/**/*.py") if path.as_posix().endswith(f"/{file}")
        ]
        assert len(found) == 1, f"{file} is {len(found)} files"
        tree = ast.parse(found[0].read_text())
        defined = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert test in defined, f"{file} has no {test}"
