"""A person's account: what they prefer, which marketplace accounts they linked."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from talknshop.events import NotificationKind
from talknshop.messages import Said
from talknshop.model import MarketplaceName, UserId, Value
from talknshop.notices import PushSubscription, Webhook


class ConnectionStatus(StrEnum):
    LINKED = "linked"
    ACCESS_LOST = "access_lost"  # the marketplace does not accept the consent any more


class Place(Value):
    """Where of a person's listings can go with one grant: a catalogue, by the marketplace's id."""

    place_id: str
    name: str


class Connection(Value):
    """A linked marketplace account; its tokens are in the secret store.

    `place`: the id of the one of `places` where listings go; empty where there is no choice.
    """

    marketplace: MarketplaceName
    status: ConnectionStatus = ConnectionStatus.LINKED
    linked_at: datetime
    expires_at: datetime | None = None
    scopes: list[str] = []
    place: str = ""
    places: list[Place] = []
    reminders: int = 0  # how often the person was told that it ends
    problem: Said = ""


class QuietHours(Value):
    """From `start` until `end` on the person's own clock, over midnight when `end` is earlier."""

    start: time
    end: time

    def left(self, now: datetime) -> timedelta:
        """How long they still last at `now`, a time on the person's clock; zero outside of them."""
        if self.start == self.end:
            return timedelta(0)
        ends = now.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        if self.start < self.end:
            is_quiet = self.start <= now.time() < self.end
        else:
            is_quiet = now.time() >= self.start or now.time() < self.end
            ends += timedelta(days=1) if now.time() >= self.start else timedelta(0)
        # On one clock, hours that are skipped or come twice would not be counted.
        return ends.astimezone(UTC) - now.astimezone(UTC) if is_quiet else timedelta(0)


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone, as America/Los_Angeles is") from error
    return name


class Preferences(Value):
    """How a person wants to be told.

    `muted` kinds are shown in the conversation only. Quiet hours hold pushes back until they end;
    programs do not sleep. `language` is that of pushes that sum several up.
    """

    timezone: Annotated[str, Field(max_length=64), AfterValidator(_known_timezone)] = "UTC"
    language: Literal["en", "es", "fr", "de", "hi", "zh"] = "en"
    quiet_hours: QuietHours | None = None
    muted: list[NotificationKind] = Field([], max_length=20)

    def quiet_for(self, now: datetime) -> timedelta:
        """How long from `now`, an aware time, nobody is to be woken."""
        if self.quiet_hours is None:
            return timedelta(0)
        return self.quiet_hours.left(now.astimezone(ZoneInfo(self.timezone)))


class AccountView(Value):
    """An account as its owner sees it."""

    user_id: UserId
    preferences: Preferences = Preferences()
    connections: list[Connection] = []
    push_subscriptions: list[PushSubscription] = []
    webhooks: list[Webhook] = []


class LinkAccount(Value):
    """`link_id` names the pending link in the secret store: the code never travels by here."""

    user_id: UserId
    marketplace: MarketplaceName
    link_id: str


class LinkedAccount(Value):
    """`sales_interval`: how often to look for sales there; None where none are told."""

    expires_at: datetime | None = None
    scopes: list[str] = []
    place: str = ""
    places: list[Place] = []
    sales_interval: timedelta | None = None


class AccountRef(Value):
    """One person's account of one marketplace."""

    user_id: UserId
    marketplace: MarketplaceName


class ChosenPlace(Value):
    user_id: UserId
    marketplace: MarketplaceName
    place_id: str


class AccessLost(Value):
    marketplace: MarketplaceName
    problem: Said


class Resumed(Value):
    """How many waiting listings were told to try again."""

    count: int
