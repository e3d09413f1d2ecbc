"""What a person is told when a job has come to rest."""

from collections.abc import Sequence

from talknshop.events import NotificationData
from talknshop.jobs import JobStatus, JobView, ListingStatus, MarketplaceJob

_NAMES = {
    "ebay": "eBay",
    "bestbuy": "Best Buy",
    "facebook": "Facebook Marketplace",
}


def marketplace_title(name: str) -> str:
    """The marketplace as people write it."""
    return _NAMES.get(name, name.replace("_", " ").title())


def headline(job: JobView) -> NotificationData | None:
    """The news about a job once no listing of it is under way; None before that."""
    listings = job.marketplace_jobs
    if not all(listing.status.is_settled for listing in listings):
        return None
    link = next((listing.confirmation_link for listing in job.live), "")
    body = " ".join(_sentences(listings))
    sold = [entry for entry in listings if entry.status is ListingStatus.SOLD]
    if sold:
        title = f"Your {job.title} is sold on {_names(sold)}."
        return NotificationData(kind="sold", title=title, body=body, link=link)
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


def _sentences(listings: Sequence[MarketplaceJob]) -> list[str]:
    def having(status: ListingStatus) -> list[MarketplaceJob]:
        return [listing for listing in listings if listing.status is status]

    sentences = []
    if live := having(ListingStatus.LIVE):
        sentences.append(f"Live on {_names(live)}.")
    if withdrawn := having(ListingStatus.WITHDRAWN):
        sentences.append(f"Withdrawn from {_names(withdrawn)}.")
    for listing in having(ListingStatus.NEEDS_ACTION):
        if listing.needs:
            name = marketplace_title(listing.marketplace)
            sentences.append(f"{name} needs you: {listing.needs.message}")
    for listing in having(ListingStatus.FAILED):
        reason = listing.error.message if listing.error else "it failed."
        sentences.append(f"{marketplace_title(listing.marketplace)}: {reason}")
    return sentences


def _names(listings: Sequence[MarketplaceJob]) -> str:
    names = [marketplace_title(listing.marketplace) for listing in listings]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
