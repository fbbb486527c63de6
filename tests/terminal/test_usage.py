"""What the replies have cost, as a shell and the app say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.test_command_line import Run
from tests.terminal.test_command_line import run as run  # a fixture
from tests.wire.openai_server import MODEL, USAGE, OpenAIServer, chunk, ending, event, says, sends

COST = (8 * 1000 + 4 * 100 + 5 * 5000) / 1_000_000


@pytest.fixture
def priced(home: Path, server: OpenAIServer) -> tuple[str, ...]:
    """The options of a provider whose prices the user knows: 12 tokens read, 4 of them cached, 5 written."""
    home.mkdir()
    (home / "config.toml").write_text(
        f"""
        [providers.shop]
        base_url = "{server.base_url}"
        default_model = "{MODEL}"
        [providers.shop.models.{MODEL}]
        input_price = 1000
        cached_price = 100
        output_price = 5000
        context_window = 100
        """
    )
    return ("--provider", "shop")


def test_the_cost_comes_from_the_users_prices_and_is_summed_up(run: Run, priced: tuple[str, ...]) -> None:
    for prompt in ("one", "two"):
        assert run("ask", *priced, prompt).returncode == 0
    for by in ("day", "model", "provider", "session"):
        rows = json.loads(run("usage", "--by", by, "--json").stdout)
        assert sum(row["replies"] for row in rows) == 2
        assert sum(row["cost"] for row in rows) == pytest.approx(2 * COST)
    assert [row["provider"] for row in json.loads(run("usage", "--by", "provider", "--json").stdout)] == ["shop"]
    by_session = json.loads(run("usage", "--by", "session", "--json").stdout)
    assert [row["session"] for row in by_session] == ["one", "two"]
    assert by_session[0]["cached_tokens"] == 4
    table = run("usage", "--by", "session").stdout.splitlines()
    assert table[0].split() == ["SESSION", "REPLIES", "INPUT", "CACHED", "OUTPUT", "THOUGHT", "COST"]
    assert table[-1].split() == ["total", "2", "24", "8", "10", "4", "$0.067"]


def test_a_deleted_session_has_been_paid_for_all_the_same(run: Run, priced: tuple[str, ...]) -> None:
    run("ask", *priced, "one")
    assert run("sessions", "delete", "last").returncode == 0
    assert json.loads(run("usage", "--json").stdout)[0]["cost"] == pytest.approx(COST)


def test_what_no_server_has_counted_is_marked(run: Run, server: OpenAIServer, priced: tuple[str, ...]) -> None:
    silent = [event(chunk({"content": "Hello"})), event(chunk({}, "stop")), ending()[-1]]
    server.script(sends(silent))
    run("ask", *priced, "a prompt of some words")
    row = json.loads(run("usage", "--json").stdout)[0]
    assert row["estimated"] is True
    assert row["cost"] > 0
    assert "~$" in run("usage").stdout


def test_nothing_spent_is_said(run: Run) -> None:
    result = run("usage")
    assert (result.returncode, result.stdout) == (0, "")
    assert "Nothing has been spent" in result.stderr
    assert json.loads(run("usage", "--json").stdout) == []


def test_the_app_says_what_a_reply_and_the_session_cost_and_how_full_the_context_is(
    start: Start, server: OpenAIServer, priced: tuple[str, ...]
) -> None:
    server.reply = says("Hello there.")
    app = start(*priced)
    app.keys("Say hello", "<enter>")
    app.wait_for(r"context \d+ % · \$0\.033")
    assert USAGE["completion_tokens"] == 5
    app.wait_for(r"5 tok · \$0\.033")
    app.keys("Again", "<enter>")
    app.wait_for(r"context \d+ % · \$0\.067")
