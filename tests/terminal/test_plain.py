"""The linear mode: nothing but lines, and what the app can do."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says


def typed(environment: dict[str, str], *lines: str, options: tuple[str, ...] = ()) -> str:
    """Return what is written when these lines are typed."""
    result = subprocess.run(
        [sys.executable, "-m", "tui_chat", *options, "--plain"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        env={**environment, "TUI_CHAT_GUIDE_PACE": "0"},
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_it_speaks_in_lines_only(environment: dict[str, str], home: Path) -> None:
    written = typed(
        environment,
        "how do I quit?",
        "/copy",
        "/providers",
        "/rename Leaving",
        "/sessions",
        "/undo",
        "/newest",
        "/quit",
    )
    assert "guide answers because" in written
    assert "Press `Ctrl+Q` or type `/quit`" in written
    assert "Named Leaving. /undo takes it back." in written
    assert f"lines, to {home}/exports/copied.txt." in written
    assert (home / "exports" / "copied.txt").read_text().startswith("**How do I quit?**")
    assert "Ollama: does not run" in written and "scripted" not in written
    assert "1. Leaving, 2 messages" in written
    assert "Named how do I quit? again." in written
    assert written.isprintable() is False and not any(
        character != "\n" and not character.isprintable() for character in written
    )
    again = typed(environment, "/sessions 1", "/show", "/find ctrl", "/delete", "/trash 1", options=("-c",))
    assert "Session: how do I quit?, 2 messages." in again
    assert "1. You:\nhow do I quit?" in again
    assert "Message 2:" in again
    assert "Deleted how do I quit?, 2 messages" in again and "Restored how do I quit?" in again
    assert (home / "history.json").exists()


def test_commands_of_the_screen_and_mistakes_are_told(environment: dict[str, str]) -> None:
    written = typed(environment, "/settings", "/sesions", "/show 7", "/help", "/rename", "")
    assert "/settings needs the whole screen" in written
    assert "/sesions is no command, /sessions is." in written
    assert "There is no such message." in written
    assert "/delete-message: delete with its reply" in written


def test_files_go_along_and_secrets_are_asked_about(
    environment: dict[str, str], server: OpenAIServer, at_server: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "notes.md").write_text("remember the milk")
    key = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
    lines = (
        f"/attach {tmp_path / 'notes.md'}",
        "/attach nowhere.txt",
        "read this",
        f"token {key}",
        "n",
        f"it: {key}",
        "r",
    )
    written = typed(environment, *lines, "/attachments", options=at_server)

    assert "The next prompt takes along: notes.md." in written
    assert "There is no file nowhere.txt." in written
    assert "Not sent." in written
    assert "Nothing is attached." in written
    first, second = [str(request.body["messages"][-1]["content"]) for request in server.chats]
    assert "read this" in first and "remember the milk" in first
    assert second.startswith("it: «") and key not in second and "milk" not in second


def test_a_reply_is_stopped_kept_continued_and_answered_otherwise(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(
        says("The first half", threading.Event()),
        says(" and the second half."),
        says("Another answer."),
        says("```python\nprint(1)\n```\n"),
    )
    terminal = start(*at_server, "--plain", ready="You:")
    terminal.keys("go on", "<enter>")
    terminal.wait_for("The first half")
    terminal.keys("<ctrl+c>")
    terminal.wait_for("Stopped; what came is kept")
    terminal.keys("/continue", "<enter>")
    terminal.wait_for("and the second half\\.")
    terminal.keys("/regenerate", "<enter>")
    terminal.wait_for("Another answer\\.")
    terminal.keys("/sibling", "<enter>")
    terminal.wait_for("Answer 1 of 2:\\s+The first half and the second half\\.")
    terminal.keys("two lines\\", "<enter>", "of code", "<enter>")
    terminal.wait_for("print\\(1\\)")
    assert server.chats[-1].body["messages"][-1]["content"] == "two lines\nof code"
    terminal.keys("/code", "<enter>")
    terminal.wait_for("1. python, without a name, 1 line")
    terminal.settle()  # while it still writes, Ctrl+C would stop that
    terminal.keys("<ctrl+c>")
    terminal.wait_for("Ctrl\\+C again, or /quit, leaves")
    terminal.keys("<ctrl+c>")
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw
    # Line editing may write what moves within the line; nothing else does.
    assert b"\x1b[2J" not in terminal.raw and b"\x1b[?1049h" not in terminal.raw
