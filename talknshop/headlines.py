"""What a person is told about a job, a bulk upload or a watched price."""

from collections.abc import Sequence

from talknshop.bulk import BulkStatus, BulkView
from talknshop.events import NotificationData, NotificationKind
from talknshop.jobs import JobStatus, JobView, ListingStatus, MarketplaceJob, SaleStatus
from talknshop.messages import in_words, say, sentence
from talknshop.money import format_price
from talknshop.watches import Watch

_SOLD_TWICE = (SaleStatus.OVERSOLD, SaleStatus.REVOKED, SaleStatus.TO_REVOKE)

_NAMES = {
    "ebay": "eBay",
    "bestbuy": "Best Buy",
    "facebook": "Facebook Marketplace",
}


def marketplace_title(name: str) -> str:
    """The marketplace as people write it."""
    return _NAMES.get(name, name.replace("_", " ").title())


def headline(job: JobView, language: str) -> NotificationData | None:
    """The news about a job: a sale at once, all else when no listing is under way any more."""
    listings = job.marketplace_jobs
    link = next((listing.confirmation_link for listing in job.live), "")
    body = " ".join(_sentences(listings, language))
    # While the others come down, only what concerns the person is worth saying.
    about_sales = " ".join([*_of_sales(job, language), *_of_needs(listings, language)])
    sold_twice = [record for record in job.sales if record.status in _SOLD_TWICE]
    if sold_twice:
        last = sold_twice[-1]
        name = marketplace_title(last.sale.marketplace)
        kind: NotificationKind = "needs_action" if last.status is SaleStatus.TO_REVOKE else "sold"
        title = say(language, "news_sold_twice", title=job.title, name=name)
        return NotificationData(kind=kind, title=title, body=about_sales)
    if sold_on := _sold_on(job):
        names, left = names_in(sold_on, language), job.stock
        key = "news_sold_left" if left else "news_sold"
        title = say(language, key, title=job.title, names=names, left=left)
        return NotificationData(kind="sold", title=title, body=about_sales, link=link)
    if not all(listing.status.is_settled for listing in listings):
        return None
    reminded = [entry.marketplace for entry in listings if entry.needs and entry.needs.reminders]
    if reminded:
        names = names_in(reminded, language)
        title = say(language, "news_still_needs", title=job.title, names=names)
        return NotificationData(kind="needs_action", title=title, body=body, link=link)
    if job.live:
        title = say(language, "news_live", title=job.title, count=len(job.live))
        return NotificationData(kind="job_completed", title=title, body=body, link=link)
    if job.status is JobStatus.PROCESSING:
        title = say(language, "news_needs", title=job.title)
        return NotificationData(kind="needs_action", title=title, body=body)
    title = say(language, "news_nowhere", title=job.title)
    return NotificationData(kind="job_failed", title=title, body=body)


def bulk_headline(bulk: BulkView, language: str) -> NotificationData | None:
    """The news about a bulk upload that waits for the person or has ended; None before that."""
    name = bulk.file_name or say(language, "your_upload")
    if bulk.status is BulkStatus.AWAITING_CONFIRMATION:
        return NotificationData(
            kind="needs_action",
            title=say(language, "bulk_can_be_posted", good=bulk.good, total=bulk.total, name=name),
            body=say(language, "bulk_bad" if bulk.bad else "bulk_confirm", bad=bulk.bad),
        )
    if bulk.status is BulkStatus.FAILED:
        title = say(language, "bulk_nothing", name=name)
        return NotificationData(
            kind="job_failed", title=title, body=in_words(bulk.message, language)
        )
    if not bulk.status.is_final:
        return None
    counts = {
        "bulk_need_you": bulk.needs_action,
        "bulk_failed": bulk.failed,
        "bulk_had_errors": bulk.bad,
        "bulk_not_started": bulk.good - bulk.started,
    }
    return NotificationData(
        kind="bulk_completed",
        title=say(language, "bulk_live", live=bulk.live, total=bulk.total, name=name),
        body=" ".join(say(language, key, count=count) for key, count in counts.items() if count),
    )


def watch_headline(watch: Watch, language: str) -> NotificationData:
    """The price is what the person waits for."""
    return NotificationData(
        kind="price_drop",
        title=say(
            language,
            "price_dropped",
            title=watch.title,
            price=format_price(watch.price, watch.currency),
        ),
        body=say(
            language,
            "price_was",
            price=format_price(watch.first_price, watch.currency),
            marketplace=marketplace_title(watch.marketplace),
        ),
        link=watch.deep_link,
    )


def standing(title: str, listings: Sequence[MarketplaceJob], language: str) -> str:
    """Where something that is offered stands now, everywhere, as an answer to who asks."""
    sold = [entry for entry in listings if entry.status is ListingStatus.SOLD]
    waiting = [entry for entry in listings if not entry.status.is_settled]
    sentences = _on("news_sold_on", sold, language) + _on("news_posting_on", waiting, language)
    sentences += _sentences(listings, language)
    return say(language, "stands", title=title, where=" ".join(sentences))


def _sold_on(job: JobView) -> list[str]:
    counted = [
        record.sale.marketplace for record in job.sales if record.status is SaleStatus.COUNTED
    ]
    sold = [e.marketplace for e in job.marketplace_jobs if e.status is ListingStatus.SOLD]
    return list(dict.fromkeys([*counted, *sold]))


_SALES = {
    SaleStatus.OVERSOLD: "sale_being_cancelled",
    SaleStatus.REVOKED: "sale_revoked",
    SaleStatus.TO_REVOKE: "sale_to_revoke",
    SaleStatus.CANCELLED: "sale_cancelled",
}


def _of_sales(job: JobView, language: str) -> list[str]:
    """What became of sales that were one too many, or came to nothing."""
    return [
        say(
            language,
            _SALES[record.status],
            order=record.sale.sale_id,
            name=marketplace_title(record.sale.marketplace),
            reason=record.reason,
        )
        for record in job.sales
        if record.status in _SALES
    ]


def _sentences(listings: Sequence[MarketplaceJob], language: str) -> list[str]:
    sentences = []
    for status, key in (
        (ListingStatus.LIVE, "news_live_on"),
        (ListingStatus.WITHDRAWN, "news_withdrawn"),
        (ListingStatus.EXPIRED, "news_ended"),
    ):
        having = [listing for listing in listings if listing.status is status]
        sentences += _on(key, having, language)
    sentences += _of_needs(listings, language)
    for listing in listings:
        if listing.status is ListingStatus.FAILED:
            why = listing.error.message if listing.error else sentence("news_failed")
            reason = in_words(why, language)
            sentences.append(f"{marketplace_title(listing.marketplace)}: {reason}")
    return sentences


def _on(key: str, listings: Sequence[MarketplaceJob], language: str) -> list[str]:
    """The message with the names of their marketplaces; none for no listings."""
    names = [listing.marketplace for listing in listings]
    return [say(language, key, names=names_in(names, language))] if names else []


def _of_needs(listings: Sequence[MarketplaceJob], language: str) -> list[str]:
    return [
        say(
            language,
            "news_needs_you",
            name=marketplace_title(listing.marketplace),
            message=listing.needs.message,
        )
        for listing in listings
        if listing.needs
    ]


def names_in(marketplaces: Sequence[str], language: str) -> str:
    """Marketplaces in a row, as people write them."""
    *others, last = [marketplace_title(name) for name in marketplaces]
    if not others:
        return last
    return say(language, "names_and", first=say(language, "names_join").join(others), last=last)
