"""Yesterday's histories replay against today's workflow code."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from workers.replay import replay_histories

HISTORIES = sorted((Path(__file__).parent.parent / "histories").glob("*.json"))


def history(path: Path, text: str | None = None) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, text or path.read_text())


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    (outcome,) = await replay_histories([history(path)])
    assert outcome.divergence == ""


def test_there_are_histories_of_a_buyer_and_of_a_seller_with_a_clarification() -> None:
    names = {path.stem for path in HISTORIES}
    assert {"buyer", "seller-with-clarification", "job", "listing-ebay"} <= names


async def test_a_history_of_other_code_is_reported_as_a_divergence() -> None:
    path = next(path for path in HISTORIES if path.stem == "buyer")
    other = path.read_text().replace('"understand"', '"guess"')
    (outcome,) = await replay_histories([history(path, other)])
    assert "guess" in outcome.divergence
