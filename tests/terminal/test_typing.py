"""Keys as terminals send them, and the menus that open while one types."""

from __future__ import annotations

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@pytest.mark.parametrize(
    "raw",
    [b"\n", b"\x1b\r", b"\x1b\n", b"\x1b[13;2u", b"\x1b[13;3u", b"\x1b[27;2;13~", b"\x1b[27;3;13~", b"\\\r"],
    ids=[
        "Ctrl+J",
        "Alt+Enter",
        "Alt+Enter as a line feed",
        "Shift+Enter, kitty",
        "Alt+Enter, kitty",
        "Shift+Enter, tmux",
        "Alt+Enter, xterm",
        "backslash and Enter",
    ],
)
def test_each_way_to_make_a_newline_makes_one_and_sends_nothing(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], raw: bytes
) -> None:
    server.script(says("Received."))
    terminal = start(*at_server)
    terminal.keys("first")
    terminal.send(raw)
    terminal.keys("second")
    terminal.wait_for("▎ first *\n *▎? *second")
    assert not server.requests
    terminal.keys("<enter>")
    terminal.wait_for("Received\\.")
    assert server.chats[0].body["messages"][-1]["content"] == "first\nsecond"


def test_pasted_lines_are_never_sent_by_themselves(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("Received."))
    terminal = start(*at_server)
    terminal.paste("one\ntwo\n/quit\n")
    terminal.wait_for("/quit")
    assert not server.requests
    terminal.keys("end", "<enter>")
    terminal.wait_for("Received\\.")
    assert server.chats[0].body["messages"][-1]["content"] == "one\ntwo\n/quit\nend"


@SIZES
def test_commands_are_offered_with_their_arguments_and_tab_writes_them_out(start: Start, size: tuple[int, int]) -> None:
    terminal = start(columns=size[0], rows=size[1])
    terminal.keys("/the")
    terminal.wait_for("▎ /theme NAME +theme")
    terminal.wait_for("Tab write out")
    terminal.keys("<tab>")
    terminal.wait_for("▎ /theme *\n")
    screen = terminal.wait_for("paper")
    assert "▎ ink" not in screen, "Enter sends what is typed until a row is chosen"
    terminal.wait_for("Enter send   Tab write out")
    terminal.keys("<down>")
    terminal.wait_for("▎ ink")
    terminal.wait_for("Enter take   Tab write out")
    terminal.keys("pa", "<tab>", "<enter>")
    terminal.wait_until(lambda text: "/theme" not in text, "the theme to be taken")
    terminal.keys("/theme ", "<down>", "<enter>")
    terminal.wait_until(lambda text: "/theme" not in text, "the theme to be taken")
    assert "Traceback" not in terminal.text()


def test_a_mistyped_command_is_held_once_with_the_nearest(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("Received."))
    terminal = start(*at_server)
    terminal.keys("/modle", "<enter>")
    terminal.wait_for("/modle is no command, /model is +Enter sends it")
    terminal.wait_for("▎ /modle")
    assert not server.requests
    terminal.keys("<enter>")
    terminal.wait_for("Received\\.")


def test_models_and_sessions_are_completed(start: Start, server: OpenAIServer, at_server: tuple[str, ...]) -> None:
    server.script(says("One."), says("Two."))
    terminal = start(*at_server)
    terminal.keys("apples", "<enter>")
    terminal.wait_for("One\\.")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("Five keys|New session")
    terminal.keys("/model te")
    terminal.wait_for("test-model +OpenAI")
    terminal.keys("<esc>", "<ctrl+c>", "/sessions ap")
    terminal.wait_for("apples +\\d{4}-\\d\\d-\\d\\d")
    terminal.keys("<tab>", "<enter>")
    terminal.wait_for("▎ apples")
    terminal.wait_for("One\\.")


def test_typing_is_undone_and_made_again(start: Start) -> None:
    terminal = start()
    terminal.keys("word")
    terminal.wait_for("▎ word")
    terminal.paste(" pasted")
    terminal.wait_for("▎ word pasted")
    terminal.send(b"\x1a")
    terminal.wait_for("▎ word *\n")
    terminal.send(b"\x19")
    terminal.wait_for("▎ word pasted")
    terminal.keys("<f1>")
    terminal.wait_for("Ctrl\\+Z +undo typing")


def test_a_click_takes_a_command_and_formats_are_completed(start: Start) -> None:
    terminal = start()
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("I am the built-in guide")
    terminal.keys("/exp")
    terminal.click_on("/export FORMAT")
    terminal.wait_for("Format")
    terminal.keys("<esc>")
    terminal.wait_for("Enter send")
    terminal.keys("/export mark")
    terminal.wait_for("markdown +Markdown")
    terminal.keys("<tab>", "<enter>")
    terminal.wait_for("● Markdown")
    terminal.keys("<esc>")
    terminal.wait_for("Enter send")
    terminal.keys("/export nonsense", "<enter>")
    terminal.wait_for("There is no format 'nonsense'")
