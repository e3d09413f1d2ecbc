"""Each alarm has a page that says what to do, and each page an alarm."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.promtool import promtool

ROOT = Path(__file__).resolve().parents[2]
PAGES = {page.stem: page.read_text() for page in (ROOT / "docs/runbooks").glob("*.md")}
RULES = yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text())
OF_PROMETHEUS = {
    rule["alert"] for group in RULES["groups"] for rule in group["rules"] if "alert" in rule
}
OF_CLOUDWATCH = set(
    re.findall(
        r'"([A-Z]\w+Down|[A-Z]\w+Errors|[A-Z]\w+Busy|HistoriesDiverge)"',
        (ROOT / "deploy/aws/alarms.py").read_text(),
    )
)
PARTS = ("**For people.**", "**First look**", "**Causes", "**Mend**", "**Done when**")


def test_each_alarm_has_a_page_and_each_page_an_alarm() -> None:
    assert OF_PROMETHEUS
    assert set(PAGES) - {"disaster"} == OF_PROMETHEUS | OF_CLOUDWATCH


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"disaster"}))
def test_a_page_says_what_it_means_where_to_look_and_when_it_is_over(name: str) -> None:
    positions = [PAGES[name].find(part) for part in PARTS]
    assert -1 not in positions
    assert positions == sorted(positions)


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_links_to_exists(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", PAGES[name]):
        if not target.startswith("http"):
            assert (ROOT / "docs/runbooks" / target).exists(), target


def test_figures_that_pages_name_are_named_in_the_code_or_the_rules() -> None:
    known = (ROOT / "deploy/prometheus/rules.yml").read_text() + "".join(
        path.read_text()
        for folder in ("adapters", "api", "workers", "workflows", "activities")
        for path in (ROOT / folder).rglob("*.py")
    )
    for page, text in PAGES.items():
        for name in re.findall(r"\btalknshop_[a-z_]+", text):
            stem = re.sub(r"^talknshop_|_(bucket|count|sum|total)$", "", name)
            assert stem in known, f"{page}: {name}"


def test_prometheus_can_parse_what_pages_ask_it(tmp_path: Path) -> None:
    asked = [
        text
        for page in PAGES.values()
        for text in re.findall(r"`([^`\n]+)`", page)
        if re.match(r"(sum|max|min|avg|topk|histogram_quantile)\b|talknshop_\w+\{", text)
    ]
    assert asked
    rules = [{"record": f"query:{n}", "expr": text} for n, text in enumerate(asked)]
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
