"""A commit that never reached the disk whole: every earlier one is there, and writing goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from tui_chat.storage.line_storage import LineStorage

Tables = dict[str, dict[str, Any]]

WANTED: Tables = {"sessions": {"1": {"n": 2}}, "messages/a": {"1": {"text": "ä\n"}, "2": {"text": "b"}}}
LAST: Tables = {"sessions": {"1": {"n": 3}}, "messages/a": {"3": {"text": "the last one"}}}


def tables(storage: LineStorage) -> dict[str, dict[str, Any]]:
    storage.refresh()
    return {name: storage.documents(name) for name in storage.tables()}


def written(path: Path) -> tuple[bytes, int]:
    """Return a file of three commits, and where the last of them begins."""
    storage = LineStorage(path)
    with storage.commit():
        storage.put("messages/a", {"1": {"text": "ä\n"}})
        storage.put("sessions", {"1": {"n": 1}})
    with storage.commit():
        storage.put("messages/a", {"2": {"text": "b"}})
        storage.put("sessions", {"1": {"n": 2}})
    start = path.stat().st_size - 1
    with storage.commit():
        storage.put("messages/a", {"3": {"text": "the last one"}})
        storage.put("sessions", {"1": {"n": 3}})
    content = path.read_bytes()
    storage._reader.close()
    return content, start


@pytest.mark.parametrize("filled", [False, True], ids=["cut", "zeroed"])
def test_the_last_commit_cut_or_zeroed_at_every_byte(tmp_path: Path, filled: bool) -> None:
    content, start = written(tmp_path / "whole.json")
    path = tmp_path / "history.json"
    whole = {name: {**WANTED[name], **LAST[name]} for name in WANTED}
    for at in range(start, len(content)):
        path.write_bytes(content[:at] + (bytes(len(content) - at) if filled else b""))
        storage = LineStorage(path)
        found = tables(storage)
        # All of the last commit or nothing of it; at its very end only the closing brace is missing.
        assert found == (whole if at >= len(content) - 1 else WANTED), at
        with storage.commit():
            storage.put("messages/a", {"9": {"text": "next"}})
        assert tables(storage)["messages/a"]["9"] == {"text": "next"}
        assert tables(storage)["messages/a"].items() >= WANTED["messages/a"].items()
        storage.close()
        with TinyDB(path) as database:
            assert len(database.table("messages/a")) == len(found["messages/a"]) + 1
        for copy in tmp_path.glob("history.json.torn-*"):
            copy.unlink()


def test_a_file_cut_anywhere_gives_back_its_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    storage = LineStorage(path)
    for number in range(4):
        with storage.commit():
            storage.put(f"messages/{number}", {"1": {"text": f"text {number}"}})
    storage.compact(force=True)
    storage._reader.close()
    content = path.read_bytes()
    for at in range(len(b'{"_store":{"1":{"format":'), len(content)):
        path.write_bytes(content[:at])
        cut = LineStorage(path)
        found = tables(cut)
        wanted = {
            f"messages/{n}": {"1": {"text": f"text {n}"}} for n in range(4) if content.find(b'%d"}}\n' % n) + 5 <= at
        }
        assert found.items() >= wanted.items() if b"\n" in content[:at] else found == {}, at
        with cut.commit():
            cut.put("sessions", {"1": {"n": 1}})
        assert tables(cut) == {**found, "sessions": {"1": {"n": 1}}}
        if at < len(content) - 1:
            assert [one.read_bytes() for one in tmp_path.glob("history.json.before-*")] == [content[:at]]
            assert cut.notes
        cut._reader.close()
        for copy in tmp_path.glob("history.json.*-*"):
            copy.unlink()
