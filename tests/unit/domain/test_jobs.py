"""A job's status and its headline follow from where its listings stand."""

import pytest

from talknshop.errors import FailureCode
from talknshop.headlines import headline
from talknshop.jobs import (
    JobStatus,
    JobView,
    ListingStatus,
    MarketplaceJob,
    Needs,
    job_status,
)

NEEDS = Needs(code=FailureCode.HANDOFF, message="Post it yourself.", actions=["confirm_url"])


def listings(**statuses: str) -> list[MarketplaceJob]:
    return [
        MarketplaceJob(
            marketplace=name,
            status=ListingStatus(status),
            needs=NEEDS if status == "needs_action" else None,
        )
        for name, status in statuses.items()
    ]


def job(**statuses: str) -> JobView:
    entries = listings(**statuses)
    return JobView(
        job_id="j1", title="iPhone 13", status=job_status(entries), marketplace_jobs=entries
    )


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param({"ebay": "pending"}, "processing", id="not begun"),
        pytest.param({"ebay": "live", "facebook": "posting"}, "processing", id="one under way"),
        pytest.param({"ebay": "live", "facebook": "needs_action"}, "completed", id="one live"),
        pytest.param({"ebay": "failed", "facebook": "live"}, "completed", id="one failed"),
        pytest.param({"ebay": "failed", "facebook": "failed"}, "failed", id="none live"),
        pytest.param({"ebay": "needs_action"}, "processing", id="all wait for the person"),
        pytest.param({"ebay": "sold", "facebook": "withdrawn"}, "completed", id="sold"),
    ],
)
def test_status_of(statuses: dict[str, str], expected: str) -> None:
    assert job_status(listings(**statuses)) is JobStatus(expected)


@pytest.mark.parametrize(
    ("statuses", "title"),
    [
        pytest.param(
            {"ebay": "live", "craigslist": "live", "facebook": "live", "poshmark": "needs_action"},
            "✓ Your iPhone 13 is live on 3 marketplaces!",
            id="three live",
        ),
        pytest.param({"ebay": "live"}, "✓ Your iPhone 13 is live on 1 marketplace!", id="one live"),
        pytest.param({"ebay": "failed"}, "Your iPhone 13 is not live anywhere.", id="failed"),
        pytest.param(
            {"ebay": "needs_action"},
            "Your iPhone 13 needs you before it can go live.",
            id="waits for the person",
        ),
        pytest.param(
            {"ebay": "sold", "facebook": "withdrawn"}, "Your iPhone 13 is sold on eBay.", id="sold"
        ),
    ],
)
def test_headline_of(statuses: dict[str, str], title: str) -> None:
    news = headline(job(**statuses))
    assert news is not None
    assert news.title == title


def test_there_is_no_headline_while_a_listing_is_under_way() -> None:
    assert headline(job(ebay="live", facebook="posting")) is None
