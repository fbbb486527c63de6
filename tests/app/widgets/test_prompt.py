"""The input: what sends, what makes a newline, and what it leaves to others."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from tests.app.widgets.host import of_kind, shown
from tui_chat.app.widgets import Composer, Prompt
from tui_chat.app.widgets.private_keys import NEWLINE_KEYS, teach_alt_enter


def keys_of(raw: str) -> list[events.Key]:
    """Return the keys that Textual's own parser makes of what a terminal sends."""
    parser = XTermParser()
    parsed = [*parser.feed(raw), *parser.tick(), *parser.feed("")]
    return [event for event in parsed if isinstance(event, events.Key)]


async def type_raw(prompt: Prompt, raw: str) -> None:
    for event in keys_of(raw):
        prompt.post_message(event)


ALT_ENTER = {
    "legacy": "\x1b\r",
    "legacy with a line feed": "\x1b\n",
    "tmux, Shift+Enter by modifyOtherKeys": "\x1b[27;2;13~",
    "xterm, Alt+Enter by modifyOtherKeys": "\x1b[27;3;13~",
    "kitty, Shift+Enter": "\x1b[13;2u",
    "kitty, Alt+Enter": "\x1b[13;3u",
    "Ctrl+J": "\n",
}


@pytest.mark.parametrize("raw", ALT_ENTER.values(), ids=ALT_ENTER)
async def test_what_a_terminal_sends_for_enter_with_a_modifier_makes_a_newline(raw: str) -> None:
    told: list[Message] = []
    prompt = Prompt("one")
    async with shown(prompt, told=told) as pilot:
        prompt.focus()
        prompt.move_cursor(prompt.document.end)
        await type_raw(prompt, raw)
        await pilot.pause()
        assert prompt.text == "one\n"
        assert not of_kind(told, Prompt.Submitted)


def test_alt_enter_is_taught_by_name() -> None:
    teach_alt_enter()
    assert [event.key for event in keys_of("\x1b\r")] == ["ctrl+j"]
    assert "ctrl+j" in NEWLINE_KEYS
    # A plain Enter stays one.
    assert [event.key for event in keys_of("\r")] == ["enter"]


async def test_enter_sends_and_keys_typed_behind_it_begin_the_next_prompt() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        await pilot.press("h", "i", "enter", "y")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Prompt.Submitted)] == ["hi"]
        assert prompt.text == "y"
        await pilot.press("ctrl+z", "ctrl+z")
        assert prompt.text == "hi"


async def test_blank_text_is_not_sent() -> None:
    told: list[Message] = []
    async with shown(Prompt(" \n "), told=told) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert not of_kind(told, Prompt.Submitted)


async def test_enter_after_a_backslash_at_the_end_of_a_line_makes_a_newline() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        await pilot.press("a", "backslash", "enter", "b")
        await pilot.pause()
        assert pilot.app.query_one(Prompt).text == "a\nb"
        assert not of_kind(told, Prompt.Submitted)


async def test_a_paste_of_several_lines_is_never_sent() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.post_message(events.Paste("one\r\ntwo\rthree\n"))
        await pilot.pause()
        assert prompt.text == "one\ntwo\nthree\n"
        assert not of_kind(told, Prompt.Submitted)


async def test_it_grows_to_ten_rows_and_then_scrolls() -> None:
    async with shown(Composer(), size=(80, 24)) as pilot:
        prompt = pilot.app.query_one(Prompt)
        assert prompt.size.height == 1
        for _ in range(4):
            await pilot.press("ctrl+j")
        assert prompt.size.height == 5
        for _ in range(20):
            await pilot.press("ctrl+j")
        assert prompt.size.height == 10


async def test_on_a_low_screen_it_grows_to_three_rows() -> None:
    async with shown(Composer(), size=(60, 15)) as pilot:
        prompt = pilot.app.query_one(Prompt)
        for _ in range(5):
            await pilot.press("ctrl+j")
        assert prompt.size.height == 3


async def test_up_and_down_walk_through_earlier_prompts_and_keep_the_draft() -> None:
    async with shown(Prompt()) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_history(["first", "second\nline"])
        await pilot.press("d", "up")
        assert prompt.text == "second\nline"
        await pilot.press("up")
        assert prompt.text == "second\nline", "the cursor goes through the lines first"
        await pilot.press("up")
        assert prompt.text == "first"
        await pilot.press("up")
        assert prompt.text == "first"
        await pilot.press("down", "down")
        assert prompt.text == "d"


async def test_up_goes_through_the_rows_of_a_wrapped_line_first() -> None:
    async with shown(Prompt(), size=(20, 24)) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_history(["earlier"])
        prompt.set_text("word " * 10)
        await pilot.pause()
        rows = prompt.wrapped_document.height
        assert rows > 1
        for _ in range(rows - 1):
            await pilot.press("up")
        assert prompt.text.startswith("word")
        await pilot.press("up")
        assert prompt.text == "earlier"


async def test_a_slash_at_the_start_is_told_while_the_text_is_one_line() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        await pilot.press("slash", "n")
        await pilot.pause()
        await pilot.press("ctrl+j")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Prompt.SlashTyped)] == ["/", "/n", ""]


async def test_a_recalled_command_opens_no_menu() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        pilot.app.query_one(Prompt).set_history(["/new"])
        await pilot.press("up")
        await pilot.pause()
        assert not of_kind(told, Prompt.SlashTyped)


async def test_tab_asks_for_completion_of_a_command_only() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        await pilot.press("slash")
        await pilot.pause()
        await pilot.press("tab")
        await pilot.pause()
        assert [one.run for one in of_kind(told, Prompt.CompletionWanted)] == [False]
        assert prompt.has_focus


async def test_an_open_menu_gets_the_arrows_and_enter() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_history(["earlier"])
        prompt.completing = True
        await pilot.press("slash", "down", "up", "enter")
        await pilot.pause()
        assert [one.step for one in of_kind(told, Prompt.MenuMoved)] == [1, -1]
        assert [one.run for one in of_kind(told, Prompt.CompletionWanted)] == [True]
        assert not of_kind(told, Prompt.Submitted)


async def test_escape_is_told() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert len(of_kind(told, Prompt.Escaped)) == 1


def test_keys_of_the_screen_and_the_app_are_not_eaten() -> None:
    own = {key for one in Prompt.BINDINGS if isinstance(one, Binding) for key in one.key.split(",")}
    left = {"pageup", "pagedown", "ctrl+home", "ctrl+end"}
    left |= {f"ctrl+{letter}" for letter in "nslgpqcftor"}
    assert not own & left
    assert {"ctrl+z", "ctrl+w", "ctrl+left", "home"} <= own
    assert len(Prompt.BINDINGS) == len(TextArea.BINDINGS) - 3


async def test_it_says_what_to_do_and_its_bar_is_bright_only_with_the_keys() -> None:
    async with shown(Composer()) as pilot:
        prompt = pilot.app.query_one(Prompt)
        assert prompt.placeholder == "Type a message"
        assert not prompt.cursor_blink
        bar = pilot.app.query_one(".barred")
        prompt.focus()
        await pilot.pause()
        bright = bar.styles.border_left
        pilot.app.screen.set_focus(None)
        await pilot.pause()
        assert bar.styles.border_left != bright
