"""Days are those of the user's clock: at midnight, when the clocks change, and at the turn of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.app.widgets.session_groups import group_sessions, time_label
from tui_chat.domain.sessions import ChatSession

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 20)


def session(at: datetime, name: str = "", pinned: bool = False) -> ChatSession:
    return ChatSession(name=name or at.isoformat(), updated_at=at.astimezone(UTC), pinned=pinned)


def groups_of(*moments: datetime, today: date = TODAY, zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the group of each moment."""
    sessions = [session(moment, name=str(index)) for index, moment in enumerate(moments)]
    found = {one.name: group.name for group in group_sessions(sessions, today, zone) for one in group.sessions}
    return [found[str(index)] for index in range(len(moments))]


def at(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, zone: ZoneInfo = BERLIN
) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def test_every_group_begins_and_ends_at_midnight() -> None:
    assert groups_of(
        at(2026, 11, 20, 0, 0),
        at(2026, 11, 19, 23, 59, 59),
        at(2026, 11, 19, 0, 0),
        at(2026, 11, 18, 23, 59, 59),
        at(2026, 11, 14, 0, 0),
        at(2026, 11, 13, 23, 59, 59),
        at(2026, 10, 22, 0, 0),
        at(2026, 10, 21, 23, 59, 59),
        at(2026, 10, 1, 0, 0),
        at(2026, 9, 30, 23, 59, 59),
    ) == [
        "Today",
        "Yesterday",
        "Yesterday",
        "Last 7 days",
        "Last 7 days",
        "Last 30 days",
        "Last 30 days",
        "October",
        "October",
        "September",
    ]


def test_what_lies_in_the_future_is_of_today() -> None:
    assert groups_of(at(2026, 11, 21, 3, 0)) == ["Today"]


def test_the_same_moment_is_of_another_day_elsewhere() -> None:
    moment = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert groups_of(moment, zone=BERLIN) == ["Today"]
    assert groups_of(moment, zone=NEW_YORK) == ["Yesterday"]


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        # Spring: this day has 23 hours. Autumn: 25.
        (date(2026, 3, 29), at(2026, 3, 29, 0, 0), at(2026, 3, 28, 23, 59, 59)),
        (date(2026, 3, 30), at(2026, 3, 30, 0, 0), at(2026, 3, 29, 23, 59, 59)),
        (date(2026, 10, 25), at(2026, 10, 25, 0, 0), at(2026, 10, 24, 23, 59, 59)),
        (date(2026, 10, 26), at(2026, 10, 26, 0, 0), at(2026, 10, 25, 23, 59, 59)),
    ],
)
def test_days_on_which_the_clocks_change_keep_their_sessions(today: date, first: datetime, last: datetime) -> None:
    assert groups_of(first, last, today=today) == ["Today", "Yesterday"]


def test_months_of_another_year_carry_it() -> None:
    today = date(2027, 1, 2)
    assert groups_of(at(2027, 1, 1, 0, 0), at(2026, 12, 31, 23, 59), today=today) == ["Yesterday", "Last 7 days"]
    assert groups_of(at(2026, 11, 30, 12, 0), at(2025, 11, 30, 12, 0), today=today) == [
        "November 2026",
        "November 2025",
    ]


def test_pinned_sessions_come_first_whatever_their_day() -> None:
    old = session(at(2020, 1, 1, 0, 0), "old", pinned=True)
    new = session(at(2026, 11, 20, 9, 0), "new")
    grouped = group_sessions([new, old], TODAY, BERLIN)
    assert [(group.name, [one.name for one in group.sessions]) for group in grouped] == [
        ("Pinned", ["old"]),
        ("Today", ["new"]),
    ]


@given(st.lists(st.integers(0, 3 * 365 * 24), max_size=40))
def test_no_session_is_lost_and_all_are_newest_first(hours: list[int]) -> None:
    sessions = [session(at(2026, 11, 20, 14, 0) - timedelta(hours=hour), str(n)) for n, hour in enumerate(hours)]
    grouped = group_sessions(sessions, TODAY, BERLIN)
    flat = [one for group in grouped for one in group.sessions]
    assert flat == sorted(sessions, key=lambda one: one.updated_at, reverse=True)
    assert len({group.name for group in grouped}) == len(grouped)
    assert all(group.sessions for group in grouped)


def test_times_are_as_short_as_can_be() -> None:
    written = [
        time_label(moment, TODAY, BERLIN)
        for moment in (
            at(2026, 11, 20, 14, 2),
            at(2026, 11, 19, 0, 5),
            at(2026, 11, 17, 9, 0),
            at(2026, 11, 14, 0, 0),
            at(2026, 11, 13, 23, 59),
            at(2026, 11, 2, 9, 0),
        )
    ]
    assert written == ["14:02", "00:05", "Tue", "Sat", "Nov 13", "Nov 2"]
