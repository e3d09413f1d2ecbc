"""Workflow ids and task queues, built nowhere else."""

from collections.abc import Iterable

from talknshop.model import MarketplaceName, UserId

CONVERSATIONS = "conversations"
ACCOUNTS = "accounts"  # apart: a turn's local steps wait for them in a task of its own workflow
REQUESTS = "requests"  # workflows whose starter waits for them: they end within seconds
CROSSPOST = "crosspost"
SEARCH = "search"
LANGUAGE = "language"
MEDIA = "media"
NOTIFY = "notify"
EXPIRY_ID = "expiry/uploads"


def conversation_id(session_id: str) -> str:
    return f"conversation/{session_id}"


def search_id(request_id: str) -> str:
    return f"search/{request_id}"


def recommend_id(request_id: str) -> str:
    return f"recommend/{request_id}"


def product_id(request_id: str) -> str:
    return f"product/{request_id}"


def job_workflow_id(job_id: str) -> str:
    return f"job/{job_id}"


def listing_workflow_id(job_id: str, marketplace: MarketplaceName) -> str:
    return f"listing/{job_id}/{marketplace}"


def sales_workflow_id(marketplace: MarketplaceName) -> str:
    return f"sales/{marketplace}"


def bulk_workflow_id(bulk_id: str) -> str:
    return f"bulk/{bulk_id}"


def watches_workflow_id(user_id: UserId) -> str:
    return f"watches/{user_id}"


def account_workflow_id(user_id: UserId) -> str:
    return f"account/{user_id}"


def delivery_workflow_id(user_id: UserId, notice_id: str, way: str) -> str:
    return f"delivery/{user_id}/{notice_id}/{way}"


def account_sales_id(marketplace: MarketplaceName, user_id: UserId) -> str:
    return f"sales/{marketplace}/{user_id}"


def posting_queue(marketplace: MarketplaceName) -> str:
    """One queue for each marketplace: its rate limit is the queue's."""
    return f"post-{marketplace}"


def queues(posting_marketplaces: Iterable[MarketplaceName]) -> dict[str, tuple[str, ...]]:
    """Every task queue of an installation, with what waits in it: workflows, activities or both."""
    return {
        CONVERSATIONS: ("workflow", "activity"),
        ACCOUNTS: ("workflow",),
        REQUESTS: ("workflow",),
        CROSSPOST: ("workflow", "activity"),
        SEARCH: ("activity",),
        LANGUAGE: ("activity",),
        MEDIA: ("activity",),
        NOTIFY: ("activity",),
        **{posting_queue(name): ("activity",) for name in posting_marketplaces},
    }
