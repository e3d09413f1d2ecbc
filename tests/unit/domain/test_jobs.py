"""A job's status and its headline follow from where its listings stand."""

from datetime import UTC, datetime

import pytest

from talknshop.errors import FailureCode
from talknshop.headlines import headline
from talknshop.jobs import (
    JobStatus,
    JobView,
    ListingStatus,
    MarketplaceJob,
    Needs,
    SaleRecord,
    SaleReport,
    SaleStatus,
    job_status,
)
from talknshop.messages import LANGUAGES

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
    news = headline(job(**statuses), "en")
    assert news is not None
    assert news.title == title


def test_there_is_no_headline_while_a_listing_is_under_way() -> None:
    assert headline(job(ebay="live", facebook="posting"), "en") is None


def sold(job: JobView, stock: int, *sales: tuple[str, str]) -> JobView:
    """`sales`: marketplace and what became of it."""
    records = [
        SaleRecord(
            sale=SaleReport(marketplace=name, sale_id=f"order-{number}"),
            status=SaleStatus(status),
            at=datetime(2026, 1, 1, tzinfo=UTC),
            reason="It is too late." if status == "to_revoke" else "",
        )
        for number, (name, status) in enumerate(sales)
    ]
    return job.model_copy(update={"stock": stock, "sales": records})


def test_a_sale_of_one_of_several_says_how_many_are_left() -> None:
    news = headline(sold(job(ebay="live", facebook="live"), 2, ("ebay", "counted")), "en")
    assert news
    assert news.title == "Sold on eBay: of your iPhone 13, 2 are left."


def test_a_sale_is_told_once_while_the_others_come_down() -> None:
    before = headline(sold(job(ebay="live", facebook="live"), 0, ("ebay", "counted")), "en")
    after = headline(sold(job(ebay="sold", facebook="withdrawn"), 0, ("ebay", "counted")), "en")
    assert before == after
    assert before
    assert before.title == "Your iPhone 13 is sold on eBay."


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        ("oversold", "sold", "Order order-1 on Facebook Marketplace is being cancelled."),
        ("revoked", "sold", "Order order-1 on Facebook Marketplace is cancelled."),
        (
            "to_revoke",
            "needs_action",
            "Please cancel order order-1 on Facebook Marketplace yourself: It is too late.",
        ),
    ],
)
def test_a_second_sale_is_told_with_what_becomes_of_it(status: str, kind: str, said: str) -> None:
    view = sold(job(ebay="sold", facebook="sold"), 0, ("ebay", "counted"), ("facebook", status))
    news = headline(view, "en")
    assert news
    assert news.kind == kind
    assert said in news.body


def test_a_reminder_is_news_again() -> None:
    waiting = job(ebay="live", poshmark="needs_action")
    needs = NEEDS.model_copy(update={"reminders": 1})
    entries = [
        entry.model_copy(update={"needs": needs}) if entry.needs else entry
        for entry in waiting.marketplace_jobs
    ]
    first, again = (
        headline(waiting, "en"),
        headline(waiting.model_copy(update={"marketplace_jobs": entries}), "en"),
    )
    assert first
    assert again
    assert again.title == "Your iPhone 13 still needs you on Poshmark."


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_are_told_in_every_language(language: str) -> None:
    told = headline(job(ebay="live", facebook="live", poshmark="needs_action"), language)
    assert told is not None
    for name in ("eBay", "Facebook Marketplace", "Poshmark"):
        assert name in told.body
    is_english = told.title == "✓ Your iPhone 13 is live on 2 marketplaces!"
    assert is_english == (language == "en")
    assert not any("\u007b" in text for text in (told.title, told.body))
