"""How sessions are grouped by day, and how their times are written. Days are those of the user's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from tui_chat.domain.sessions import Listed

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: How far back, today included, weekdays name a day without doubt.
_WEEK = 7
_MONTH = 30


class SessionGroup(NamedTuple):
    """Sessions under one heading."""

    name: str
    sessions: list[Listed]


def group_sessions(sessions: Iterable[Listed], today: date, zone: tzinfo | None = None) -> list[SessionGroup]:
    """Group sessions by the day on which they were last written to.

    Args:
        sessions: in any order.
        today: the user's date.
        zone: the user's time zone; ``None`` for the system's.

    Returns:
        Groups that have sessions, newest first, pinned ones before all; each newest first.
    """
    newest_first = sorted(sessions, key=lambda session: session.updated_at, reverse=True)
    groups: list[SessionGroup] = []
    pinned = [session for session in newest_first if session.pinned]
    if pinned:
        groups.append(SessionGroup("Pinned", pinned))
    name, start = "", datetime.max.replace(tzinfo=UTC)
    for session in newest_first:
        if session.pinned:
            continue
        if not name or session.updated_at < start:
            name, start = _span_of(session.updated_at, today, zone)
            groups.append(SessionGroup(name, []))
        groups[-1].sessions.append(session)
    return groups


def time_label(moment: datetime, today: date, zone: tzinfo | None = None) -> str:
    """Return when something was, as short as can be: ``14:02``, ``Tue`` or ``Nov 2``."""
    local = moment.astimezone(zone)
    day = local.date()
    if day >= today - timedelta(days=1):
        return f"{local:%H:%M}"
    if day > today - timedelta(days=_WEEK):
        return _WEEKDAYS[day.weekday()]
    return f"{_MONTHS[day.month - 1][:3]} {day.day}"


def day_label(moment: datetime, today: date, zone: tzinfo | None = None) -> str:
    """Return the day of a moment, as short as can be: ``today``, ``yesterday``, ``Nov 2`` or ``Nov 2, 2024``."""
    day = moment.astimezone(zone).date()
    if day >= today:
        return "today"
    if day == today - timedelta(days=1):
        return "yesterday"
    label = f"{_MONTHS[day.month - 1][:3]} {day.day}"
    return label if day.year == today.year else f"{label}, {day.year}"


def _span_of(moment: datetime, today: date, zone: tzinfo | None) -> tuple[str, datetime]:
    """Return the name and the first moment of the group that a moment belongs to."""
    spans = (
        ("Today", today),
        ("Yesterday", today - timedelta(days=1)),
        ("Last 7 days", today - timedelta(days=_WEEK - 1)),
        ("Last 30 days", today - timedelta(days=_MONTH - 1)),
    )
    for name, first in spans:
        start = _midnight(first, zone)
        if moment >= start:
            return name, start
    first = moment.astimezone(zone).date().replace(day=1)
    month = _MONTHS[first.month - 1]
    return (month if first.year == today.year else f"{month} {first.year}"), _midnight(first, zone)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    """Return the moment at which a day begins, in UTC: clocks of one zone may not be compared across a change."""
    start = datetime.combine(day, time.min)
    local = start.astimezone() if zone is None else start.replace(tzinfo=zone)
    return local.astimezone(UTC)
