"""The menu of completions."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from tests.app.widgets.host import drawn, shown
from tui_chat.app.widgets import Completion, CompletionMenu, Composer, Prompt

MATCHES = [
    Completion("/new", "/new", words="new session"),
    Completion("/model ", "/model", "NAME", "model and provider", marks=(1, 2)),
    Completion("/rename ", "/rename", "NAME", "rename"),
]


class Foot(Vertical):
    def compose(self) -> ComposeResult:
        yield CompletionMenu()
        yield Composer()


async def test_it_lies_right_above_the_input_and_moves_nothing() -> None:
    async with shown(Foot(id="foot")) as pilot:
        menu, composer, prompt = (
            pilot.app.query_one(CompletionMenu),
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
        assert drawn(menu)[0].strip() == "▎ /new           new session"
        assert drawn(menu)[1].strip() == "/model NAME    model and provider"


async def test_the_cursor_stands_where_enter_acts() -> None:
    async with shown(Foot(id="foot")) as pilot:
        menu = pilot.app.query_one(CompletionMenu)
        menu.show_matches(MATCHES)
        assert menu.cursor == 0
        menu.show_matches(MATCHES, has_cursor=False)
        assert menu.cursor is None
        assert menu.display
        await pilot.pause()
        assert "▎" not in "".join(drawn(menu))
        menu.show_matches([])
        assert not menu.display


async def test_a_long_menu_scrolls_with_its_cursor() -> None:
    async with shown(Foot(id="foot")) as pilot:
        menu = pilot.app.query_one(CompletionMenu)
        pilot.app.query_one(Foot).styles.margin = (20, 0, 0, 0)
        menu.show_matches([Completion("", f"/command-{number}", words="words") for number in range(30)])
        await pilot.pause()
        assert menu.size.height == 8
        menu.last()
        await pilot.pause()
        assert "▎ /command-29" in drawn(menu)[-1]
