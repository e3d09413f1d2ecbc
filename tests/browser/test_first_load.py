"""The page is small: what a first visit loads."""

import gzip
import re
from pathlib import Path

DIST = Path(__file__).parents[2] / "web" / "dist"
MOST_BYTES = 180 * 1024


def test_the_scripts_of_a_first_visit_are_below_their_limit() -> None:
    page = (DIST / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'(?:src|href)="/([^"]+\.js)"', page)
    assert scripts
    assert sum(len(gzip.compress((DIST / name).read_bytes())) for name in scripts) < MOST_BYTES
