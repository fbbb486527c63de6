"""Exports in the real program, and the look at a prompt before it leaves."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.unit.exporters.paper import needs_pango
from tests.wire.openai_server import OpenAIServer, says

_KEY = "gsk_" + "a1B2c3D4" * 6


def begun(start: Start, *arguments: str) -> Terminal:
    """Start the program with a session about a mail address."""
    terminal = start(*arguments)
    terminal.keys("write to anna@firma.de", "<enter>")
    terminal.wait_for("Done\\.")
    terminal.wait_for("ready")
    terminal.keys("<esc>", "x")
    terminal.wait_for("Export")
    return terminal


def test_options_change_the_preview_and_the_file(
    start: Start, home: Path, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("Done."))
    terminal = begun(start, *at_server)
    terminal.wait_for("■ keys and mails blacked out")
    terminal.wait_for("«email-1» anna@firma\\.de")
    terminal.wait_for("write to «email-1»")
    terminal.keys(" ", "j", "j", "<down>", " ")
    terminal.wait_for("□ keys and mails blacked out")
    terminal.wait_for("  write to anna@firma\\.de +")
    terminal.keys(" ", *["<up>"] * 3, " ")
    terminal.wait_for("□ times, models, cost")
    terminal.wait_until(lambda text: "created: " not in text, "no facts in the preview")
    terminal.keys("<enter>")
    terminal.wait_for("Exported to")
    (path,) = (home / "exports").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "write to «email-1»" in path.read_text()
    assert "created:" not in path.read_text()


def test_a_format_that_keeps_everything_has_no_options_but_one(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("Done."))
    terminal = begun(start, *at_server)
    terminal.keys("j", "j")
    terminal.wait_for("● JSON, complete")
    terminal.wait_for('"format": "tui-chat-session"')
    terminal.wait_for("□ keys and mails blacked out")
    terminal.wait_for("  +times, models, cost")
    terminal.keys("y")
    terminal.wait_for("Copied the session")


def press(terminal: Terminal, key: str) -> None:
    """Press a key and wait for what it draws."""
    drawn = len(terminal.raw)
    terminal.keys(key)
    terminal.wait_until(lambda _: len(terminal.raw) > drawn, f"what {key} does")


def test_a_file_that_exists_is_not_replaced(
    start: Start, tmp_path: Path, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text("mine")
    server.script(says("Done."))
    terminal = begun(start, *at_server)
    terminal.wait_for("new file,")
    for key in ("<tab>", "<tab>", "<ctrl+a>", "<ctrl+k>"):
        press(terminal, key)
    terminal.keys(str(mine), "<enter>")
    terminal.wait_for("exists already")
    assert mine.read_text() == "mine"
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "Export" not in text, "the dialog gone")


def test_several_sessions_are_exported_once_the_list_was_seen(
    start: Start, home: Path, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("One."), says("Two."))
    terminal = start(*at_server)
    terminal.keys("write to anna@firma.de", "<enter>")
    terminal.wait_for("One\\.")
    terminal.keys("<f3>", "write to bob@firma.de", "<enter>")
    terminal.wait_for("Two\\.")
    terminal.wait_for("ready")
    terminal.keys("<ctrl+s>", " ", "j", " ")
    terminal.wait_for("2 selected")
    terminal.keys("x")
    terminal.wait_for("2 new files")
    terminal.keys("<enter>")
    terminal.wait_for("Write it with 2 emails replaced\\?")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "replaced?" not in text, "the question gone")
    terminal.wait_for("nothing was written")
    assert not list((home / "exports").iterdir())
    terminal.keys("<enter>")
    terminal.wait_for("Write it with 2 emails replaced\\?")
    terminal.keys("<enter>")
    terminal.wait_for("Exported to")
    (folder,) = (home / "exports").iterdir()
    assert len(list(folder.iterdir())) == 2


def test_a_file_is_opened_and_its_path_copied(
    start: Start,
    home: Path,
    tmp_path: Path,
    environment: dict[str, str],
    server: OpenAIServer,
    at_server: tuple[str, ...],
) -> None:
    opener, told = tmp_path / "opener", tmp_path / "told"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}.new && mv {told}.new {told}\n')
    opener.chmod(0o700)
    environment["BROWSER"] = str(opener)
    server.script(says("Done."))
    terminal = begun(start, *at_server)
    terminal.keys("j", "o")
    terminal.wait_for("Exported to")
    (path,) = (home / "exports").iterdir()
    terminal.wait_until(lambda _: told.exists(), "the browser")
    assert told.read_text() == path.as_uri()
    terminal.keys("x")
    terminal.wait_for("new file,")
    terminal.keys("p")
    terminal.wait_for("Copied its path")
    (other,) = set((home / "exports").iterdir()) - {path}
    assert other.suffix == ".md"


@needs_pango
def test_many_files_are_stopped_without_a_trace(
    start: Start, home: Path, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("# One\n\n" + "word " * 20_000), says("Two."))
    terminal = start(*at_server)
    terminal.keys("one", "<enter>")
    terminal.wait_for("word word")
    terminal.wait_for("ready")
    terminal.keys("<f3>", "two", "<enter>")
    terminal.wait_for("Two\\.")
    terminal.wait_for("ready")
    terminal.keys("<ctrl+s>", " ", "j", " ", "x")
    terminal.wait_for("2 new files")
    terminal.keys(*["j"] * 7)
    terminal.wait_for("● PDF")
    terminal.keys("<enter>")
    terminal.wait_for("Esc stops")
    terminal.keys("<esc>")
    terminal.wait_for("stopped, nothing was written")
    assert list((home / "exports").iterdir()) == []
    assert b"Traceback" not in terminal.raw


def test_a_prompt_with_a_key_is_sent_only_when_told_to(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("Fine."), says("Fine again."))
    terminal = start(*at_server)
    terminal.keys(f"my key is {_KEY}", "<enter>")
    terminal.wait_for("The prompt seems to hold 1 key")
    terminal.wait_for("«key-1» +gsk_…c3D4")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "Send this" not in text, "the question gone")
    terminal.wait_for("my key is gsk_")
    assert not [one for one in server.requests if one.body]
    terminal.keys("<enter>")
    terminal.wait_for("Send this\\?")
    terminal.keys("r")
    terminal.wait_for("Fine\\.")
    asked = [one.body for one in server.requests if one.body][-1]
    assert asked["messages"][-1]["content"] == "my key is «key-1»"
    terminal.keys(_KEY, "<enter>")
    terminal.wait_for("Send this\\?")
    terminal.keys("s")
    terminal.wait_for("Fine again\\.")
    asked = [one.body for one in server.requests if one.body][-1]
    assert asked["messages"][-1]["content"] == _KEY
    assert b"Traceback" not in terminal.raw


def test_the_warning_can_be_switched_off(
    start: Start, home: Path, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[privacy]\nwarn_of_secrets = false\nredact_copies = true\n")
    server.script(says("Fine."))
    terminal = start(*at_server)
    terminal.keys(f"my key is {_KEY}", "<enter>")
    terminal.wait_for("Fine\\.")
    terminal.wait_for("ready")
    terminal.keys("<esc>", "Y")
    terminal.wait_for("Copied the session, 1 key")
    assert "my key is gsk_" in terminal.wait_for("my key is «key»")
    assert f"my key is {_KEY}" in (home / "history.json").read_text()
