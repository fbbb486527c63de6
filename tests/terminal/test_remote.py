"""Sessions that a provider keeps, from the shell and in the app."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.abacus_server import AbacusServer, fails, message, session

Run = Callable[..., subprocess.CompletedProcess[str]]

HISTORY = (
    message("USER", "What is new?", "2026-01-02T03:04:05+00:00"),
    message("BOT", "Nothing much.", "2026-01-02T03:04:06+00:00"),
    message("USER", "And older?", "2026-01-02T03:04:07+00:00"),
    message("BOT", "Plenty.", "2026-01-02T03:04:08+00:00"),
)


@pytest.fixture
def abacus(environment: dict[str, str]) -> Iterator[AbacusServer]:
    """An account with two sessions, known to the program by the environment."""
    with AbacusServer() as server:
        server.key = "key-abacus-0001"
        server.add(session("s1", "First things", *HISTORY), session("s2", "Second thoughts"))
        environment |= {"ABACUS_BASE_URL": server.base_url, "ABACUS_API_KEY": server.key}
        yield server


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tui_chat", *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, input="")
        assert "Traceback" not in result.stderr
        return result

    return run


def test_sessions_are_listed_and_shown(run: Run, abacus: AbacusServer) -> None:
    assert [one["name"] for one in json.loads(run("remote", "list", "--json").stdout)] == [
        "First things",
        "Second thoughts",
    ]
    newest = run("remote", "list", "--newest", "--provider", "abacus").stdout
    assert "Second thoughts" in newest
    assert "First things" not in newest
    shown = run("remote", "show", "s1").stdout
    assert "2 · you" in shown
    assert "Plenty." in shown
    assert json.loads(run("remote", "show", "s1", "--json").stdout)["messages"][0]["text"] == "What is new?"


def test_sessions_are_created_renamed_shortened_and_exported(run: Run, abacus: AbacusServer, tmp_path: Path) -> None:
    made = run("remote", "create", "Mine", "--project", "p").stdout.strip()
    assert abacus.sessions[made]["projectId"] == "p"
    assert run("remote", "rename", made, "Yours").returncode == 0
    assert abacus.sessions[made]["name"] == "Yours"
    assert run("remote", "delete-message", "s1", "0", "--yes").returncode == 0
    assert len(abacus.sessions["s1"]["chatHistory"]) == 2
    assert run("remote", "delete-message", "s1", "9", "--yes").returncode == 4
    page = tmp_path / "page.html"
    assert run("remote", "export", "s1", "-o", str(page)).stdout.strip() == str(page)
    assert "First things" in page.read_text()
    assert run("remote", "export", "s1", "-o", str(page)).returncode == 1
    assert run("remote", "export", "s1").stdout == page.read_text()


def test_a_session_is_taken_into_the_history(run: Run, abacus: AbacusServer) -> None:
    assert "4 messages" in run("remote", "open", "s1").stdout
    (kept,) = json.loads(run("sessions", "list", "--json").stdout)
    assert (kept["name"], kept["remote_id"]) == ("First things", "s1")
    assert "Plenty." in run("sessions", "show", "last").stdout


def test_failures_are_one_line_and_a_code(run: Run, abacus: AbacusServer) -> None:
    missing = run("remote", "show", "s9")
    assert (missing.returncode, missing.stderr.count("\n")) == (4, 1)
    assert "does not know this session" in missing.stderr
    assert run("remote", "list", "--provider", "openai").returncode == 4
    abacus.key = "another"
    assert run("remote", "list").returncode == 3
    abacus.account_script.append(fails("Oh", "InternalServerError"))
    abacus.key = ""
    assert run("remote", "list").returncode == 1


def test_a_session_of_the_account_is_opened_and_changes_follow(start: Start, abacus: AbacusServer) -> None:
    history = abacus.sessions["s1"]["chatHistory"]
    terminal = start()
    terminal.keys("/remote", "<enter>")
    terminal.wait_for("Sessions at Abacus.AI")
    terminal.keys("first", "<enter>")
    terminal.wait_for("Plenty")
    terminal.keys("/rename Last things", "<enter>")
    terminal.wait_until(lambda _: abacus.sessions["s1"]["name"] == "Last things")
    terminal.keys("/undo", "<enter>")
    terminal.wait_until(lambda _: abacus.sessions["s1"]["name"] == "First things")
    terminal.keys("<esc>", "k", "D")
    terminal.wait_until(lambda text: "Plenty" not in text and len(history) == 2)
    terminal.keys("z")
    terminal.wait_for("Restored here only: Abacus.AI has no way back")
    terminal.wait_for("Plenty")
    assert len(history) == 2


def test_what_fails_there_stays_here(start: Start, abacus: AbacusServer) -> None:
    terminal = start()
    terminal.keys("/remote", "<enter>")
    terminal.wait_for("Sessions at Abacus.AI")
    terminal.keys("first", "<enter>")
    terminal.wait_for("Plenty")
    abacus.account_script.append(fails("No", "PermissionDeniedError"))
    terminal.keys("/rename Last things", "<enter>")
    terminal.wait_for("Renamed here only: Abacus.AI refuses access")
    terminal.wait_for("Last things")
    terminal.keys("Go on", "<enter>")
    terminal.wait_for("Hello from the test server")
    sent = [one["content"] for one in abacus.requests[-1].body["messages"]]
    assert sent == ["What is new?", "Nothing much.", "And older?", "Plenty.", "Go on"]


def test_without_sessions_and_without_a_key_it_says_so(start: Start, abacus: AbacusServer) -> None:
    abacus.sessions.clear()
    terminal = start()
    terminal.keys("/remote", "<enter>")
    terminal.wait_for("Abacus.AI keeps no sessions for you")
    abacus.key = "another"
    terminal.keys("/remote", "<enter>")
    terminal.wait_for("Abacus.AI refuses access with this key")
