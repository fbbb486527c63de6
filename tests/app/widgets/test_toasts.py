"""Notices: how many, in which order, and for how long."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.app.widgets.host import shown
from tui_chat.app.widgets import Prompt, Toast, Toasts


def words(pilot: Pilot[None]) -> list[str]:
    return [str(one.render()) for one in pilot.app.query(".words").results(Static)]


async def test_it_takes_no_room_while_empty_and_no_keys_ever() -> None:
    async with shown(Prompt(), Toasts()) as pilot:
        toasts = pilot.app.query_one(Toasts)
        assert not toasts.display
        pilot.app.query_one(Prompt).focus()
        toasts.show("Copied", hint=("z", "undo"), kind="success")
        await pilot.pause()
        assert toasts.display
        assert pilot.app.query_one(Prompt).has_focus
        assert str(pilot.app.query_one(".hint", Static).render()) == "z undo"


async def test_a_key_for_the_newest_change_stands_only_beside_that() -> None:
    async with shown(Toasts()) as pilot:
        toasts = pilot.app.query_one(Toasts)
        toasts.show("Copied", hint=("", "by tmux"))
        for hint in (("z", "undo"), ("/undo", ""), ("Z", "redo")):
            toasts.show("Deleted", hint=hint)
            await pilot.pause()
        hints = [str(one.render()).strip() for one in pilot.app.query(".hint").results(Static)]
        assert hints == ["by tmux", "Z redo"]


async def test_a_key_that_depends_on_the_place_follows_the_user() -> None:
    async with shown(Toasts()) as pilot:
        toasts, now = pilot.app.query_one(Toasts), [("z", "undo")]
        toasts.show("Deleted", hint=lambda: now[0])
        await pilot.pause()
        assert str(pilot.app.query_one(".hint", Static).render()) == "z undo"
        now[0] = ("/undo", "")
        toasts.retell_hints()
        assert str(pilot.app.query_one(".hint", Static).render()).strip() == "/undo"


async def test_the_newest_is_last_and_four_are_shown_at_most() -> None:
    async with shown(Toasts()) as pilot:
        toasts = pilot.app.query_one(Toasts)
        toasts.show("wrong", kind="error")
        for number in range(5):
            toasts.show(str(number))
        await pilot.pause()
        assert words(pilot) == ["wrong", "2", "3", "4"]


async def test_an_error_stays_until_it_is_dismissed() -> None:
    async with shown(Toasts()) as pilot:
        toasts = pilot.app.query_one(Toasts)
        toasts.show("wrong", kind="error")
        toasts.show("soon gone", seconds=0.05)
        await pilot.pause()
        for _ in range(100):
            if words(pilot) == ["wrong"]:
                break
            await pilot.pause(0.02)
        assert words(pilot) == ["wrong"]
        toasts.dismiss_errors()
        await pilot.pause()
        assert not words(pilot)
        assert not toasts.display


async def test_markup_is_text() -> None:
    async with shown(Toasts()) as pilot:
        pilot.app.query_one(Toasts).show("[/x] list[int]", kind="error")
        await pilot.pause()
        assert words(pilot) == ["[/x] list[int]"]


@pytest.mark.parametrize(("size", "left", "right"), [((120, 40), 64, 117), ((80, 24), 24, 77), ((50, 15), 1, 47)])
async def test_it_stands_at_the_right_edge_and_never_leaves_a_narrow_screen(
    size: tuple[int, int], left: int, right: int
) -> None:
    async with shown(Toasts(), size=size) as pilot:
        pilot.app.query_one(Toasts).show("Copied")
        await pilot.pause()
        region = pilot.app.query_one(Toast).region
        assert (region.x, region.right) == (left, right)
