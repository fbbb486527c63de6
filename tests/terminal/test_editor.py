"""The user's own editor: it has the terminal, and the replies go on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says

#: Tells that it runs, waits until it may go on, and adds a line.
EDITOR = """#!/bin/sh
trap "" INT
echo "EDITOR SHOWS: $(cat "$1")"
stty -a > "$0.stty"
while [ ! -e "$0.go" ]; do sleep 0.05; done
printf 'edited: ' | cat - "$1" > "$1.new" && mv "$1.new" "$1"
printf 'second line\\n' >> "$1"
exit $(cat "$0.go")
"""


@pytest.fixture
def editor(tmp_path: Path, environment: dict[str, str]) -> Path:
    path = tmp_path / "my editor"
    path.write_text(EDITOR)
    path.chmod(0o755)
    environment["EDITOR"] = f"'{path}'"
    return path


def test_a_reply_is_received_and_saved_while_the_editor_is_open(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path, editor: Path
) -> None:
    gate = threading.Event()
    pieces = [f"piece {number} " for number in range(200)]
    server.script(says("The beginning. ", gate, *pieces, "The end."))
    terminal = start(*at_server)
    terminal.keys("tell me", "<enter>")
    terminal.wait_for("The beginning")
    terminal.keys("my text")
    terminal.wait_for("▎ my text")
    terminal.send(b"\x0f\x0f")  # the second press is one too many
    terminal.wait_for("EDITOR SHOWS: my text")
    seen = Path(f"{editor}.stty")  # begun by the shell, and written once stty has ended
    terminal.wait_until(lambda _: seen.exists() and "icanon" in seen.read_text(), "the editor's look at the terminal")
    assert " icanon" in seen.read_text(), "the terminal is as a shell leaves it"
    before = len(terminal.raw)
    gate.set()
    whole = "The beginning. " + "".join(pieces) + "The end."
    terminal.wait_until(lambda _: whole in (home / "history.json").read_text(), "the whole reply on disk")
    terminal.send(b"\x03")  # Ctrl+C belongs to the editor, which passes over it here
    assert b"piece" not in terminal.raw[before:], "nothing is drawn over the editor"
    Path(f"{editor}.go").write_text("0")
    terminal.wait_for("▎ edited: my text")
    terminal.wait_for("second line")
    terminal.wait_for("The end\\.")
    terminal.keys("!", "<enter>")
    terminal.wait_for("you · ")
    terminal.wait_until(lambda _: "second line!" in (home / "history.json").read_text(), "the edited prompt")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw


def test_an_editor_that_fails_changes_nothing(start: Start, editor: Path) -> None:
    Path(f"{editor}.go").write_text("3")
    terminal = start()
    terminal.keys("my text")
    terminal.wait_for("▎ my text")
    terminal.keys("<ctrl+o>")
    terminal.wait_for("ended with 3")
    screen = terminal.wait_for("▎ my text")
    assert "edited:" not in screen


def test_an_editor_that_is_not_there_is_told(start: Start, environment: dict[str, str]) -> None:
    environment["EDITOR"] = "no-such-editor --wait"
    environment["VISUAL"] = " "
    terminal = start()
    terminal.keys("/editor", "<enter>")
    terminal.wait_for("'no-such-editor' was not found")
    terminal.keys("goes on")
    terminal.wait_for("▎ goes on")


def test_another_window_size_meanwhile_is_seen_afterwards(start: Start, editor: Path) -> None:
    terminal = start(columns=120, rows=40)
    terminal.keys("my text")
    terminal.wait_for("▎ my text")
    terminal.keys("<ctrl+o>")
    terminal.wait_for("EDITOR SHOWS")
    terminal.resize(80, 24)
    Path(f"{editor}.go").write_text("0")
    terminal.wait_for("▎ edited: my text")
    screen = terminal.wait_for("Enter send")
    assert max(len(line) for line in screen.splitlines()) <= 80
