"""What a person is told about a job, a bulk upload or a watched price."""

from collections.abc import Sequence

from talknshop.bulk import BulkStatus, BulkView
from talknshop.events import NotificationData, NotificationKind
from talknshop.jobs import JobStatus, JobView, ListingStatus, MarketplaceJob, SaleStatus
from talknshop.messages import say
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


def headline(job: JobView) -> NotificationData | None:
    """The news about a job: a sale at once, all else when no listing is under way any more."""
    listings = job.marketplace_jobs
    link = next((listing.confirmation_link for listing in job.live), "")
    body = " ".join(_sentences(listings))
    # While the others come down, only what concerns the person is worth saying.
    about_sales = " ".join([*_of_sales(job), *_of_needs(listings)])
    sold_twice = [record for record in job.sales if record.status in _SOLD_TWICE]
    if sold_twice:
        where = marketplace_title(sold_twice[-1].sale.marketplace)
        title = f"Your {job.title} was sold once more on {where} when none was left."
        kind: NotificationKind = (
            "needs_action" if sold_twice[-1].status is SaleStatus.TO_REVOKE else "sold"
        )
        return NotificationData(kind=kind, title=title, body=about_sales)
    sold_on = _sold_on(job)
    if sold_on:
        if job.stock:
            title = f"Sold on {_names(sold_on)}: of your {job.title}, {job.stock} are left."
        else:
            title = f"Your {job.title} is sold on {_names(sold_on)}."
        return NotificationData(kind="sold", title=title, body=about_sales, link=link)
    if not all(listing.status.is_settled for listing in listings):
        return None
    reminded = [entry for entry in listings if entry.needs and entry.needs.reminders]
    if reminded:
        names = _names([entry.marketplace for entry in reminded])
        title = f"Your {job.title} still needs you on {names}."
        return NotificationData(kind="needs_action", title=title, body=body, link=link)
    if job.live:
        count = len(job.live)
        places = "1 marketplace" if count == 1 else f"{count} marketplaces"
        title = f"✓ Your {job.title} is live on {places}!"
        return NotificationData(kind="job_completed", title=title, body=body, link=link)
    if job.status is JobStatus.PROCESSING:
        title = f"Your {job.title} needs you before it can go live."
        return NotificationData(kind="needs_action", title=title, body=body)
    title = f"Your {job.title} is not live anywhere."
    return NotificationData(kind="job_failed", title=title, body=body)


def bulk_headline(bulk: BulkView) -> NotificationData | None:
    """The news about a bulk upload that waits for the person or has ended; None before that."""
    name = bulk.file_name or "your upload"
    if bulk.status is BulkStatus.AWAITING_CONFIRMATION:
        return NotificationData(
            kind="needs_action",
            title=f"{bulk.good} of {bulk.total} listings of {name} can be posted.",
            body="Confirm to post them." if not bulk.bad else f"{bulk.bad} have errors.",
        )
    if bulk.status is BulkStatus.FAILED:
        return NotificationData(
            kind="job_failed", title=f"Nothing of {name} was posted.", body=bulk.message
        )
    if not bulk.status.is_final:
        return None
    counts = {
        "need you": bulk.needs_action,
        "failed": bulk.failed,
        "had errors": bulk.bad,
        "were not started": bulk.good - bulk.started,
    }
    return NotificationData(
        kind="bulk_completed",
        title=f"{bulk.live} of {bulk.total} listings of {name} are live.",
        body=" ".join(f"{count} {what}." for what, count in counts.items() if count),
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


def _sold_on(job: JobView) -> list[str]:
    counted = [
        record.sale.marketplace for record in job.sales if record.status is SaleStatus.COUNTED
    ]
    sold = [e.marketplace for e in job.marketplace_jobs if e.status is ListingStatus.SOLD]
    return list(dict.fromkeys([*counted, *sold]))


def _of_sales(job: JobView) -> list[str]:
    """What became of sales that were one too many, or came to nothing."""
    sentences = []
    for record in job.sales:
        name, order = marketplace_title(record.sale.marketplace), record.sale.sale_id
        match record.status:
            case SaleStatus.OVERSOLD:
                sentences.append(f"Order {order} on {name} is being cancelled.")
            case SaleStatus.REVOKED:
                sentences.append(f"Order {order} on {name} is cancelled.")
            case SaleStatus.TO_REVOKE:
                sentences.append(f"Please cancel order {order} on {name} yourself: {record.reason}")
            case SaleStatus.CANCELLED:
                sentences.append(f"Order {order} on {name} was cancelled: it is yours again.")
    return sentences


def _sentences(listings: Sequence[MarketplaceJob]) -> list[str]:
    def having(status: ListingStatus) -> list[str]:
        return [listing.marketplace for listing in listings if listing.status is status]

    sentences = []
    if live := having(ListingStatus.LIVE):
        sentences.append(f"Live on {_names(live)}.")
    if withdrawn := having(ListingStatus.WITHDRAWN):
        sentences.append(f"Withdrawn from {_names(withdrawn)}.")
    if expired := having(ListingStatus.EXPIRED):
        sentences.append(f"Ended on {_names(expired)}: you can list it there again.")
    sentences += _of_needs(listings)
    for listing in listings:
        if listing.status is ListingStatus.FAILED:
            reason = listing.error.message if listing.error else "it failed."
            sentences.append(f"{marketplace_title(listing.marketplace)}: {reason}")
    return sentences


def _of_needs(listings: Sequence[MarketplaceJob]) -> list[str]:
    return [
        f"{marketplace_title(listing.marketplace)} needs you: {listing.needs.message}"
        for listing in listings
        if listing.needs
    ]


def _names(marketplaces: Sequence[str]) -> str:
    names = [marketplace_title(name) for name in marketplaces]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
