"""The input: what sends, what makes a newline, and what it leaves to others."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from tests.app.widgets.host import of_kind, shown
from tui_chat.app.widgets import Completion, Composer, Offer, Prompt
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


OFFERED = (Completion("/new", "/new", runs=True), Completion("/model ", "/model", "NAME"))


def offer_for(prompt: Prompt, *, is_eager: bool = True) -> Offer:
    return Offer(prompt.typed, 0, OFFERED, is_eager)


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("/", True),
        ("/theme in", True),
        ("a #", True),
        ("see @src/a", True),
        ("a/b", False),
        ("C#", False),
        ("# a", False),
    ],
)
async def test_words_with_a_mark_in_front_can_be_completed(text: str, can: bool) -> None:
    async with shown(Prompt()) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_text(text)
        assert prompt.can_complete is can


async def test_a_command_stands_on_the_only_line() -> None:
    async with shown(Prompt()) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_text("/theme in\n")
        prompt.move_cursor((0, 9))
        assert not prompt.can_complete


async def test_a_recalled_command_is_not_completed() -> None:
    async with shown(Prompt()) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_history(["/new"])
        await pilot.press("up")
        assert (prompt.text, prompt.can_complete) == ("/new", False)
        await pilot.press("backspace")
        assert prompt.can_complete


async def test_tab_asks_for_completions_where_none_are_offered_yet() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        await pilot.press("slash", "tab")
        await pilot.pause()
        assert len(of_kind(told, Prompt.CompletionWanted)) == 1
        assert prompt.has_focus


async def test_tab_writes_the_first_completion_and_enter_sends_it() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        await pilot.press("slash", "n")
        prompt.offer(offer_for(prompt))
        await pilot.press("tab")
        assert (prompt.text, prompt.completing) == ("/new", False)
        await pilot.press("backspace")
        prompt.offer(offer_for(prompt))
        await pilot.press("enter", "x")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Prompt.Submitted)] == ["/new"]
        assert prompt.text == "x", "what is typed behind Enter belongs to the next prompt"


async def test_the_arrows_move_in_the_menu_and_a_completion_with_an_argument_waits_for_it() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_history(["earlier"])
        await pilot.press("slash")
        prompt.offer(offer_for(prompt))
        await pilot.press("up", "down", "down")
        await pilot.pause()
        assert [one.place for one in of_kind(told, Prompt.MenuMoved)] == [0, 1, 1]
        await pilot.press("enter")
        assert prompt.text == "/model "
        assert not of_kind(told, Prompt.Submitted)


async def test_where_the_text_may_be_meant_as_it_is_enter_sends_it_until_the_arrows_choose() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        await pilot.press("slash", "z")
        prompt.offer(offer_for(prompt, is_eager=False))
        await pilot.press("enter")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Prompt.Submitted)] == ["/z"]
        await pilot.press("slash", "z")
        prompt.offer(offer_for(prompt, is_eager=False))
        await pilot.press("down", "enter")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Prompt.Submitted)] == ["/z", "/new"]


async def test_completions_of_what_stood_there_before_are_not_taken() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        await pilot.press("slash", "n")
        prompt.offer(offer_for(prompt))
        await pilot.press("space", "x", "enter")
        await pilot.pause()
        assert [one.text for one in of_kind(told, Prompt.Submitted)] == ["/n x"]


async def test_a_completion_that_its_source_writes_is_told() -> None:
    told: list[Message] = []
    async with shown(Prompt(), told=told) as pilot:
        prompt = pilot.app.query_one(Prompt)
        prompt.set_text("first #re")
        prompt.offer(Offer(prompt.typed, 6, [Completion("", "#review", key="review")]))
        await pilot.press("enter")
        await pilot.pause()
        assert [one.completion.key for one in of_kind(told, Prompt.CompletionTaken)] == ["review"]
        assert prompt.text == "first "
        await pilot.press("ctrl+z")
        assert prompt.text == "first #re"


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
