"""The whole program as a user has it: typed at, looked at, killed and started again."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, failure, says


def test_a_fresh_machine_answers_by_the_guide(start: Start, home: Path) -> None:
    terminal = start()
    terminal.wait_for("Five keys")
    terminal.wait_for("guide answers because no key is set and no local server runs")
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("Press Ctrl\\+Q")
    terminal.wait_for("I am the built-in guide")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert b"\x1b[?1049l" in terminal.raw
    assert b"Traceback" not in terminal.raw
    assert (home / "history.json").stat().st_mode & 0o777 == 0o600


def test_a_reply_is_stopped_continued_and_made_again(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    gate = threading.Event()
    server.script(says("The first half", gate), says(" and the second half."), says("Another answer."))
    terminal = start(*at_server)
    terminal.keys("go on", "<enter>")
    terminal.wait_for("The first half")
    terminal.wait_for("writing")
    terminal.wait_for("Esc stop, keep the text")
    terminal.keys("<esc>")
    terminal.wait_for("■ interrupted · all that came is kept")
    gate.set()
    terminal.keys("<esc>")
    terminal.wait_for("o continue .* x export")
    terminal.keys("o")
    terminal.wait_for("The first half and the second half\\.")
    terminal.keys("r")
    screen = terminal.wait_for("Another answer\\.")
    assert "2/2" in terminal.wait_for("2/2")
    terminal.keys("<")
    terminal.wait_for("The first half and the second half\\.")
    assert "Another answer." not in terminal.wait_for("1/2")
    assert "Traceback" not in screen


def test_two_sessions_stream_at_once_and_nothing_is_lost_by_a_restart(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    one, two = threading.Event(), threading.Event()
    server.script(says("Apple ", one, "pie"), says("Banana ", two, "split"))
    terminal = start(*at_server)
    terminal.keys("first question", "<enter>")
    terminal.wait_for("Apple")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("New session")
    terminal.keys("second question", "<enter>")
    terminal.wait_for("Banana")
    terminal.wait_for("1 elsewhere")
    one.set()
    terminal.wait_for("first question.* ready")
    screen = terminal.text()
    assert "pie" not in screen
    terminal.keys("<ctrl+s>", "g", "<enter>")
    terminal.wait_for("Apple pie")
    two.set()
    terminal.wait_for("second question.* ready")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    terminal = start("-c")
    terminal.wait_for("Banana split|Apple pie")
    terminal.wait_until(lambda text: "first question" in text and "second question" in text, "both sessions")


def test_a_kill_in_the_middle_of_a_reply_keeps_what_had_come(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    server.script(says("Half of the truth", threading.Event()))
    terminal = start(*at_server)
    terminal.keys("tell me", "<enter>")
    terminal.wait_for("Half of the truth")
    terminal.wait_until(lambda _: "Half of the truth" in (home / "history.json").read_text(), "a checkpoint")
    terminal.kill(signal.SIGKILL)
    terminal = start("-c")
    screen = terminal.wait_for("interrupted · all that came is kept")
    assert "tell me" in screen
    assert "Half of the truth" in screen


@pytest.mark.parametrize(
    ("status", "words", "said"),
    [
        (401, "Incorrect API key provided", "OpenAI asks for a key"),
        (404, "The model does not exist", "fake-model"),
        (500, "Internal trouble", "trouble|Internal"),
    ],
)
def test_a_refusal_is_told_and_r_tries_again(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path, status: int, words: str, said: str
) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[providers.openai]\nretries = { attempts = 1 }\n")
    server.script(failure(status, words), says("Now it works."))
    terminal = start(*at_server)
    terminal.keys("keep this prompt", "<enter>")
    terminal.wait_for(said)
    screen = terminal.wait_for("Esc r try again")
    assert "keep this prompt" in screen
    terminal.keys("<esc>", "r")
    screen = terminal.wait_for("Now it works\\.")
    assert "Traceback" not in screen


def test_a_server_that_is_not_there_is_told(start: Start) -> None:
    terminal = start("--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    terminal.keys("anybody?", "<enter>")
    terminal.wait_for("Nothing answers at http://127\\.0\\.0\\.1:9/v1")
    terminal.wait_for("try again|give up")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0


def test_a_broken_config_is_told_and_not_touched(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[look\n")
    terminal = start()
    terminal.wait_for("line 1")
    terminal.keys("hello", "<enter>")
    terminal.wait_for("built-in guide")
    assert (home / "config.toml").read_text() == "[look\n"


def test_a_broken_history_is_told_and_not_touched(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "history.json").write_text("{broken")
    terminal = start()
    terminal.wait_for("damaged")  # the path before it may break the line
    terminal.keys("hello", "<enter>")
    terminal.wait_for("built-in guide")
    assert (home / "history.json").read_text() == "{broken"


@pytest.mark.parametrize("newline", [b"\x0a", b"\x1b\r", b"\x1b[27;2;13~", b"\x1b[13;2u", b"\\\r"])
def test_newline_keys_do_not_send(start: Start, home: Path, newline: bytes) -> None:
    terminal = start()
    terminal.keys("upper")
    terminal.send(newline)
    terminal.keys("lower")
    terminal.wait_until(lambda text: "upper" in text and "lower" in text and "upperlower" not in text, "two lines")
    assert not (home / "history.json").exists()


def test_a_paste_of_several_lines_does_not_send(start: Start, home: Path) -> None:
    terminal = start()
    terminal.paste("one\ntwo\nthree\n")
    terminal.wait_for("three")
    assert not (home / "history.json").exists()


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 15), (200, 60)])
def test_it_works_at_any_size_and_when_that_changes(start: Start, columns: int, rows: int) -> None:
    terminal = start(columns=columns, rows=rows)
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("See also|I am the built-in")
    terminal.resize(100, 30)
    terminal.keys("typed after")
    terminal.wait_for("typed after")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw


def test_hostile_output_never_reaches_the_terminal(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("before \x1b]52;c;aGk=\x07 \x1b[31mred\x1b[2J \u202e [/b] [red]x[/red] after"))
    terminal = start(*at_server)
    terminal.keys("be evil", "<enter>")
    terminal.wait_for("after")
    assert b"\x1b]52;c;aGk" not in terminal.raw
    assert "\u202e".encode() not in terminal.raw
    assert "[red]x[/red]" in terminal.text()


def test_sessions_are_renamed_deleted_restored_and_exported(start: Start, home: Path) -> None:
    terminal = start()
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("See also")
    terminal.wait_for("ready")
    terminal.keys("/rename Leaving", " it", "<enter>")
    terminal.wait_until(lambda text: text.count("Leaving it") >= 2, "the new name in title and sidebar")
    terminal.keys("/export", "<enter>")
    terminal.wait_for("HTML, one page")
    terminal.keys("<enter>")
    terminal.wait_for("Exported to")
    exported = list((home / "exports").iterdir())
    assert [path.suffix for path in exported] == [".md"]
    assert "Leaving it" in exported[0].read_text()
    terminal.keys("<ctrl+s>", "D")
    terminal.wait_for("Deleted Leaving it")
    terminal.keys("z")
    terminal.wait_for("Restored Leaving it")
    tables = json.loads((home / "history.json").read_text())
    assert "deleted_at" not in tables["sessions"]["1"]
    assert list((home / "exports").iterdir()) == exported


def test_a_prompt_typed_while_a_reply_runs_waits_behind_it(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    gate = threading.Event()
    server.script(says("First ", gate, "done."), says("Second done."))
    terminal = start(*at_server)
    terminal.keys("one", "<enter>")
    terminal.wait_for("First")
    terminal.keys("two", "<enter>")
    terminal.wait_for("queued")
    assert len(server.chats) == 1
    gate.set()
    terminal.wait_for("Second done\\.")
    screen = terminal.text()
    assert screen.index("First done.") < screen.index("two") < screen.index("Second done.")
    assert [message["content"] for message in server.chats[1].body["messages"]] == ["one", "First done.", "two"]


def test_stopping_gives_waiting_prompts_back(start: Start, server: OpenAIServer, at_server: tuple[str, ...]) -> None:
    server.script(says("First ", threading.Event()))
    terminal = start(*at_server)
    terminal.keys("one", "<enter>")
    terminal.wait_for("First")
    terminal.keys("two", "<enter>")
    terminal.wait_for("queued")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "queued" not in text and "▎ two" in text, "the prompt back in the input")
    assert len(server.chats) == 1


def test_ctrl_c_clears_the_input_and_then_quits_at_the_second_time(start: Start) -> None:
    terminal = start()
    terminal.keys("half a thought")
    terminal.wait_for("half a thought")
    terminal.keys("<ctrl+c>")
    terminal.wait_for("Type a message")
    terminal.keys("<ctrl+c>")
    terminal.wait_for("Ctrl\\+C again quits")
    terminal.keys("<ctrl+c>")
    assert terminal.wait_exit() == 0


def test_a_theme_is_kept_in_the_config(start: Start, home: Path) -> None:
    terminal = start()
    terminal.keys("/theme paper", "<enter>")
    terminal.wait_until(lambda _: (home / "config.toml").exists(), "the config")
    assert (home / "config.toml").read_text() == '[look]\ntheme = "paper"\n'
    terminal.wait_until(lambda _: b"48;2;251;248;242" in terminal.raw, "the page of the theme")
