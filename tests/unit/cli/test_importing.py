from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.importers.reading import SAMPLES
from tests.unit.importers.test_stores import database
from tui_chat.cli.importing import import_sessions
from tui_chat.cli.sessions import sessions
from tui_chat.config.paths import history_path
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.library import Library

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on a history of its own, on a computer where elia was used."""
    monkeypatch.setenv("TUI_CHAT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("LLM_USER_PATH", raising=False)
    database("elia.sql", tmp_path / "data/elia/elia.sqlite")
    (tmp_path / "home").mkdir()
    return lambda *arguments: CliRunner().invoke(import_sessions, [str(one) for one in arguments])


def stored() -> list[ChatSession]:
    async def read() -> list[ChatSession]:
        async with Library(history_path()) as library:
            return await library.sessions()

    return asyncio.run(read())


def test_a_store_is_found_and_imported(run: Run) -> None:
    result = run("--from", "elia")

    assert result.exit_code == 0
    assert result.stdout == "2 sessions with 6 messages imported.\nRead from: elia (2).\n"
    assert [one.name for one in stored()] == ["Second talk", "What is a monad?"]


def test_a_dry_run_writes_nothing(run: Run) -> None:
    result = run("--dry-run", SAMPLES / "parllama.json")

    assert result.stdout.startswith("1 session with 2 messages would be imported.")
    assert stored() == []


def test_the_whole_report_is_there_as_json(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"messages": [{"role": "user", "content": "Hi"}]}\n{oops\n')

    result = run("--json", path)

    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["sessions"], report["messages"], report["formats"]) == (1, 1, {"JSON Lines of messages": 1})
    assert report["problems"] == [{"where": "a.jsonl, line 2", "why": "it is no JSON"}]


def test_problems_go_to_stderr_and_nothing_read_is_a_failure(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk\x1b[31m")

    result = run(path)

    assert result.exit_code == 1
    assert result.stdout == "No sessions could be read.\n"
    assert result.stderr == "notes.txt: it has none of the formats that are known.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "There is nothing to import. Give the path of a file or a folder."),
        (["nothing.zip"], "There is no file nothing.zip. Check the path."),
        (["--from", "llm"], "llm has no sessions at"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, arguments: list[str], words: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"tui-chat: {words}")
    assert result.stderr.count("\n") == 1


def test_a_format_that_is_not_known_is_a_usage_error(run: Run) -> None:
    assert run("--from", "clippy", "x").exit_code == 2


def test_what_was_removed_for_good_is_told_with_the_way_back(run: Run) -> None:
    run("--from", "elia")
    first = stored()[0].id
    deleted = CliRunner().invoke(sessions, ["delete", first])
    assert deleted.exit_code == 0
    purged = CliRunner().invoke(sessions, ["purge", "--yes", first])
    assert purged.exit_code == 0

    told = run("--from", "elia").stdout
    assert "1 session removed here for good, and left out." in told
    assert "--again brings those back" in told
    assert run("--from", "elia", "--again").stdout.startswith("1 session with ")
    assert len(stored()) == 2


def test_the_stores_are_listed(run: Run, tmp_path: Path) -> None:
    assert run("--list").stdout.splitlines()[1].split() == ["elia", "2", str(tmp_path / "data/elia/elia.sqlite")]
    assert [row["sessions"] for row in json.loads(run("--list", "--json").stdout)] == [2]
