"""The commands as a shell runs them: what they print, and how they end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.openai_server import OpenAIServer, failure, says

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [sys.executable, "-m", "tui_chat", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env={**environment, "TUI_CHAT_GUIDE_PACE": "0", **more},
        )
        assert "Traceback" not in result.stderr
        return result

    return run


def test_ask_answers_and_the_turn_is_kept(run: Run) -> None:
    asked = run("ask", "how do I quit?")
    assert asked.returncode == 0
    assert "Ctrl+Q" in asked.stdout
    listed = json.loads(run("sessions", "list", "--json").stdout)
    assert [session["name"] for session in listed] == ["how do I quit?"]
    assert run("ask", "--session", "last", "and rename?").returncode == 0
    shown = json.loads(run("sessions", "show", listed[0]["id"][:6], "--json").stdout)
    assert [message["role"] for message in shown["messages"]] == ["user", "assistant"] * 2


def test_ask_takes_what_is_piped_in(run: Run, server: OpenAIServer) -> None:
    at = ("--base-url", server.base_url, "--model", "m")
    run("ask", *at, "-", stdin="only this\n")
    run("ask", *at, "Explain:", stdin="piped text\n")
    prompts = [request.body["messages"][-1]["content"] for request in server.chats]
    assert prompts == ["only this", "Explain:\n\npiped text"]


def test_ask_prints_one_event_a_line_as_json(run: Run, server: OpenAIServer) -> None:
    server.script(says("Hel", "lo"))
    printed = run("ask", "--base-url", server.base_url, "--model", "m", "--json", "hi").stdout
    events = [json.loads(line) for line in printed.splitlines()]
    assert events[0]["kind"] == "turn"
    assert "".join(event["text"] for event in events if event["kind"] == "text") == "Hello"
    assert events[-1]["kind"] == "reply"
    assert events[-1]["status"] == "complete"
    assert {line[:8] for line in printed.splitlines()} == {'{"kind":'}


def test_ask_without_saving_writes_nothing(run: Run, home: Path) -> None:
    assert run("ask", "--no-save", "hello").returncode == 0
    assert not (home / "history.json").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_stops_a_reply_is_told_where_it_is(
    number: signal.Signals, code: int, environment: dict[str, str], server: OpenAIServer, run: Run
) -> None:
    server.script(says("The beginning", threading.Event()))
    command = [sys.executable, "-m", "tui_chat", "ask", "--base-url", server.base_url, "--model", "m", "go"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as asking:
        assert asking.stdout is not None
        assert asking.stdout.read(len("The beginning")) == "The beginning"
        asking.send_signal(number)
        assert asking.wait(60) == code
        assert asking.stderr is not None
        assert "stopped; what had come is kept. Go on with: tui-chat ask --session " in asking.stderr.read()
    shown = json.loads(run("sessions", "show", "last", "--json").stdout)["messages"][-1]
    assert (shown["status"], shown["parts"][0]["text"]) == ("interrupted", "The beginning")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ask", "--provider", "nobody", "x"), 2, "no provider called 'nobody'"),
        (("ask",), 2, "no prompt"),
        (("completion",), 2, "Choose from: bash, zsh, fish. See: tui-chat completion --help"),
        (("ask", "--provider", "groq", "x"), 3, "GROQ_API_KEY"),
        (("export", "last"), 4, "no sessions yet"),
        (("sessions", "show", "abc"), 4, "no session 'abc'"),
        (("nonsense", "--unknown"), 2, "No such option '--unknown'. See: tui-chat --help"),
        (("ask", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "x"), 1, "Nothing answers"),
    ],
)
def test_errors_are_one_line_and_an_exit_code(run: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run(*arguments)
    assert (result.returncode, words in result.stderr) == (code, True), result.stderr
    assert result.stdout == ""
    told = [line for line in result.stderr.splitlines() if "Next try" not in line]
    assert [line[:10] for line in told] == ["tui-chat: "]


@pytest.mark.parametrize(("status", "code"), [(401, 3), (404, 4), (400, 1)])
def test_a_refusal_ends_with_its_exit_code(run: Run, server: OpenAIServer, status: int, code: int) -> None:
    server.script(*[failure(status, "No")] * 4)
    assert run("ask", "--base-url", server.base_url, "--model", "m", "x", OPENAI_API_KEY="sk-x").returncode == code


def test_a_broken_history_ends_with_five(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "history.json").write_text("{broken")
    assert run("sessions", "list").returncode == 5
    assert run("ask", "hello").returncode == 5
    assert (home / "history.json").read_text() == "{broken"


def test_sessions_are_put_in_order_and_exported(run: Run, tmp_path: Path) -> None:
    run("ask", "how do I quit?")
    assert run("sessions", "rename", "last", "Leaving").returncode == 0
    page = tmp_path / "page.html"
    assert run("export", "last", "--format", "html", "-o", str(page)).stdout.strip() == str(page)
    assert "Leaving" in page.read_text()
    again = run("export", "last", "--format", "html", "-o", str(page))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)
    assert run("export", "last", "-o", "-").stdout.startswith("---\n")
    assert run("sessions", "delete", "last").returncode == 0
    assert run("sessions", "list", "--json").stdout.strip() == "[]"
    assert run("sessions", "restore", "last").returncode == 0
    assert "Leaving" in run("sessions", "list").stdout
    run("sessions", "delete", "last")
    assert run("sessions", "purge", "--yes", "last").returncode == 0
    assert json.loads(run("sessions", "list", "--deleted", "--json").stdout) == []


def test_a_script_is_warned_of_a_secret_and_may_send_placeholders(run: Run, server: OpenAIServer) -> None:
    key = "gsk_" + "a1B2c3D4" * 6
    server.script(says("One."), says("Two."))
    warned = run("ask", "--base-url", server.base_url, "--model", "m", stdin=f"key {key}")
    assert (warned.returncode, "seems to hold 1 key; with --redact" in warned.stderr) == (0, True)
    redacted = run("ask", "--redact", "--base-url", server.base_url, "--model", "m", stdin=f"key {key}")
    assert (redacted.stderr, redacted.stdout.strip()) == ("", "Two.")
    asked = [one.body["messages"][-1]["content"] for one in server.requests if one.body]
    assert asked == [f"key {key}", "key «key-1»"]


def test_providers_and_models_are_listed(run: Run, server: OpenAIServer) -> None:
    listed = json.loads(run("providers", "--json").stdout)
    assert [one["name"] for one in listed if one["answers"]] == ["guide"]
    assert "scripted" not in [one["name"] for one in listed]
    assert "guide answers because" in run("providers").stdout
    models = json.loads(run("models", "--base-url", server.base_url, "--json").stdout)
    assert models[0]["name"]


def test_a_question_that_nobody_answers_deletes_nothing(run: Run) -> None:
    run("ask", "hello")
    assert "Deleted “hello”" in run("sessions", "delete", "last").stdout
    refused = run("sessions", "purge", "last")
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (130, "tui-chat: stopped.")
    assert "“hello” (2 messages) for good." in run("sessions", "purge", "last", "--yes").stdout


def test_the_config_is_checked(run: Run, home: Path) -> None:
    assert str(home / "config.toml") in run("config", "path").stdout
    assert "defaults" in run("config", "check").stdout
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text("[look]\nthem = 'x'\n")
    result = run("config", "check")
    assert (result.returncode, "Did you mean theme?" in result.stderr) == (2, True)


def test_the_app_wants_a_terminal(run: Run) -> None:
    result = run("hello")
    assert (result.returncode, "needs a terminal" in result.stderr) == (2, True)


def test_a_known_key_never_gets_into_history_or_output(run: Run, server: OpenAIServer, home: Path) -> None:
    server.script(*[failure(401, "Incorrect API key provided: sk-very-secret-key")] * 4)
    result = run("ask", "--base-url", server.base_url, "--model", "m", "x", OPENAI_API_KEY="sk-very-secret-key")
    assert "sk-very-secret-key" not in result.stdout + result.stderr
    assert "sk-very-secret-key" not in (home / "history.json").read_text()
