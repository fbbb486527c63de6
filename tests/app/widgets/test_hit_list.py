"""The list of hits, and the row of filters above it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from textual.message import Message

from tests.app.widgets.host import drawn, of_kind, shown
from tui_chat.app.widgets.filter_row import Choice, FilterRow
from tui_chat.app.widgets.hit_list import HitList, around_hit
from tui_chat.app.widgets.session_groups import day_label
from tui_chat.domain.messages import Role
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.hits import Excerpt, Found, Hit

TODAY = date(2025, 3, 31)


def today() -> date:
    return TODAY


def found(name: str, *texts: str, total: int = 0, in_title: bool = False, **fields: object) -> Found:
    session = ChatSession.model_validate(
        {"id": name, "name": name, "updated_at": datetime(2025, 3, 2, 12, tzinfo=UTC)} | fields
    )
    hits = [Hit(f"{place}", Role.USER, Excerpt(text, ((0, 4),))) for place, text in enumerate(texts)]
    title = [Hit(None, None, Excerpt(name, ((0, 1),)))] if in_title else []
    return Found(session, (*title, *hits), total or len(hits) + len(title))


async def test_what_is_added_comes_below_and_moves_nothing() -> None:
    told: list[Message] = []
    async with shown(HitList(today=today), size=(60, 12), told=told) as pilot:
        hits = pilot.app.query_one(HitList)
        hits.led = True
        hits.add([found("First", "fish one", "fish two", total=7)])
        await pilot.pause()
        first = [line.rstrip() for line in drawn(hits)]
        assert first[0].split() == ["First", "7", "Mar", "2"]
        assert first[1].startswith("▎ fish one") and first[2] == "  fish two"
        hits.move(1)
        hits.add([found(f"Session {number}", f"fish {number}") for number in range(9)])
        await pilot.pause()
        assert hits.cursor == 2 and hits.scroll_offset.y == 0
        assert (hits.sessions, hits.hits) == (10, 16)
        assert drawn(hits)[3:6][1].split()[0] == "Session"
        assert hits.place is not None and hits.place.hit.message_id == "1"
        hits.clear()
        await pilot.pause()
        assert hits.place is None and hits.count() == 0
        assert of_kind(told, HitList.EndNear)


async def test_a_name_is_a_hit_to_go_to_only_where_no_message_is_one() -> None:
    async with shown(HitList(today=today), size=(60, 12)) as pilot:
        hits = pilot.app.query_one(HitList)
        hits.add(
            [found("Both", "fish", in_title=True), found("Name", in_title=True, deleted_at="2025-03-01T00:00:00Z")]
        )
        assert hits.place is not None and hits.place.hit.message_id == "0"
        hits.move(1)
        assert hits.place is not None and hits.place.found.session.name == "Name" and hits.place.hit.message_id is None
        await pilot.pause()
        assert "in the trash" in drawn(hits)[3]


@pytest.mark.parametrize(
    ("text", "start", "width", "line"),
    [
        ("a fish", 2, 20, "a fish"),
        ("word word word word fish and more", 20, 20, "…word fish and more"),
        ("w" * 30 + "fish", 30, 20, "…" + "w" * 15 + "fish"),
        ("東" * 30 + "fish", 30, 20, "…" + "東" * 7 + "fish"),
    ],
)
def test_the_hit_of_an_excerpt_is_seen(text: str, start: int, width: int, line: str) -> None:
    cut = around_hit(Excerpt(text, ((start, start + 4),)), width)
    assert cut.text == line
    ((begin, end),) = cut.spans
    assert cut.text[begin:end] == "fish"


def test_days() -> None:
    days = [date(2025, 3, 31), date(2025, 3, 30), date(2025, 3, 2), date(2024, 3, 31)]
    labels = [day_label(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), TODAY, UTC) for day in days]
    assert labels == ["today", "yesterday", "Mar 2", "Mar 31, 2024"]


async def test_filters_are_gone_through() -> None:
    told: list[Message] = []
    async with shown(FilterRow(), size=(60, 5), told=told) as pilot:
        row = pilot.app.query_one(FilterRow)
        row.set_choices([Choice("in", "all sessions"), Choice("by", "anyone")])
        await pilot.pause()
        assert drawn(row)[0].strip() == "in all sessions   by anyone"
        row.focus()
        await pilot.press("space", "right", "space", "backspace", "right", "space")
        await pilot.click(FilterRow, offset=(22, 0))
        await pilot.click(FilterRow, offset=(55, 0))
        await pilot.pause()
        assert [(one.index, one.step) for one in of_kind(told, FilterRow.Changed)] == [
            (0, 1),
            (1, 1),
            (1, -1),
            (0, 1),
            (1, 1),
        ]
