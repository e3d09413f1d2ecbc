"""The page is small and steady: what a first visit loads, and that nothing jumps."""

import gzip
import re
from pathlib import Path

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE, Screen

DIST = Path(__file__).parents[2] / "web" / "dist"
MOST_BYTES = 180 * 1024
# "Good" by https://web.dev/articles/cls.
MOST_SHIFT = 0.1

_SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput) window.shifts += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
"""


def test_the_scripts_of_a_first_visit_are_below_their_limit() -> None:
    page = (DIST / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'(?:src|href)="/([^"]+\.js)"', page)
    assert scripts
    assert sum(len(gzip.compress((DIST / name).read_bytes())) for name in scripts) < MOST_BYTES


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
async def test_nothing_jumps_on_a_first_visit_nor_while_an_answer_comes(
    meet: Meet, screen: Screen
) -> None:
    person = await meet(screen)
    await person.page.add_init_script(_SHIFTS)
    await person.page.reload()
    await person.page.get_by_role("button", name="Find me a laptop").wait_for()
    await person.page.wait_for_load_state("networkidle")
    assert await person.page.evaluate("window.shifts") < MOST_SHIFT
    await person.presses("Find me a laptop under $1000")
    await person.answer_is_written()
    assert await person.page.evaluate("window.shifts") < 2 * MOST_SHIFT
