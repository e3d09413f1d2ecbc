"""Quiet hours on the person's own clock, also in the nights when that clock is changed."""

from datetime import UTC, datetime, time, timedelta

import pytest

from talknshop.accounts import Preferences, QuietHours

NIGHT = QuietHours(start=time(22), end=time(7))


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        # Los Angeles, in summer 7 hours behind and in winter 8.
        ("America/Los_Angeles", "2026-07-01T04:59", 0),  # 21:59
        ("America/Los_Angeles", "2026-07-01T05:00", 9),  # 22:00
        ("America/Los_Angeles", "2026-07-01T13:59", 1 / 60),  # 06:59
        ("America/Los_Angeles", "2026-07-01T14:00", 0),  # 07:00
        ("America/Los_Angeles", "2026-12-01T06:00", 9),  # 22:00
        # At 2:00 the clock says 3:00: an hour less of quiet.
        ("America/Los_Angeles", "2026-03-08T06:00", 8),  # 22:00 the evening before
        # At 2:00 the clock says 1:00 again: an hour more.
        ("America/Los_Angeles", "2026-11-01T05:00", 10),  # 22:00 the evening before
        ("America/Los_Angeles", "2026-11-01T08:30", 6.5),  # 1:30, the first time
        ("America/Los_Angeles", "2026-11-01T09:30", 5.5),  # 1:30, the second time
        # Half hours, and a zone that changes its clock by thirty minutes.
        ("Asia/Kolkata", "2026-07-01T16:30", 9),
        ("Australia/Lord_Howe", "2026-10-03T11:30", 8.5),  # 22:00, before clocks go on by 30 min
    ],
)
def test_quiet_hours_last_as_long_as_the_night_does(zone: str, now: str, hours: float) -> None:
    preferences = Preferences(timezone=zone, quiet_hours=NIGHT)
    left = preferences.quiet_for(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert left == timedelta(hours=hours)


def test_an_end_that_the_clock_skips_is_an_hour_later() -> None:
    until_half_past_two = QuietHours(start=time(22), end=time(2, 30))
    preferences = Preferences(timezone="Europe/Berlin", quiet_hours=until_half_past_two)
    at_ten = datetime(2026, 3, 28, 21, tzinfo=UTC)
    assert at_ten + preferences.quiet_for(at_ten) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_hours_of_a_day_and_no_hours() -> None:
    siesta = QuietHours(start=time(13), end=time(15))
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert Preferences(quiet_hours=siesta).quiet_for(noon) == timedelta(0)
    assert Preferences(quiet_hours=siesta).quiet_for(noon + timedelta(hours=2)) == timedelta(
        hours=1
    )
    never = QuietHours(start=time(13), end=time(13))
    assert Preferences(quiet_hours=never).quiet_for(noon + timedelta(hours=1)) == timedelta(0)
    assert Preferences().quiet_for(noon) == timedelta(0)
