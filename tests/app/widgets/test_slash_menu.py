"""The menu of slash commands."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from tests.app.widgets.host import drawn, shown
from tui_chat.app.widgets import Composer, Prompt, SlashMenu

MATCHES = [("/new", "new session"), ("/model", "model and provider"), ("/rename", "rename")]


class Foot(Vertical):
    def compose(self) -> ComposeResult:
        yield SlashMenu()
        yield Composer()


async def test_it_lies_right_above_the_input_and_moves_nothing() -> None:
    async with shown(Foot(id="foot")) as pilot:
        menu, composer, prompt = (
            pilot.app.query_one(SlashMenu),
            pilot.app.query_one(Composer),
            pilot.app.query_one(Prompt),
        )
        pilot.app.query_one(Foot).styles.margin = (20, 0, 0, 0)
        await pilot.pause()
        before = composer.region
        menu.show_matches(MATCHES)
        await pilot.pause()
        assert composer.region == before
        assert (menu.region.bottom, menu.region.height) == (before.y, 3)
        assert prompt.has_focus and not menu.can_focus
        assert drawn(menu)[0].strip() == "▎ /new      new session"


async def test_the_cursor_moves_and_names_the_command() -> None:
    async with shown(Foot(id="foot")) as pilot:
        menu = pilot.app.query_one(SlashMenu)
        assert menu.current is None
        menu.show_matches(MATCHES)
        assert menu.current == "/new"
        menu.move(1)
        assert menu.current == "/model"
        menu.move(9)
        assert menu.current == "/rename"
        menu.hide()
        assert menu.current is None
        menu.show_matches(MATCHES[1:])
        assert menu.current == "/model"
        menu.show_matches([])
        assert not menu.display
        await pilot.pause()


async def test_a_long_menu_scrolls_with_its_cursor() -> None:
    async with shown(Foot(id="foot")) as pilot:
        menu = pilot.app.query_one(SlashMenu)
        pilot.app.query_one(Foot).styles.margin = (20, 0, 0, 0)
        menu.show_matches([(f"/command-{number}", "words") for number in range(30)])
        await pilot.pause()
        assert menu.size.height == 8
        menu.last()
        await pilot.pause()
        assert "▎ /command-29" in drawn(menu)[-1]
