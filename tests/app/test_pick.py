"""Lists to pick from."""

from __future__ import annotations

from textual.app import App
from textual.pilot import Pilot

from tests.app.widgets.host import Host
from tui_chat.app.screens.pick import PickFiltered, PickOne
from tui_chat.app.widgets import Pick

WORDS = [f"How do I retry request {number}?" for number in range(40)] + ["  list[int] and [/b]"]


async def opened(pilot: Pilot[None], screen: PickOne, picked: list[int | None]) -> Pick:
    app: App[None] = pilot.app
    app.push_screen(screen, picked.append)
    await pilot.pause()
    return screen.query_one(Pick)


def shown(rows: Pick) -> list[str]:
    return [rows.row_at(place).left.plain.strip() for place in range(rows.count())]


async def test_letters_narrow_the_list_and_the_best_comes_first() -> None:
    picked: list[int | None] = []
    async with Host((), "ink").run_test(size=(80, 24)) as pilot:
        rows = await opened(pilot, PickFiltered("Outline", WORDS, chosen=38), picked)
        assert rows.cursor == 38
        assert rows.scroll_offset.y > 10
        await pilot.press(*"req 17")
        await pilot.pause()
        assert shown(rows)[0] == "How do I retry request 17?"
        assert len(shown(rows)) < 5
        await pilot.press("enter")
        assert picked == [17]


async def test_the_cursor_has_its_bar_and_a_long_word_takes_one_row() -> None:
    async with Host((), "ink").run_test(size=(80, 24)) as pilot:
        rows = await opened(pilot, PickOne("Outline", ["short", "long " * 40]), [])
        assert rows.size.height == 2
        assert [rows.render_line(y).text.rstrip()[:2] for y in range(2)] == ["▎ ", "  "]
        assert rows.render_line(1).text.rstrip().endswith("…")
        await pilot.press("j")
        assert rows.render_line(1).text.startswith("▎")


async def test_words_from_elsewhere_are_no_markup() -> None:
    picked: list[int | None] = []
    async with Host((), "ink").run_test(size=(80, 24)) as pilot:
        rows = await opened(pilot, PickFiltered("Outline", WORDS), picked)
        await pilot.press(*"[int]")
        await pilot.pause()
        assert shown(rows) == ["list[int] and [/b]"]
        await pilot.press("x", "down", "enter")
        assert picked == []
        assert not shown(rows)
        await pilot.press("escape")
        assert picked == [None]


async def test_arrows_stop_at_the_ends() -> None:
    picked: list[int | None] = []
    async with Host((), "ink").run_test(size=(80, 24)) as pilot:
        rows = await opened(pilot, PickFiltered("Outline", WORDS), picked)
        await pilot.press("up", "pagedown", "pagedown", "up")
        assert rows.cursor == 19
        await pilot.press("enter")
        assert picked == [19]
