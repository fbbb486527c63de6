from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from tests.unit.exporters.paper import needs_pango
from tui_chat.chat.open_session import OpenSession
from tui_chat.cli.transfer import export
from tui_chat.domain.messages import MessageStatus, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.registry import EXPORTERS
from tui_chat.storage.library import Library

Run = Callable[..., Result]

_MAIL = "anna@firma.de"


def session(name: str, text: str) -> OpenSession:
    """A session of one prompt with two answers."""
    opened = OpenSession(ChatSession(name=name))
    prompt = opened.add_prompt(text)
    opened.session.name = name
    for number in (1, 2):
        reply = opened.add_reply(prompt.id)
        reply.parts = [TextPart(text=f"answer {number}")]
        reply.status = MessageStatus.COMPLETE
        opened.update(reply)
    return opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_CHAT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def sessions(home: Path) -> list[OpenSession]:
    kept = [session("Apples", f"write to {_MAIL}"), session("Pears", f"{_MAIL} and bob@firma.de"), session("Gone", "x")]
    kept[2].session.deleted_at = now()

    async def save() -> None:
        async with Library(home / "history.json") as library:
            for one in kept:
                await library.save(one.session, list(one.tree))

    asyncio.run(save())
    return kept[:2]


@pytest.fixture
def run(home: Path) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(export, arguments, catch_exceptions=False)

    return run


def names(folder: Path) -> list[str]:
    return sorted(entry.name.partition("-")[2].partition("-")[2].partition("-")[2] for entry in folder.iterdir())


@pytest.mark.parametrize("name", [name for name in EXPORTERS if name != "pdf"])
def test_every_format_becomes_a_file_named_by_day_and_name(run: Run, sessions: list[OpenSession], name: str) -> None:
    result = run(sessions[0].id[:8], "--format", name)

    path = Path(result.stdout.strip())
    assert path.name == f"{now().astimezone():%Y-%m-%d}-apples.{EXPORTERS[name].extension}"
    assert path.stat().st_size > 0
    again = run(sessions[0].id[:8], "--format", name)
    assert Path(again.stdout.strip()).stem == f"{path.stem}-2"


def test_the_whole_tree_goes_to_stdout_if_asked_for(run: Run, sessions: list[OpenSession]) -> None:
    assert "answer 1" not in run(sessions[0].id, "-o", "-").stdout
    assert "answer 1" in run(sessions[0].id, "-o", "-", "--tree").stdout
    assert "created:" not in run(sessions[0].id, "-o", "-", "--no-facts").stdout


def test_all_sessions_become_one_file_each_in_a_new_folder(run: Run, sessions: list[OpenSession], home: Path) -> None:
    for number in ("", "-2"):
        folder = Path(run("--all", "--format", "text").stdout.strip())
        assert folder == home / "exports" / f"{now().astimezone():%Y-%m-%d}-sessions{number}"
        assert names(folder) == ["apples.txt", "pears.txt"]


def test_several_sessions_become_one_zip(run: Run, sessions: list[OpenSession], tmp_path: Path) -> None:
    target = tmp_path / "both.zip"

    result = run(sessions[0].id, sessions[1].id, sessions[0].id, "-o", str(target), "--format", "json", "--json")

    assert json.loads(result.stdout) == {"path": str(target), "format": "json", "sessions": 2}
    with ZipFile(target) as packed:
        assert len(packed.namelist()) == 2
    assert run("--all", "-o", str(target)).exit_code == 1


@pytest.mark.parametrize("name", ["jsonl", "sharegpt", "openwebui"])
def test_several_sessions_become_one_file_of_a_format_that_holds_many(
    run: Run, sessions: list[OpenSession], tmp_path: Path, name: str
) -> None:
    target = tmp_path / f"all.{EXPORTERS[name].extension}"

    assert run("--all", "--format", name, "-o", str(target)).stdout.strip() == str(target)

    whole = target.read_text()
    rows = [json.loads(line) for line in whole.splitlines()] if name == "jsonl" else json.loads(whole)
    assert len(rows) == 2
    assert run("--all", "--format", name, "-o", "-").stdout == whole


def test_what_was_redacted_is_listed_and_the_same_in_all_files(
    run: Run, sessions: list[OpenSession], home: Path
) -> None:
    result = run("--all", "--redact", "--format", "text", "-o", str(home / "out"))

    assert "Replaced: 2 emails" in result.stderr
    assert f"«email-1»      {_MAIL}  2×" in result.stderr or f"«email-2»      {_MAIL}  2×" in result.stderr
    texts = {path.stem[-5:]: path.read_text() for path in (home / "out").iterdir()}
    assert _MAIL not in "".join(texts.values())
    placeholder = "«email-1»" if "write to «email-1»" in texts["pples"] else "«email-2»"
    assert f"{placeholder} and «email-" in texts["pears"]


def test_the_json_line_tells_what_was_replaced_but_not_what_it_was(run: Run, sessions: list[OpenSession]) -> None:
    result = run(sessions[0].id, "--redact", "--json")

    told = json.loads(result.stdout)
    assert told["replaced"] == [{"placeholder": "«email-1»", "kind": "email", "times": 1}]
    assert Path(told["path"]).stat().st_size == told["bytes"]


@needs_pango
def test_pdf_goes_through_a_pipe(run: Run, sessions: list[OpenSession]) -> None:
    assert run(sessions[0].id, "--format", "pdf", "-o", "-").stdout_bytes.startswith(b"%PDF-")


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--all", "last"], 2, "not both"),
        (["--all", "-o", "-"], 2, "do not fit on stdout"),
        (["--all", "-o", "all.md"], 1, "Name a folder or a .zip file"),
        (["--format", "docx"], 2, "docx"),
        (["nothing-like-it"], 4, "tui-chat sessions list"),
        (["last", "-o", "/proc/nowhere/a.md"], 1, "could not be written"),
    ],
)
def test_what_cannot_be_done_ends_with_a_code_and_one_line(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


def test_an_empty_history_has_nothing_to_export(run: Run) -> None:
    assert run("--all").exit_code == 4
    assert run().exit_code == 4
