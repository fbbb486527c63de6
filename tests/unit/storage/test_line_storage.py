"""The history file: what is written, what any TinyDB reads of it, and what it costs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where

from tui_chat.domain.errors import HistoryNotSaved, HistoryUnreadable
from tui_chat.storage.line_storage import HUGE_TAIL, LONG_TAIL, LineStorage
from tui_chat.storage.table import LineTable

Documents = dict[str, dict[str, Any]]


def put(storage: LineStorage, table: str, changes: dict[str, Any]) -> None:
    with storage.commit():
        storage.put(table, changes)


def stock(path: Path) -> dict[str, Documents]:
    """Return what TinyDB as it comes reads, with the commits folded in their order."""
    with TinyDB(path) as database:
        tables = database.storage.read() or {}
    folded: dict[str, Documents] = {}
    for name in sorted(tables, key=lambda one: int(one.rpartition("#")[2].rstrip("+")) if "#" in one else 0):
        table = folded.setdefault(name.rpartition("#")[0] or name, {})
        for number, document in tables[name].items():
            if document == {"_deleted": True}:
                table.pop(number, None)
            else:
                table[number] = document
    return {name: table for name, table in folded.items() if table and name != "_store"}


def ours(storage: LineStorage) -> dict[str, Documents]:
    storage.refresh()
    return {name: table for name in storage.tables() if (table := storage.documents(name))}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.json"


documents = st.none() | st.dictionaries(st.text(max_size=3), st.text(max_size=5) | st.integers(-5, 5), max_size=3)
changes = st.dictionaries(st.sampled_from(["sessions", "messages/a", "messages/b"]),
                          st.dictionaries(st.integers(1, 5).map(str), documents, min_size=1), min_size=1)  # fmt: skip
steps = st.lists(changes | st.sampled_from(["reopen", "compact", "other", "rewritten"]), max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_it_is_what_a_dict_would_be(tmp_path: Path, work: list[Any]) -> None:
    path = tmp_path / "h" / "history.json"
    path.unlink(missing_ok=True)
    model: dict[str, Documents] = {}
    one, two = LineStorage(path), LineStorage(path)
    writer = one
    for step in work:
        if step == "reopen":
            writer.close()
        elif step == "compact":
            writer.compact(force=True)
        elif step == "rewritten":
            if path.exists():
                rewritten(path, json.dumps)
        elif step == "other":
            writer = two if writer is one else one
        else:
            with writer.commit():
                for table, changed in step.items():
                    writer.put(table, changed)
                    for number, document in changed.items():
                        model.setdefault(table, {}).pop(number, None)
                        if document is not None:
                            model[table][number] = document
        wanted = {name: table for name, table in model.items() if table}
        assert ours(one) == ours(two) == wanted
        if path.exists():
            assert stock(path) == wanted
    one.close()
    two.close()
    if path.exists():
        assert stock(path) == {name: table for name, table in model.items() if table}


def test_half_a_surrogate_pair_comes_back(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a \ud83d b"}})
    put(storage, "sessions", {"2": {"name": "ü \ud83d"}})
    storage.close()
    again = LineStorage(path)
    assert ours(again)["sessions"] == {"1": {"name": "a \ud83d b"}, "2": {"name": "ü \ud83d"}}
    again.close()


def test_only_what_changed_is_written_and_synced_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {str(number): {"name": "x" * 100} for number in range(1000)})
    before, size = path.read_bytes(), path.stat().st_size
    synced: list[int] = []
    fsync = os.fsync

    def counted(descriptor: int) -> None:
        synced.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    with storage.commit():
        storage.put("messages/a", {"1": {"text": "hi"}})
        storage.put("sessions", {"7": {"name": "new"}})
    assert len(synced) == 1
    assert path.stat().st_size - size < 120
    assert path.read_bytes().startswith(before[:-1])
    storage.close()


def test_closing_leaves_a_small_file_as_any_tinydb_writes_it(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a"}})
    put(storage, "sessions", {"1": {"name": "b"}})
    storage.close()
    with TinyDB(path) as database:
        assert database.table("sessions").all() == [{"name": "b"}]
        assert database.tables() == {"_store", "sessions"}


def test_a_long_tail_is_folded_and_unchanged_tables_are_copied_as_they_are(path: Path) -> None:
    storage = LineStorage(path)
    odd = b',"messages/odd":{"1":{"text": "spaces   stay"}}\n'
    put(storage, "messages/a", {"1": {"text": "x"}})
    storage.compact(force=True)
    content = path.read_bytes()
    header, _, rest = content.partition(b"\n")
    lens = json.loads(header + b"}")["_store"]["1"]
    lens["lens"]["messages/odd"] = len(odd)
    path.write_bytes(
        b'{"_store":' + json.dumps({"1": lens}, separators=(",", ":")).encode() + b"\n" + rest[:-1] + odd + b"}"
    )
    storage.refresh()
    for number in range(3):
        put(storage, "messages/a", {"1": {"text": f"{number}" * (LONG_TAIL // 2)}})
    storage.compact()
    assert odd in path.read_bytes()
    assert b"#" not in path.read_bytes()
    assert path.stat().st_size < LONG_TAIL
    storage.close()


def test_what_never_pauses_is_folded_when_it_is_very_much(path: Path) -> None:
    storage = LineStorage(path)
    sizes = []
    for number in range(10):
        put(storage, "messages/a", {"1": {"text": f"{number}" * (HUGE_TAIL // 4)}})
        storage.compact(is_busy=True)
        sizes.append(path.stat().st_size)
    assert max(sizes) < HUGE_TAIL * 2
    assert LONG_TAIL < sizes[1] < sizes[2], "folded too often"
    storage.close()


def test_what_was_removed_is_gone_after_a_forced_compaction(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "messages/a", {"1": {"text": "a secret word"}, "2": {"text": "kept"}})
    put(storage, "messages/a", {"1": None})
    assert b"secret" in path.read_bytes()
    storage.compact(force=True)
    assert b"secret" not in path.read_bytes()
    assert storage.documents("messages/a") == {"2": {"text": "kept"}}
    storage.close()


def test_an_error_inside_a_commit_leaves_everything_as_it_was(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a"}})
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError), storage.commit():
        storage.put("sessions", {"1": {"name": "b"}})
        raise ZeroDivisionError
    assert path.read_bytes() == before
    assert storage.documents("sessions") == {"1": {"name": "a"}}
    storage.close()


def test_all_of_tinydbs_methods_work_on_a_table(path: Path) -> None:
    storage = LineStorage(path)
    table = LineTable(storage, "sessions")
    assert table.insert({"name": "a"}) == 1
    assert table.insert_multiple([{"name": "b"}, {"name": "c"}]) == [2, 3]
    table.update({"name": "B", "x": 1}, where("name") == "b")
    table.remove(where("name") == "a")
    assert [dict(one) for one in table.all()] == [{"name": "B", "x": 1}, {"name": "c"}]
    second = LineStorage(path)
    other = LineTable(second, "sessions")
    assert other.insert({"name": "d"}) == 4
    assert table.insert({"name": "e"}) == 5
    assert table.count(where("name").exists()) == 4
    table.truncate()
    assert other.all() == []
    storage.close()
    second.close()


def rewritten(path: Path, how: Callable[[Any], str]) -> None:
    path.write_text(how(json.loads(path.read_text())))


@pytest.mark.parametrize("how", [lambda one: json.dumps(one), lambda one: json.dumps(one, indent=4)])
def test_a_file_that_somebody_rewrote_is_taken_over_and_a_copy_kept(path: Path, how: Callable[[Any], str]) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a"}, "2": {"name": "x"}})
    put(storage, "sessions", {"1": {"name": "b"}, "2": None})
    rewritten(path, how)
    content = path.read_bytes()
    assert ours(storage) == {"sessions": {"1": {"name": "b"}}}
    assert path.read_bytes() == content
    put(storage, "sessions", {"3": {"name": "c"}})
    assert ours(storage) == {"sessions": {"1": {"name": "b"}, "3": {"name": "c"}}}
    [copy] = path.parent.glob("history.json.before-*")
    assert copy.read_bytes() == content
    storage.close()


def test_a_file_that_stock_tinydb_wrote_meanwhile_is_taken_over(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a"}})
    with TinyDB(path) as database:
        database.table("sessions").insert({"name": "b"})
    assert ours(storage) == {"sessions": {"1": {"name": "a"}, "2": {"name": "b"}}}
    put(storage, "sessions", {"1": None})
    assert ours(storage) == {"sessions": {"2": {"name": "b"}}}
    storage.close()


def test_a_newer_layout_is_read_and_never_written(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a"}})
    storage.close()
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":9', 1))
    before = path.read_bytes()
    newer = LineStorage(path)
    assert ours(newer) == {"sessions": {"1": {"name": "a"}}}
    with pytest.raises(HistoryNotSaved, match="newer tui-chat"):
        put(newer, "sessions", {"1": None})
    newer.close()
    assert path.read_bytes() == before


def test_a_folder_in_its_place_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(HistoryUnreadable, match="cannot be read: Is a directory"):
        LineStorage(path).refresh()


def test_links_stay_links(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    path.symlink_to(target)
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {"name": "a"}})
    put(storage, "sessions", {"2": {"name": "b"}})
    storage.close()
    assert path.is_symlink()
    assert json.loads(target.read_text())["sessions"]["2"] == {"name": "b"}
    nowhere = tmp_path / "nowhere.json"
    nowhere.symlink_to(tmp_path / "no" / "folder.json")
    with pytest.raises(HistoryUnreadable, match="is a link into a folder that is not there"):
        LineStorage(nowhere).refresh()
    with pytest.raises(HistoryUnreadable, match="is a link into a folder that is not there"):
        put(LineStorage(nowhere), "sessions", {"1": {}})
    assert not (tmp_path / "no").exists()


def test_what_a_killed_writer_left_is_cleared_away(path: Path) -> None:
    storage = LineStorage(path)
    put(storage, "sessions", {"1": {}})
    left = path.parent / ".history.json-abc.new"
    left.write_text("half")
    others = [path.parent / ".other.json-abc.new", path.parent / ".history.json-mine"]
    for other in others:
        other.write_text("not ours")
    writing = LineStorage(path)
    with writing.commit():
        storage.clean_up()
        assert left.exists()
    storage.clean_up()
    assert not left.exists()
    assert all(other.exists() for other in others)
    writing.close()
    storage.close()
