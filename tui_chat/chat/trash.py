"""How long deleted sessions are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Days for which a deleted session stays in the trash.
KEPT_DAYS = 30


def is_expired(deleted_at: datetime, at: datetime) -> bool:
    """Return whether a session that was deleted then has been kept long enough."""
    return at - deleted_at > timedelta(days=KEPT_DAYS)


def days_left(deleted_at: datetime, at: datetime) -> int:
    """Return for how many days, begun ones counted, a session that was deleted then is still kept."""
    left = deleted_at + timedelta(days=KEPT_DAYS) - at
    return min(KEPT_DAYS, max(0, -(-left // timedelta(days=1))))
