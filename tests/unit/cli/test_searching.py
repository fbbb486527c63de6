"""``tui-chat sessions search``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui_chat.cli.main import cli
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sessions, the newest of them about fish."""
    monkeypatch.setenv("TUI_CHAT_HOME", str(tmp_path))
    history = History(tmp_path / "history.json")
    history.open()
    for number, name in enumerate(("Birds", "Bees", "Of fish"), 1):
        session = ChatSession(id=f"{number}" * 16, name=name, updated_at=datetime(2025, 1, number, tzinfo=UTC))
        said = [("What about fish?", Role.USER), (f"A fish\x1b[31m {number}", Role.ASSISTANT), ("other", Role.USER)]
        messages = [
            ChatMessage(id=f"{number}m{place}", session_id=session.id, role=role, parts=[TextPart(text=text)])
            for place, (text, role) in enumerate(said)
        ]
        history.save(session.to_document(), [message.to_document() for message in messages])
    history.close()


def search(*words: str) -> Result:
    return CliRunner().invoke(cli, ["sessions", "search", *words])


def test_hits_are_listed_by_session_newest_first() -> None:
    result = search("fish")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line[:8] for line in lines if not line.startswith(" ")] == ["3" * 8, "2" * 8, "1" * 8]
    assert lines[0].endswith("Of fish  3 hits")
    assert lines[1:3] == ["    you: What about fish?", "    reply: A fish[31m 3"]


def test_filters_and_words_that_must_not_be_there() -> None:
    assert search("fish", "role:user", "--limit", "1").stdout.splitlines()[1:] == ["    you: What about fish?"]
    assert "What" not in search("fish", "-what", "-hello").stdout
    assert search('"about fish"').stdout.count("you:") == 3


def test_json_is_whole() -> None:
    (found,) = json.loads(search("fish", "--json", "--limit", "1").stdout)
    assert (found["id"], found["name"], found["total"]) == ("3" * 16, "Of fish", 3)
    assert found["updated_at"] == "2025-01-03T00:00:00+00:00"
    assert found["hits"][0] == {"excerpt": "Of fish", "spans": [[3, 7]]}
    assert found["hits"][1] == {
        "message_id": "3m0",
        "role": "user",
        "excerpt": "What about fish?",
        "spans": [[11, 15]],
    }


def test_nothing_found_is_an_error() -> None:
    result = search("nowhere")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "Nothing was found" in result.stderr
    result = search("nowhere", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (4, [])


def test_what_is_not_understood_is_said() -> None:
    assert "role: takes system, user" in search("fish", "role:me").stderr
    assert search("-fish").exit_code == 2
    assert search().exit_code == 2


@pytest.mark.parametrize(("kept", "said"), [(400, "cut short or changed by hand"), (0, "was empty")])
def test_a_history_that_lost_something_says_so(tmp_path: Path, kept: int, said: str) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(path.read_bytes()[:kept])
    result = CliRunner().invoke(cli, ["sessions", "list"])
    assert result.exit_code == 0
    assert f"history.json {said}" in result.stderr or f"history.json was {said}" in result.stderr
