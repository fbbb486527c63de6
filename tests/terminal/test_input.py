"""The input as a user has it: what it remembers, over sessions, restarts and crashes."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says


def lines_of(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text().splitlines()] if path.exists() else []


def drafts_of(home: Path) -> str:
    path = home / "drafts.json"
    return path.read_text() if path.exists() else ""


def test_earlier_prompts_of_all_sessions_come_back_and_the_draft_is_kept(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    server.script(says("One."), says("Two."))
    terminal = start(*at_server)
    terminal.keys("the first prompt", "<enter>")
    terminal.wait_for("One\\.")
    terminal.keys("<ctrl+n>", "a second prompt", "<enter>")
    terminal.wait_for("Two\\.")
    terminal.wait_until(lambda _: len(lines_of(home / "prompts.jsonl")) == 2, "both prompts on disk")
    assert (home / "prompts.jsonl").stat().st_mode & 0o777 == 0o600
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    terminal = start(*at_server)
    terminal.wait_for("2 sessions")
    terminal.settle()  # earlier prompts are read once the screen stands
    terminal.keys("my draft", "<up>")
    terminal.wait_for("▎ a second prompt")
    terminal.keys("<up>")
    terminal.wait_for("▎ the first prompt")
    terminal.keys("<down>", "<down>")
    terminal.wait_for("▎ my draft")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15)], ids=["80x24", "120x40", "60x15"])
def test_the_prompts_are_searched_and_one_is_put_into_the_input(
    start: Start, home: Path, size: tuple[int, int]
) -> None:
    home.mkdir()
    texts = [f"prompt number {number}" for number in range(30)] + ["Explain the\nfastest quicksort", "last [b]one[/]"]
    (home / "prompts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    terminal = start(columns=size[0], rows=size[1])
    terminal.keys("<ctrl+r>")
    terminal.wait_for("Search your prompts")
    terminal.wait_for("32 of 32")
    terminal.wait_for(r"last \[b\]one\[/\]")
    terminal.keys("sort fast")
    screen = terminal.wait_for("1 of 32")
    assert "Explain the fastest quicksort" in screen
    terminal.keys("<enter>")
    terminal.wait_until(lambda text: "Earlier prompts" not in text, "the dialog to close")
    terminal.wait_for("▎ Explain the\n.*fastest quicksort")
    assert "Traceback" not in terminal.text()


def test_older_hits_are_reached_by_the_same_key_and_history_is_a_command(start: Start, home: Path) -> None:
    home.mkdir()
    texts = ["alpha one", "beta", "alpha two"]
    (home / "prompts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    terminal = start()
    terminal.keys("/history alpha", "<enter>")
    terminal.wait_for("2 of 3")
    terminal.keys("<ctrl+r>")
    terminal.keys("<enter>")
    terminal.wait_for("▎ alpha one")
    terminal.keys("<ctrl+r>", "<esc>")
    terminal.wait_for("▎ alpha one")


def test_unsent_text_outlives_a_switch_a_quit_and_a_kill(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    server.script(says("One."))
    terminal = start(*at_server)
    terminal.keys("a question", "<enter>")
    terminal.wait_for("One\\.")
    terminal.keys("half of a thought")
    terminal.wait_for("▎ half of a thought")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("▎ Type a message")
    terminal.keys("for a new session")
    history = (home / "history.json").read_bytes()
    terminal.wait_until(lambda _: "for a new session" in drafts_of(home), "the draft on disk")
    assert "half of a thought" in drafts_of(home)
    assert (home / "history.json").read_bytes() == history, "no key press is written into the history"
    assert (home / "drafts.json").stat().st_mode & 0o777 == 0o600
    terminal.kill(signal.SIGKILL)
    terminal = start(*at_server)
    terminal.wait_for("▎ for a new session")
    terminal.keys("<ctrl+s>", "g", "<enter>")
    terminal.wait_for("▎ half of a thought")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("▎ for a new session")
    terminal.keys("!", "<ctrl+q>")
    assert terminal.wait_exit() == 0
    terminal = start("-c", *at_server)
    terminal.wait_for("▎ half of a thought")
    terminal.keys("<ctrl+c>")
    terminal.wait_for("Cleared")
    terminal.wait_until(lambda _: "half" not in drafts_of(home), "the draft gone from disk")
    terminal.send(b"\x1a")
    terminal.wait_for("▎ half of a thought")


def test_a_draft_does_not_stay_behind_for_the_next_session_once_its_own_has_begun(start: Start, home: Path) -> None:
    terminal = start()
    terminal.keys("not sent")
    terminal.wait_until(lambda _: "not sent" in drafts_of(home), "the draft on disk")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    terminal = start("how do I quit?")
    terminal.wait_for("Ctrl\\+Q")
    terminal.wait_for("▎ not sent")
    terminal.keys("!", "<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert drafts_of(home).count("not sent") == 1
    terminal = start()
    terminal.wait_for("1 session")
    terminal.keys("x")
    assert "not sent" not in terminal.wait_for("▎ x")


def test_two_windows_do_not_take_each_others_new_drafts(start: Start, home: Path) -> None:
    one = start()
    one.keys("from the first window")
    one.wait_until(lambda _: "first window" in drafts_of(home), "the draft on disk")
    two = start()
    two.keys("x")
    screen = two.wait_for("▎ x")
    assert "first window" not in screen
    one.keys("<ctrl+q>")
    assert one.wait_exit() == 0
    three = start()
    three.wait_for("▎ from the first window")


def test_a_temporary_run_writes_neither_prompts_nor_drafts(start: Start, home: Path) -> None:
    terminal = start("--temporary")
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("Ctrl\\+Q")
    terminal.keys("unsent secret")
    terminal.wait_for("▎ unsent secret")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert not [path for path in home.rglob("*") if path.is_file() and b"quit?" in path.read_bytes()]
    assert not [path for path in home.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]
