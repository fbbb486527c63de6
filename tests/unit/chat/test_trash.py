from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tui_chat.chat.trash import days_left, is_expired

DELETED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "left", "expired"),
    [
        (timedelta(0), 30, False),
        (timedelta(seconds=1), 30, False),
        (timedelta(days=1), 29, False),
        (timedelta(days=29, seconds=1), 1, False),
        (timedelta(days=30), 0, False),
        (timedelta(days=30, seconds=1), 0, True),
        (timedelta(days=400), 0, True),
        (timedelta(days=-5), 30, False),
    ],
)
def test_deleted_sessions_are_kept_for_thirty_days(after: timedelta, left: int, expired: bool) -> None:
    assert (days_left(DELETED, DELETED + after), is_expired(DELETED, DELETED + after)) == (left, expired)
