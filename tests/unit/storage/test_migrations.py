"""Documents of older and newer versions: brought up to date with a copy kept, or read only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB

from tests.unit.storage.samples import filled
from tui_chat.domain.errors import HistoryNotSaved, HistoryUnreadable
from tui_chat.storage import migrations
from tui_chat.storage.backup import back_up
from tui_chat.storage.checkup import Fault, check
from tui_chat.storage.history import History
from tui_chat.storage.migrations import Tables, migrate, newest_schema
from tui_chat.storage.repair import repair


def shout(tables: Tables) -> Tables:
    """Lead to the second shape, in which the names of sessions are in capitals."""
    for document in tables.get("sessions", {}).values():
        document["name"] = document["name"].upper()
    return tables


def ask(tables: Tables) -> Tables:
    """Lead to the third shape, in which they end in a question mark."""
    for document in tables.get("sessions", {}).values():
        document["name"] = document["name"].rstrip("?") + "?"
    return tables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A history in the first shape."""
    path = tmp_path / "home" / "history.json"
    filled(path, sessions=2, messages=4).close()
    return path


@pytest.fixture
def later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two migrations have been added since that history was written."""
    monkeypatch.setattr(migrations, "MIGRATIONS", [shout, ask])


def names(path: Path) -> list[str]:
    history = History(path)
    history.open()
    found = [session.name for session in history.sessions()]
    history.close()
    return found


def schema_of(path: Path) -> int:
    version: int = json.loads(path.read_bytes())["_store"]["1"]["schema"]
    return version


def change(path: Path) -> None:
    history = History(path)
    history.open()
    session = history.session("s1")
    assert session is not None
    session.pinned = True
    history.save(session.to_document(), [])
    history.close()


def test_steps_are_taken_in_order_from_where_the_documents_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", [shout, ask])
    assert newest_schema() == 3

    def migrated(version: int) -> str:
        name: str = migrate({"sessions": {"1": {"name": "a"}}}, version)["sessions"]["1"]["name"]
        return name

    assert [migrated(version) for version in (0, 1, 2, 3, 4)] == ["A?", "A?", "a?", "a", "a"]


def test_what_is_written_says_its_shape(path: Path) -> None:
    assert schema_of(path) == newest_schema()


@pytest.mark.usefixtures("later")
def test_an_older_history_is_read_as_of_today_and_not_touched(path: Path) -> None:
    before = path.read_bytes()
    assert names(path) == ["SESSION 1?", "SESSION 2?"]
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir() if ".before-" in one.name] == []


@pytest.mark.usefixtures("later")
def test_the_first_change_writes_it_anew_and_keeps_a_copy(path: Path) -> None:
    before = path.read_bytes()
    change(path)
    assert schema_of(path) == 3
    assert names(path) == ["SESSION 1?", "SESSION 2?"]
    [copy] = path.parent.glob("history.json.before-*")
    assert copy.read_bytes() == before
    change(path)
    assert len(list(path.parent.glob("history.json.before-*"))) == 1
    assert check(path).problems == []


@pytest.mark.usefixtures("later")
def test_a_history_that_says_no_shape_has_the_first(path: Path) -> None:
    tables = json.loads(path.read_bytes())
    del tables["_store"]
    path.write_text(json.dumps(tables))
    assert names(path) == ["SESSION 1?", "SESSION 2?"]
    tables["_store"] = {"1": {"format": 1, "schema": 2}}
    path.write_text(json.dumps(tables))
    assert names(path) == ["Session 1?", "Session 2?"]


@pytest.mark.usefixtures("later")
def test_what_is_appended_or_torn_is_migrated_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(migrations, "MIGRATIONS", [])
        other = path.with_name("other.json")
        history = filled(other, sessions=2)
    other.write_bytes(other.read_bytes()[:-20])
    assert names(other) == ["SESSION 1?"]
    change(other)
    assert (names(other), schema_of(other)) == (["SESSION 1?"], 3)
    history.close()


@pytest.mark.usefixtures("later")
def test_a_file_without_a_header_line_is_migrated_too(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"lens":{', b'"lens":[', 1))
    assert names(path) == ["SESSION 1?", "SESSION 2?"]


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("copy_of", [back_up, repair])
def test_copies_are_of_today(path: Path, copy_of: Callable[[Path, Path], object]) -> None:
    copy = path.with_name("copy.json")
    copy_of(path, copy)
    assert schema_of(copy) == 3
    assert names(copy) == ["SESSION 1?", "SESSION 2?"]


@pytest.mark.usefixtures("later")
def test_what_is_saved_of_a_damaged_one_is_of_today(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Session 2", b"\0" * 9))
    repair(path, path.with_name("mended.json"))
    assert names(path.with_name("mended.json"))[0] == "SESSION 1?"


def test_a_newer_shape_is_read_and_never_written(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"schema":1', b'"schema":9', 1))
    before = path.read_bytes()
    history = History(path)
    history.open()
    session = history.session("s1")
    assert session is not None
    with pytest.raises(HistoryNotSaved, match="newer"):
        history.save(session.to_document(), [])
    history.close()
    assert [problem.fault for problem in check(path).problems] == [Fault.NEWER]
    for copy_of in (back_up, repair):
        with pytest.raises(HistoryUnreadable, match="newer"):
            copy_of(path, path.with_name("copy.json"))
    assert path.read_bytes() == before


def test_any_tinydb_keeps_the_shape(path: Path) -> None:
    with TinyDB(path) as database:
        database.table("other").insert({"a": 1})
    assert schema_of(path) == 1
    assert names(path) == ["Session 1", "Session 2"]
