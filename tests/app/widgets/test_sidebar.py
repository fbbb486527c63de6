"""The list of sessions: what it shows, where its cursor goes, and that its length costs nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from textual.message import Message

from tests.app.widgets.host import drawn, of_kind, shown
from tui_chat.app.widgets import Hints, Row, SessionList, Sidebar
from tui_chat.app.widgets.session_filter import SessionFilter
from tui_chat.app.widgets.tag_row import TagRow
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.needles import Haystack

NOON = datetime(2026, 11, 20, 12, 0).astimezone()
TODAY = NOON.date()


def today() -> date:
    return TODAY


def session(name: str, hours: float = 0, **fields: Any) -> ChatSession:
    return ChatSession(id=name, name=name, updated_at=(NOON - timedelta(hours=hours)).astimezone(UTC), **fields)


FEW = [
    session("Regex for IBANs", 1),
    session("Café au lait", 26),
    session("House style", 400, pinned=True),
    session("Port the parser", 2),
]


def lines(sidebar: Sidebar) -> list[str]:
    return [line for line in drawn(sidebar.rows) if line.strip()]


async def test_sessions_stand_in_groups() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        await pilot.pause()
        assert [line.strip("▎ ") for line in drawn(sidebar.rows)[:10]] == [
            "Pinned",
            "House style",
            "",
            "Today",
            "Regex for IBANs",
            "Port the parser",
            "",
            "Yesterday",
            "Café au lait",
            "",
        ]
        assert str(sidebar.query_one(".count").render()) == "4 sessions"


async def test_marks_stand_at_the_right_end_and_names_give_way() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions([session("a" * 60), session("short", 1), session("c", 2), session("d", 3)])
        sidebar.set_marks({"a" * 60: "running", "short": "failed", "c": "interrupted", "d": "unseen"})
        await pilot.pause()
        rows = lines(sidebar)[1:]
        assert rows[0][1:] == f" {'a' * 24}… ●"
        assert [row[-1] for row in rows] == ["●", "!", "■", "•"]
        assert {len(row) for row in rows} == {29}


@pytest.mark.parametrize(("theme", "width"), [("ink", 36), ("ansi-dark", 35)])
async def test_times_appear_on_a_wide_screen(theme: str, width: int) -> None:
    async with shown(Sidebar(today=today), size=(200, 60), theme=theme) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        await pilot.pause()
        assert sidebar.size.width == width  # in a theme without tones there is a line at its edge
        assert lines(sidebar)[3] == f"  {'Regex for IBANs':<{width - 8}}11:00"


async def test_the_open_session_has_a_bar_and_one_that_runs_a_mark() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.set_marks({"Port the parser": "running"})
        sidebar.open_id = "Port the parser"
        await pilot.pause()
        row = next(line for line in lines(sidebar) if "Port" in line)
        assert row.startswith("▎ Port") and row.endswith("●")


async def test_the_cursor_skips_headings_and_shows_only_with_the_keys() -> None:
    told: list[Message] = []
    async with shown(Sidebar(today=today), told=told) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        pilot.app.screen.set_focus(None)
        await pilot.pause()
        assert not any(line.startswith("▎") for line in lines(sidebar))
        sidebar.focus_list()
        sidebar.action_first()
        sidebar.action_move(1)
        await pilot.pause()
        assert sidebar.cursor_id == "Regex for IBANs"
        assert [line for line in lines(sidebar) if line.startswith("▎")] == ["▎ Regex for IBANs"]
        sidebar.action_last()
        assert sidebar.cursor_id == "Café au lait"
        sidebar.action_move(5)
        assert sidebar.cursor_id == "Café au lait"
        sidebar.action_move(-1)
        assert sidebar.cursor_id == "Port the parser"
        sidebar.action_open()
        await pilot.pause()
        assert [one.session_id for one in of_kind(told, Sidebar.Opened)] == ["Port the parser"]
        moved = [one.session_id for one in of_kind(told, SessionList.CursorMoved)]
        assert moved[-2:] == ["Café au lait", "Port the parser"]


async def test_the_cursor_stays_on_its_session_when_the_list_changes() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.rows.move_to("Port the parser")
        sidebar.set_sessions([session("newer"), *FEW])
        assert sidebar.cursor_id == "Port the parser"
        sidebar.set_sessions([session("newer")])
        assert sidebar.cursor_id == "newer"
        sidebar.set_sessions([])
        assert sidebar.cursor_id is None
        await pilot.pause()


async def test_a_click_opens() -> None:
    told: list[Message] = []
    async with shown(Sidebar(today=today), told=told) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        await pilot.pause()
        await pilot.click(SessionList, offset=(4, 0))
        await pilot.click(SessionList, offset=(4, 5))
        await pilot.click(SessionList, offset=(4, 25))
        assert [one.session_id for one in of_kind(told, Sidebar.Opened)] == ["Port the parser"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("cafe", ["Café au lait"]), ("PARS port", ["Port the parser"]), ("o", ["House style", "Regex for IBANs"])],
)
async def test_the_filter_wants_every_word_and_no_accents(typed: str, found: list[str]) -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.focus_filter()
        await pilot.press(*("space" if key == " " else key for key in typed))
        await pilot.pause()
        rows = [line[2:] for line in lines(sidebar)]
        assert all(name in rows for name in found)
        assert sidebar.cursor_id == found[0]


async def test_keys_in_the_filter_lead_the_list() -> None:
    told: list[Message] = []
    async with shown(Sidebar(today=today), told=told) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.focus_filter()
        await pilot.press("p", "o", "r", "t")
        await pilot.pause()
        assert str(sidebar.query_one(".count").render()) == "1 of 4 sessions"
        assert [line for line in lines(sidebar) if line.startswith("▎")] == ["▎ Port the parser"]
        await pilot.press("enter")
        await pilot.pause()
        assert [one.session_id for one in of_kind(told, Sidebar.Opened)] == ["Port the parser"]
        await pilot.press("escape")
        await pilot.pause()
        assert sidebar.field.value == ""
        assert sidebar.rows.has_focus
        assert sidebar.cursor_id == "Port the parser"


async def test_it_says_why_it_is_empty() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        note = sidebar.query_one(".note")
        assert not note.display, "the history may not have been read yet"
        sidebar.set_sessions([])
        assert note.display and "No sessions yet" in str(note.render())
        sidebar.set_sessions(FEW)
        assert not note.display
        sidebar.focus_filter()
        await pilot.press("q", "q")
        await pilot.pause()
        assert note.display and "No session has" in str(note.render())


async def test_on_a_narrow_screen_it_lies_over_the_rest_while_wanted() -> None:
    told: list[Message] = []
    async with shown(Sidebar(today=today), size=(80, 24), told=told) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        assert not sidebar.display
        sidebar.show_over()
        await pilot.pause()
        assert sidebar.display and sidebar.outer_size.width == 34
        sidebar.hide_over()
        sidebar.hide_over()
        await pilot.pause()
        assert not sidebar.display
        assert [one.is_over for one in of_kind(told, Sidebar.OverChanged)] == [True, False]


async def test_markup_in_names_is_text() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions([session("[/x] list[int]\n[b]two")])
        await pilot.pause()
        assert lines(sidebar)[1][1:] == " [/x] list[int] [b]two"


async def test_ten_thousand_sessions_scroll_and_filter_at_once() -> None:
    many = [session(f"Session {n} {'unter' if n % 2 else 'Über'}", n) for n in range(10_000)]
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        asked: list[int] = []
        row_at = sidebar.rows.row_at

        def watched(index: int) -> Row:
            asked.append(index)
            return row_at(index)

        sidebar.rows.row_at = watched  # type: ignore[method-assign]  # of this list only
        sidebar.set_sessions(many)
        sidebar.focus_list()
        sidebar.action_last()
        await pilot.pause()
        assert any("Session 9999" in line for line in lines(sidebar))
        # Only what is in view was drawn, however long the list is.
        assert len(set(asked)) < 200
        sidebar.rows.filter_text = "uber 77"
        assert sidebar.rows.shown == sum("77" in str(n) and n % 2 == 0 for n in range(10_000))


async def test_archived_sessions_are_shown_when_the_filter_asks_for_them() -> None:
    old = [one.model_copy(update={"archived": True}) for one in (session("Old regex", 3), session("Old news", 4))]
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions([*FEW, *old])
        for typed, names, count in (
            ("", ["House style", "Regex for IBANs", "Port the parser", "Café au lait"], "4 sessions"),
            ("regex", ["Regex for IBANs"], "1 of 4 sessions"),
            ("is:archived", ["Old regex", "Old news"], "2 sessions"),
            ("IS:archived regex", ["Old regex"], "1 of 2 sessions"),
            ("is:archived iban", [], "0 of 2 sessions"),
        ):
            sidebar.field.value = typed
            await pilot.pause()
            groups = {"Pinned", "Today", "Yesterday", "Search everything"}
            assert [name for line in lines(sidebar) if (name := line.strip("▎ ")) not in groups] == names
            assert str(sidebar.query_one(".count").render()) == count


async def test_below_what_is_filtered_stands_the_way_to_search_everything() -> None:
    told: list[Message] = []
    async with shown(Sidebar(today=today), told=told) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        await pilot.pause()
        assert "Search everything" not in "".join(lines(sidebar))
        sidebar.focus_filter()
        sidebar.field.value = "au"
        await pilot.pause()
        assert sidebar.cursor_id == "Café au lait"
        sidebar.action_move(1)
        await pilot.pause()
        assert lines(sidebar)[-1].strip() == "▎ Search everything"
        assert sidebar.cursor_id is None and sidebar.listed == ["Café au lait"]
        sidebar.action_select()
        sidebar.action_select_all()
        assert sidebar.selected == ["Café au lait"]
        await pilot.press("enter")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Sidebar.SearchWanted)] == ["au"]
        assert of_kind(told, Sidebar.Opened) == []


async def test_where_no_session_is_called_so_enter_searches_everything() -> None:
    told: list[Message] = []
    async with shown(Sidebar(today=today), told=told) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.focus_filter()
        sidebar.field.value = "nowhere"
        await pilot.pause()
        note = sidebar.query_one(".note")
        assert note.display and note.region.y == sidebar.rows.region.bottom + 1
        await pilot.press("enter")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Sidebar.SearchWanted)] == ["nowhere"]


async def test_several_are_selected_by_keys_and_by_ctrl_click() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.focus_list()
        sidebar.action_first()
        sidebar.action_select()
        sidebar.action_select()
        await pilot.pause()
        assert sidebar.selected == ["Regex for IBANs", "House style"]
        assert [line[2:] for line in lines(sidebar) if line.startswith("■")] == ["House style", "Regex for IBANs"]
        assert str(sidebar.query_one(".count").render()) == "2 selected"
        assert dict(sidebar.query_one(Hints).hints) == {"2 selected": "", "Esc": "let go"}
        await pilot.click(SessionList, offset=(4, 4), control=True)
        assert sidebar.selected == ["House style"]
        sidebar.action_select_all()
        assert len(sidebar.selected) == 4
        sidebar.set_sessions(FEW[1:])
        assert len(sidebar.selected) == 3
        await pilot.press("escape")
        await pilot.pause()
        assert sidebar.selected == []
        assert str(sidebar.query_one(".count").render()) == "3 sessions"


async def test_all_that_the_filter_shows_are_selected_and_let_go() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        sidebar.set_sessions(FEW)
        sidebar.field.value = "port"
        await pilot.pause()
        sidebar.action_select_all()
        sidebar.field.value = ""
        await pilot.pause()
        assert sidebar.selected == ["Port the parser"]
        sidebar.action_select_all()
        sidebar.action_select_all()
        assert sidebar.selected == []


TAGGED = [
    session("One", 1, tags=["python", "http"], project="Alpha"),
    session("Two", 30, tags=["python"], pinned=True),
    session("Three", 800, tags=["rust", "a-tag-that-has-no-room-here"], status=SessionStatus.INTERRUPTED),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tag:python", ["Two", "One"]),
        ("tag:py -one", ["Two"]),
        ("-tag:python", ["Three"]),
        ("project:alph", ["One"]),
        ("is:pinned", ["Two"]),
        ("is:interrupted", ["Three"]),
        ("after:2026-11-01 t", ["Two"]),
        ("before:2026-11-01", ["Three"]),
        ("is:arch", ["Two", "One", "Three"]),
        ("tag:", ["Two", "One", "Three"]),
        ("has:code", []),
    ],
)
def test_the_filter_knows_what_is_about_sessions(typed: str, found: list[str]) -> None:
    wanted = SessionFilter(typed)
    fitting = [one.name for one in TAGGED if wanted.fits(one, Haystack(one.name))]
    assert sorted(fitting) == sorted(found)
    assert wanted.is_about_sessions is (typed != "has:code")


async def test_tags_stand_below_and_a_click_filters() -> None:
    async with shown(Sidebar(today=today)) as pilot:
        sidebar = pilot.app.query_one(Sidebar)
        tags = sidebar.query_one(TagRow)
        assert not tags.display
        sidebar.set_sessions(TAGGED)
        await pilot.pause()
        assert [line.strip() for line in drawn(tags)] == ["", "Tags", "http 1  python 2  rust 1"]
        await pilot.click(TagRow, offset=(12, 2))
        await pilot.pause()
        assert (sidebar.field.value, sidebar.rows.shown) == ("tag:python", 2)
        await pilot.click(TagRow, offset=(12, 2))
        await pilot.pause()
        assert (sidebar.field.value, sidebar.rows.shown) == ("", 3)
        sidebar.set_sessions(FEW)
        await pilot.pause()
        assert not tags.display
