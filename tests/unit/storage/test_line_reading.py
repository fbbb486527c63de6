"""Files that somebody else wrote, changed or cut: read as far as they can be, refused with a sentence, never lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.domain.errors import HistoryNotSaved, HistoryUnreadable
from tui_chat.storage import layout
from tui_chat.storage.layout import Key, documents_of, line
from tui_chat.storage.line_storage import LineStorage

Documents = dict[str, dict[str, Any]]

WANTED: dict[str, Documents] = {
    "sessions": {"1": {"id": "a", "name": "b"}},
    "messages/a": {"1": {"id": "x", "text": "one"}, "2": {"id": "y", "text": "two"}},
    "messages/b": {"1": {"id": "z", "text": "other"}},
}


def put(storage: LineStorage, table: str, changes: dict[str, Any]) -> None:
    with storage.commit():
        storage.put(table, changes)


def ours(storage: LineStorage) -> dict[str, Documents]:
    storage.refresh()
    return {name: table for name in storage.tables() if (table := storage.documents(name))}


def leave(storage: LineStorage) -> None:
    """Let go of the file as a killed process does: nothing is folded."""
    storage._reader.close()


def copies(path: Path) -> list[bytes]:
    return [
        one.read_bytes() for one in path.parent.iterdir() if one.name.startswith(f"{path.name}.") and "-" in one.name
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a history with a tail of commits, as a killed process leaves it."""
    path = tmp_path / "history.json"
    storage = LineStorage(path)
    put(storage, "messages/b", WANTED["messages/b"])
    put(storage, "messages/a", {"1": WANTED["messages/a"]["1"], "3": {"id": "gone"}})
    put(storage, "sessions", {"1": {"id": "a", "name": "a"}})
    storage.compact(force=True)
    with storage.commit():
        storage.put("messages/a", {"2": WANTED["messages/a"]["2"], "3": None})
        storage.put("sessions", WANTED["sessions"])
    leave(storage)
    return path


def minified(content: bytes) -> bytes:
    return json.dumps(json.loads(content), separators=(",", ":")).encode()


def pretty(content: bytes) -> bytes:
    return json.dumps(json.loads(content), indent=2).encode()


def with_a_longer_line(content: bytes) -> bytes:
    return content.replace(b'"text":"other"', b'"text": "other" ')


@pytest.mark.parametrize("change", [minified, pretty, with_a_longer_line])
def test_valid_json_is_read_however_it_is_laid_out(path: Path, change: Callable[[bytes], bytes]) -> None:
    changed = change(path.read_bytes())
    path.write_bytes(changed)
    storage = LineStorage(path)
    assert ours(storage) == WANTED
    assert storage.notes == []
    storage.close()
    assert path.read_bytes() == changed
    put(storage, "sessions", {"2": {"id": "new"}})
    assert copies(path) == [changed]
    assert ours(storage) == {**WANTED, "sessions": {**WANTED["sessions"], "2": {"id": "new"}}}
    storage.close()


@pytest.mark.parametrize("change", [minified, pretty, with_a_longer_line])
def test_a_change_by_hand_is_seen_while_the_program_runs(path: Path, change: Callable[[bytes], bytes]) -> None:
    storage = LineStorage(path)
    assert ours(storage) == WANTED
    path.write_bytes(change(path.read_bytes()).replace(b"other", b"changed"))  # the same file, not a new one
    assert ours(storage)["messages/b"]["1"]["text"] == "changed"
    path.unlink()
    assert ours(storage) == {}
    storage.close()


def test_a_line_broken_by_hand_costs_only_itself_and_a_copy_is_kept(path: Path) -> None:
    changed = path.read_bytes().replace(b'"text":"other"', b'"text":"other')
    path.write_bytes(changed)
    storage = LineStorage(path)
    assert ours(storage) == {name: table for name, table in WANTED.items() if name != "messages/b"}
    assert storage.notes == ["history.json was cut short or changed by hand; what is whole is here."]
    storage.close()
    assert path.read_bytes() == changed
    put(storage, "sessions", {"2": {"id": "new"}})
    assert copies(path) == [changed]
    assert ours(storage)["messages/a"] == WANTED["messages/a"]
    storage.close()


@pytest.mark.parametrize("at", range(25, 200, 7))
def test_reading_and_closing_change_nothing_in_a_file_cut_short(path: Path, at: int) -> None:
    cut = path.read_bytes()[:at]
    path.write_bytes(cut)
    storage = LineStorage(path)
    storage.refresh()
    storage.clean_up()
    storage.close()
    assert path.read_bytes() == cut
    assert copies(path) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"sessions":{"1":5}}', "is not a history of tui-chat: sessions holds something else than documents"),
        (b'{"sessions":{"one":{}}}', "is not a history of tui-chat: sessions is no table"),
        (b'{"sessions":[]}', "is not a history of tui-chat: sessions is no table"),
        (b'"sessions"', "is not a history of tui-chat"),
        (b'{"_default":{"1":{"a":1}}}', "is a database of another program"),
        (b'{"name":"package","version":"1.0"}', "is not a history of tui-chat"),
        (b'{"sessions":{"1":{"id":"a"}}', "is damaged"),
        (b'{"sessions":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "is damaged: it is nested too deeply"),
        (b"SQLite format 3\0", "is damaged"),
    ],
)
def test_what_is_no_history_is_refused_and_not_touched(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(content)
    storage = LineStorage(path)
    for _ in range(2):
        with pytest.raises(HistoryUnreadable, match=why):
            storage.refresh()
        with pytest.raises(HistoryUnreadable, match=why):
            put(storage, "sessions", {"1": {}})
        storage.clean_up()
    storage.close()
    assert path.read_bytes() == content
    assert copies(path) == []


@pytest.mark.parametrize("content", [b"", b" \n", b"{}", b'{"_default":{}}', b'{"_store":{}}'])
def test_a_file_or_a_database_without_documents_is_an_empty_history(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(content)
    storage = LineStorage(path)
    assert ours(storage) == {}
    assert [note.partition(" ")[2][:9] for note in storage.notes] == ["was empty"] * (not content)
    put(storage, "sessions", {"1": {}})
    assert ours(storage) == {"sessions": {"1": {}}}
    storage.close()


def test_one_damaged_table_leaves_the_others_readable(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"text":"other"', b'"text":"othe\0"'))
    storage = LineStorage(path)
    storage.refresh()
    assert storage.documents("messages/a") == WANTED["messages/a"]
    with pytest.raises(HistoryUnreadable, match="is damaged"):
        storage.documents("messages/b")
    put(storage, "sessions", {"2": {"id": "new"}})
    storage.compact(force=True)
    assert b'"text":"othe\0"' in path.read_bytes()
    storage.close()


def test_a_layout_of_tomorrow_is_never_written(path: Path) -> None:
    content = b'{"_store":{"1":{"format":2,"blocks":[3]}}\n,"sessions":{"1":{"id":"a"}}\n,"blocks":[1,2,3]\n}'
    path.write_bytes(content)
    storage = LineStorage(path)
    assert ours(storage) == {"sessions": {"1": {"id": "a"}}}
    with pytest.raises(HistoryNotSaved, match="newer tui-chat"):
        put(storage, "sessions", {"1": None})
    with pytest.raises(HistoryNotSaved, match="newer tui-chat"):
        storage.compact(force=True)
    storage.clean_up()
    storage.close()
    assert path.read_bytes() == content
    assert copies(path) == []


def test_half_a_commit_is_cut_off_at_the_start_and_kept_beside(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    storage = LineStorage(path)
    before = ours(storage)
    assert before["sessions"] == {"1": {"id": "a", "name": "a"}}
    storage.clean_up()
    [copy] = copies(path)
    assert whole[:-20] == path.read_bytes()[:-1] + copy
    assert json.loads(path.read_bytes())
    [note] = storage.notes
    assert note.startswith("The last change to history.json was not whole. It is kept as history.json.torn-")
    assert ours(storage) == before
    storage.close()


def test_what_another_process_is_writing_is_left_alone_and_seen_when_it_is_whole(path: Path) -> None:
    whole = path.read_bytes()
    start = whole.index(b',"messages/a#')
    path.write_bytes(whole[:start] + b"}")
    storage = LineStorage(path)
    before = ours(storage)
    opened = storage._reader.file
    for at in range(start + 2, len(whole)):
        path.write_bytes(whole[:start] + b"}" + whole[start + 1 : at])
        assert ours(storage) == before
    path.write_bytes(whole)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert storage.refresh() == {
        "messages/a": {"2": WANTED["messages/a"]["2"], "3": {"_deleted": True}},
        "sessions": WANTED["sessions"],
    }
    assert ours(storage) == WANTED
    assert storage._reader.file is opened
    storage.close()


@pytest.mark.parametrize("name", ['a":{', "m/x#7", "m/x#7+", "a\nb", "", "ä\ud800", ",", '"', "\\"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / "history.json"
    storage = LineStorage(path)
    for number in range(1, 4):
        put(storage, name, {str(number): {"n": number}})
        other = LineStorage(path)
        assert ours(other) == {name: {str(one): {"n": one} for one in range(1, number + 1)}}
        leave(other)
    storage.close()


class TestInParts:
    """A long table is read part by part."""

    texts = st.sampled_from(['},"2":{', ',"3":{"id":', "}", '"', "ä", "\ud800", "\\"])
    inner = st.recursive(texts, lambda one: st.dictionaries(st.sampled_from("12"), one) | st.lists(one), max_leaves=6)
    tables = st.dictionaries(st.integers(1, 99).map(str), st.dictionaries(texts, inner, max_size=3), max_size=9)

    @given(tables)
    def test_it_is_the_same_as_in_one_piece(self, table: Documents) -> None:
        before, layout._PART = layout._PART, 1
        try:
            assert documents_of(Key("a"), line(Key("a"), table)) == table
        finally:
            layout._PART = before

    def test_damage_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(layout, "_PART", 1)
        whole = line(Key("a"), {str(number): {"id": "x"} for number in range(5)})
        for at in range(len(b',"a":{'), len(whole) - 2):
            with pytest.raises(ValueError, match=r".+"):
                documents_of(Key("a"), whole[:at] + b"\0" + whole[at + 1 :])
