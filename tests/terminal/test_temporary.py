"""Temporary sessions and names by the model in the real program."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import PATIENCE
from tests.wire.openai_server import OpenAIServer, says

SIZES = [(80, 24), (120, 40)]


def written(home: Path) -> str:
    """Everything that the program has written so far."""
    return "".join(path.read_text(errors="replace") for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_nothing_of_a_temporary_session_is_written_until_it_is_kept(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path, columns: int, rows: int
) -> None:
    server.script(says("Usual answer."), says("Quiet answer."), says("Kept answer."))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("usual words", "<enter>")
    terminal.wait_for("Usual answer")
    terminal.wait_for("ready")
    terminal.keys("/temporary", "<enter>")
    terminal.wait_for("/keep keeps it")
    terminal.keys("quiet words", "<enter>")
    terminal.wait_for("Quiet answer")
    terminal.wait_for("ready")
    terminal.wait_for("quiet words · temporary")
    terminal.keys("quiet draft")
    terminal.keys("<ctrl+s>", "j", "<enter>")
    terminal.wait_for("Usual answer")
    terminal.keys("<ctrl+s>", "k", "<enter>")
    terminal.wait_for("Quiet answer")
    terminal.wait_for("quiet draft")
    text = written(home)
    assert "usual words" in text
    assert "uiet" not in text
    terminal.keys("<ctrl+c>", "/keep", "<enter>")
    terminal.wait_for("This session is kept from now on")
    terminal.wait_until(lambda text: "temporary" not in text.splitlines()[1], "the mark gone")
    assert "Quiet answer" in (home / "history.json").read_text()
    terminal.keys("more", "<enter>")
    terminal.wait_for("Kept answer")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert "Kept answer" in (home / "history.json").read_text()
    assert b"Traceback" not in terminal.raw


def test_a_temporary_session_is_gone_with_the_program(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    terminal = start(*at_server)
    terminal.keys("/temporary", "<enter>")
    terminal.wait_for("/keep keeps it")
    terminal.keys("hush", "<enter>")
    terminal.wait_for("Hello")
    terminal.wait_for("ready")
    terminal.keys("<esc>", "b")
    terminal.wait_for("hush fork · temporary")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert "hush" not in written(home)


def test_a_session_of_a_temporary_run_is_kept_and_the_others_are_not(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    server.script(says("One answer."), says("Two answer."), says("Three answer."))
    terminal = start(*at_server, "--temporary")
    terminal.keys("first", "<enter>")
    terminal.wait_for("One answer")
    terminal.wait_for("first · temporary")
    terminal.keys("<ctrl+n>", "second", "<enter>")
    terminal.wait_for("Two answer")
    terminal.wait_for("ready")
    assert not (home / "history.json").exists()
    terminal.keys("/keep", "<enter>")
    terminal.wait_for("This session is kept from now on")
    terminal.keys("<ctrl+n>", "third", "<enter>")
    terminal.wait_for("Three answer")
    terminal.wait_for("third · temporary")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    text = (home / "history.json").read_text()
    assert "Two answer" in text
    assert "One answer" not in text
    assert "Three answer" not in text


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_model_names_a_session_after_its_first_exchange_only(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path, columns: int, rows: int
) -> None:
    server.naming_reply = says('"Peeling ', 'mangoes."')
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("how do I peel one?", "<enter>")
    terminal.wait_for("Hello from the test server")
    terminal.wait_for("Peeling mangoes")
    terminal.keys("and another?", "<enter>")
    terminal.wait_until(lambda text: text.count("Hello from the test server") == 2, "the second reply")
    terminal.wait_for("ready")
    assert len(server.namings) == 1
    assert len(server.chats) == 2
    assert "Peeling mangoes" in (home / "history.json").read_text()
    assert b"Traceback" not in terminal.raw


def test_a_name_is_not_waited_for_and_gives_way_to_the_next_prompt(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    gate = threading.Event()
    server.naming_reply = says("Too ", gate, "late")
    terminal = start(*at_server)
    terminal.keys("first words", "<enter>")
    terminal.wait_for("Hello from the test server")
    terminal.wait_until(lambda _: bool(server.namings), "the request for a name")
    terminal.keys("next", "<enter>")
    terminal.wait_until(lambda text: text.count("Hello from the test server") == 2, "the second reply")
    assert server.disconnected.wait(PATIENCE)
    gate.set()
    text = terminal.wait_for("ready")
    assert "first words" in text
    assert "Too late" not in text


def test_without_a_name_or_with_the_setting_off_the_first_words_stay(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    terminal = start(*at_server)
    terminal.keys("first words", "<enter>")
    terminal.wait_until(lambda _: bool(server.namings), "the request for a name")
    terminal.wait_for("ready")
    terminal.keys("more", "<enter>")
    terminal.wait_until(lambda text: text.count("Hello from the test server") == 2, "the second reply")
    assert "first words" in terminal.text()
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    (home / "config.toml").write_text("[chat]\nname_sessions = false\n")
    terminal = start(*at_server)
    terminal.keys("other words", "<enter>")
    terminal.wait_for("Hello from the test server")
    terminal.wait_for("ready")
    terminal.keys("more", "<enter>")
    terminal.wait_until(lambda text: text.count("Hello from the test server") == 2, "the second reply")
    assert len(server.namings) == 1
