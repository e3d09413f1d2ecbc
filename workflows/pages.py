"""Markdown that makes a workflow's page in Temporal's Web UI read like what it is about."""

from talknshop.accounts import AccountView
from talknshop.bulk import BulkView
from talknshop.events import WorkflowStage
from talknshop.jobs import JobView, ListingRequest, MarketplaceJob
from talknshop.listing import ListingSpec
from talknshop.messages import in_words
from talknshop.money import format_price
from talknshop.requirement import RequirementSpec
from talknshop.watches import Watch


def job_page(job: JobView, listing: ListingSpec) -> str:
    rows = [_row(entry) for entry in job.marketplace_jobs]
    return "\n".join(
        [
            f"# {_plain(listing.title)} · {_price(listing)}",
            f"**{job.status.value}** for {job.user_id}",
            "",
            "| marketplace | status | listing | what is missing |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    )


def _row(entry: MarketplaceJob) -> str:
    link = f"[{entry.listing_id}]({entry.confirmation_link})" if entry.confirmation_link else ""
    missing = _plain(in_words(entry.needs.message, "en")) if entry.needs else ""
    return f"| {entry.marketplace} | {entry.status.value} | {link} | {missing} |"


def listing_page(state: MarketplaceJob, request: ListingRequest) -> str:
    lines = [
        f"# {_plain(request.listing.title)} on {state.marketplace}",
        f"**{state.status.value}** · {_price(request.listing)} · key `{request.key}`",
    ]
    if state.confirmation_link:
        lines.append(f"[{state.listing_id}]({state.confirmation_link})")
    if state.needs:
        lines += ["", f"Needs a person: {_plain(in_words(state.needs.message, 'en'))}"]
    return "\n\n".join(lines)


def bulk_page(bulk: BulkView) -> str:
    lines = [
        f"# {_plain(bulk.file_name) or 'Bulk upload'} of {bulk.user_id}",
        f"**{bulk.status.value}** · {bulk.total} rows, {bulk.good} good, {bulk.bad} bad",
        f"{bulk.started} started · {bulk.live} live · {bulk.needs_action} need a person ·"
        f" {bulk.failed} failed",
    ]
    if bulk.message:
        lines.append(_plain(in_words(bulk.message, "en")))
    return "\n\n".join(lines)


def account_page(account: AccountView) -> str:
    lines = [f"# Account of {account.user_id}"]
    lines += [f"- {each.marketplace}: **{each.status.value}**" for each in account.connections]
    lines += [f"- pushes to {each.host}" for each in account.push_subscriptions]
    lines += [f"- webhook {_plain(each.url)}: **{each.status.value}**" for each in account.webhooks]
    return "\n".join(lines)


def watches_page(user_id: str, watches: list[Watch]) -> str:
    lines = [f"# Price alerts of {user_id}"]
    lines += [
        f"- {_plain(each.title)} on {each.marketplace}: **{each.status.value}**,"
        f" {format_price(each.price, each.currency)}"
        for each in watches
    ]
    return "\n".join(lines)


def conversation_page(
    user_id: str,
    stage: WorkflowStage,
    turns: int,
    requirement: RequirementSpec | None,
    listing: ListingSpec | None,
) -> str:
    """What a conversation is about, without what was said."""
    lines = [f"# Conversation of {user_id}", f"**{stage.value}** · {turns} turns"]
    if requirement is not None:
        lines.append(f"Looking for: {_plain(requirement.keywords)}")
    if listing is not None:
        lines.append(f"Selling: {_plain(listing.title)} · {_price(listing)}")
    return "\n\n".join(lines)


def _price(listing: ListingSpec) -> str:
    return format_price(listing.price, listing.currency) if listing.price else "no price yet"


def _plain(text: str) -> str:
    """People's words as words: no Markdown of theirs takes effect in an operator's page."""
    escaped = "".join(f"\\{char}" if char in "\\`*_{}[]<>()#|!" else char for char in text)
    return " ".join(escaped.split())
