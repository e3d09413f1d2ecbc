"""What people and programs are told outside of the page, and by which ways."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from talknshop.events import NotificationData, NotificationKind
from talknshop.messages import LANGUAGES, Said, say
from talknshop.model import UserId, Value

NoticeKind = NotificationKind | Literal["test"]

# A push holds about 3,900 bytes; in UTF-8 a character may take four.
MAX_TITLE = 200
MAX_BODY = 500
TITLES_SHOWN = 4


class Notice(Value):
    """`notice_id` stays the same however often it is tried; `count` above 1 is a digest."""

    notice_id: str
    kind: NoticeKind
    title: str
    body: str = ""
    link: str = ""
    session_id: str = ""
    job_id: str = ""
    count: int = 1
    at: datetime


class Words(Value):
    title: str
    body: str


class News(Value):
    """What happened, for an account. `words`: in each language, as only it knows which is read."""

    news_id: str
    kind: NotificationKind
    link: str = ""
    session_id: str = ""
    job_id: str = ""
    at: datetime
    words: dict[str, Words]

    def in_language(self, language: str) -> Notice:
        """Short enough for a push."""
        words = self.words.get(language) or self.words["en"]
        return Notice(
            notice_id=self.news_id,
            kind=self.kind,
            title=_shortened(words.title, MAX_TITLE),
            body=_shortened(words.body, MAX_BODY),
            link=self.link,
            session_id=self.session_id,
            job_id=self.job_id,
            at=self.at,
        )


def news_of(
    tell: Callable[[str], NotificationData | None],
    news_id: str,
    at: datetime,
    session_id: str = "",
    job_id: str = "",
) -> News | None:
    """`tell` says it in a language, or None when there is nothing to say."""
    told = {language: tell(language) for language in LANGUAGES}
    english = told["en"]
    if english is None:
        return None
    return News(
        news_id=news_id,
        kind=english.kind,
        link=english.link,
        session_id=session_id,
        job_id=job_id,
        at=at,
        words={
            language: Words(title=each.title, body=each.body)
            for language, each in told.items()
            if each is not None
        },
    )


def digest(notices: Sequence[Notice], language: str) -> Notice:
    """One notice for several, as urgent as the most urgent of them."""
    last = notices[-1]
    if len(notices) == 1:
        return last
    count = sum(notice.count for notice in notices)
    titles = [notice.title for notice in notices]
    shown, more = titles[-TITLES_SHOWN:], count - min(len(titles), TITLES_SHOWN)
    lines = [*shown, *([say(language, "digest_more", count=more)] if more else [])]
    kinds = [notice.kind for notice in notices]
    return Notice(
        notice_id=last.notice_id,
        kind=next((kind for kind in _URGENT if kind in kinds), last.kind),
        title=say(language, "digest", count=count),
        body=_shortened("\n".join(lines), MAX_BODY),
        session_id=last.session_id,
        count=count,
        at=last.at,
    )


# The first of these that is among several kinds names them all.
_URGENT: tuple[NoticeKind, ...] = ("needs_action", "sold")


def is_urgent(kind: NoticeKind) -> bool:
    """Whether somebody may lose money by hearing of it late."""
    return kind in _URGENT


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


class PushSubscription(Value):
    """A browser that shows our notices; what it takes to reach it is in the secret store."""

    subscription_id: str
    host: str  # of the push service
    label: str = Field("", max_length=100)  # the person's own word for the browser
    created_at: datetime


class WebhookStatus(StrEnum):
    ACTIVE = "active"
    FAILING = "failing"  # the last notice could not be delivered in a day


class Webhook(Value):
    """An address that a program of the person's listens at; its secret is in the secret store."""

    webhook_id: str
    url: str
    created_at: datetime
    status: WebhookStatus = WebhookStatus.ACTIVE
    problem: Said = ""


class Delivery(Value):
    """One notice on its way to every browser and program in the lists."""

    user_id: UserId
    notice: Notice
    subscriptions: list[str] = []
    webhooks: list[Webhook] = []


class PushNotice(Value):
    user_id: UserId
    subscription_id: str
    notice: Notice


class PostNotice(Value):
    user_id: UserId
    webhook: Webhook
    notice: Notice


class ChannelRef(Value):
    """A subscription or a webhook of one person."""

    user_id: UserId
    channel_id: str


class WebhookNews(Value):
    """How a delivery ended; `problem` is empty when it arrived."""

    webhook_id: str
    problem: Said = ""


class TestedChannels(Value):
    """To how many a test notice is on its way."""

    push: int
    webhooks: int
