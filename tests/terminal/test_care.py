"""The commands that care for the history, as a shell runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import Start

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tui_chat", *arguments]
        env = {**environment, "TUI_CHAT_GUIDE_PACE": "0"}
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
        assert "Traceback" not in result.stderr
        return result

    return run


def test_a_backup_is_a_history(run: Run, tmp_path: Path, home: Path) -> None:
    assert run("backup", str(tmp_path / "copy.json")).returncode == 4
    run("ask", "how do I quit?")
    made = run("backup", str(tmp_path / "copy.json"))
    assert made.returncode == 0
    size = (tmp_path / "copy.json").stat().st_size
    assert made.stdout.strip() == f"{tmp_path / 'copy.json'}: 1 session, 2 messages, {size} bytes"
    again = run("backup", str(tmp_path / "copy.json"))
    assert (again.returncode, "--force" in again.stderr, again.stdout) == (1, True, "")
    assert run("backup", str(tmp_path / "copy.json"), "--force").returncode == 0
    run("sessions", "delete", "last")
    (tmp_path / "copy.json").replace(home / "history.json")
    assert len(json.loads(run("sessions", "list", "--json").stdout)) == 1


def test_the_doctor_reports_and_repairs(run: Run, tmp_path: Path, home: Path) -> None:
    history, mended = home / "history.json", tmp_path / "mended.json"
    assert run("doctor").returncode == 0
    run("ask", "how do I quit?")
    well = run("doctor")
    assert (well.returncode, "All is well" in well.stdout) == (0, True), well.stdout
    tables = json.loads(history.read_bytes())
    tables["sessions"]["1"]["message_count"] = 7
    history.write_text(json.dumps(tables))
    before = history.read_bytes()
    ill = run("doctor", "--json")
    assert ill.returncode == 1
    assert [problem["fault"] for problem in json.loads(ill.stdout)["problems"]] == ["wrong count"]
    repaired = run("doctor", "--repair", str(mended))
    assert (repaired.returncode, str(mended) in repaired.stdout, history.read_bytes()) == (1, True, before)
    assert run("doctor", "--repair", str(mended)).returncode == 1
    mended.replace(history)
    assert run("doctor").returncode == 0
    assert len(json.loads(run("sessions", "show", "last", "--json").stdout)["messages"]) == 2


def test_the_doctor_saves_what_an_unreadable_history_holds(run: Run, tmp_path: Path, home: Path) -> None:
    run("ask", "how do I quit?")
    history, mended = home / "history.json", tmp_path / "mended.json"
    content = history.read_bytes()
    place = content.index(b'\n,"messages/')
    history.write_bytes(content[: place - 8] + b"\0" * 8 + content[place:])
    assert run("sessions", "list").returncode == 5
    found = run("doctor", "--repair", str(mended))
    assert (found.returncode, "unreadable: " in found.stdout) == (5, True), found.stdout
    mended.replace(history)
    shown = json.loads(run("sessions", "show", "last", "--json").stdout)
    assert [message["role"] for message in shown["messages"]] == ["user", "assistant"]


def test_another_version_beside_the_history_is_merged(run: Run, start: Start, home: Path) -> None:
    history, other = home / "history.json", home / "history (conflicted copy 2026-01-01).json"
    run("ask", "how do I quit?")
    history.replace(other)
    run("ask", "how do I export?")
    assert other.name in run("doctor").stdout
    terminal = start()
    terminal.wait_for("Another version of the history.*/merge")
    terminal.keys("/merge", "<enter>")
    terminal.wait_for("Brought in 1 session and 2 messages")
    terminal.wait_for("2 sessions")
    assert not other.exists()
    terminal.keys("/merge", "<enter>")
    terminal.wait_for("There is no other version")
    other.with_name(other.name + ".merged").rename(other)
    merged = run("doctor", "--merge", str(other))
    assert (merged.returncode, merged.stdout.startswith("Nothing was missing here")) == (0, True), merged
    other.write_text("{ broken")
    broken = run("doctor", "--merge", str(other))
    assert (broken.returncode, "cannot be merged" in broken.stderr, other.read_text()) == (5, True, "{ broken")


def test_the_doctor_asks_the_terminal(start: Start) -> None:
    terminal = start("doctor", ready="")
    assert terminal.wait_exit() == 0
    screen = terminal.wait_for("keys +all can be told apart")
    assert "size                    120 × 40" in screen
    assert "colours                 16 million" in screen
    # No answer of the terminal is left where the shell would take it for typed keys.
    assert "[?" not in terminal.text() and "R" not in terminal.text().split("All is well.")[0].split("\n")[-1]


def test_keys_are_shown_as_they_arrive(start: Start) -> None:
    terminal = start()
    terminal.keys("/test-keys", "<enter>")
    terminal.wait_for("Press a key")
    terminal.send(b"\x1b[13;2u")
    terminal.wait_for("Shift\\+Enter +shift\\+enter +in the input: newline")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("Ctrl\\+N +ctrl\\+n +everywhere: new session")
    terminal.keys("q")
    terminal.wait_for("q +q +types, or nothing")
    terminal.send(b"\x1b")  # nothing follows, as when a user presses it
    terminal.wait_for("Esc +escape")
    terminal.keys("<esc>")
    terminal.wait_for("Type a message")
    terminal.wait_until(lambda text: "Keys as they arrive" not in text, "the sheet closed")
