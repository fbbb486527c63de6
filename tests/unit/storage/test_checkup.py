"""What a look at the history finds, and that a mended copy is whole again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.storage.samples import filled
from tui_chat.domain.errors import HistoryUnreadable, TransferError
from tui_chat.storage.checkup import Fault, check, read
from tui_chat.storage.history import History
from tui_chat.storage.layout import MAGIC
from tui_chat.storage.repair import SET_ASIDE, repair


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "history.json"
    filled(path, sessions=3, messages=4).close()
    return path


def faults(path: Path) -> list[str]:
    return [problem.fault.value for problem in check(path).problems]


def edit(path: Path, change: Any) -> None:
    """Change the tables as somebody would by hand."""
    tables = json.loads(path.read_bytes())
    change(tables)
    path.write_text(json.dumps(tables, indent=1))


def mend(path: Path) -> History:
    """Return the mended copy, which is healthy, open."""
    before = path.read_bytes()
    made = repair(path, path.with_name("mended.json"))
    assert path.read_bytes() == before
    assert check(made.path).problems == []
    history = History(made.path)
    assert history.open() == []
    assert len(history.sessions()) == made.sessions
    return history


def test_a_whole_history_is_healthy(path: Path) -> None:
    found = check(path)
    assert found.is_healthy
    assert (found.sessions, found.messages, found.size, found.tail) == (3, 12, path.stat().st_size, 0)
    assert found.notes == []


def test_changes_at_the_end_are_no_fault(path: Path) -> None:
    history = filled(path.with_name("other.json"), sessions=2)
    found = check(path.with_name("other.json"))
    assert (found.is_healthy, found.sessions, found.messages) == (True, 2, 4)
    assert found.tail > 0
    history.close()


def test_no_history_is_healthy(tmp_path: Path) -> None:
    found = check(tmp_path / "history.json")
    assert (found.is_healthy, found.is_there) == (True, False)


def test_what_was_written_by_others_is_healthy(path: Path) -> None:
    edit(path, lambda tables: tables.pop("_store"))
    assert check(path)[:2] == (path, True)
    assert faults(path) == []


def drop_parent(tables: Any) -> None:
    del tables["messages/s1"]["2"]
    tables["sessions"]["1"]["message_count"] = 3


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda tables: tables["sessions"]["1"].update(message_count=9), Fault.COUNT),
        (lambda tables: tables.pop("messages/s1"), Fault.COUNT),
        (lambda tables: tables["sessions"].pop("2"), Fault.UNKNOWN_SESSION),
        (lambda tables: tables["messages/s1"]["1"].update(parent_id="s1m3"), Fault.CYCLE),
        (lambda tables: tables["messages/s1"]["1"].update(parent_id="s1m1"), Fault.CYCLE),
        (lambda tables: tables["messages/s1"]["1"].update(role="pope"), Fault.NO_MESSAGE),
        (lambda tables: tables["messages/s1"]["4"].update(session_id="s2"), Fault.OTHER_SESSION),
        (lambda tables: tables["messages/s1"]["4"].update(id="s1m1"), Fault.DUPLICATE),
        (lambda tables: tables["sessions"]["3"].update(id="s1"), Fault.DUPLICATE),
        (lambda tables: tables["sessions"]["1"].update(created_at="noon"), Fault.NO_SESSION),
        (drop_parent, Fault.NO_PARENT),
    ],
)
def test_what_does_not_fit_is_told_and_mended(path: Path, change: Any, fault: Fault) -> None:
    edit(path, change)
    assert fault.value in faults(path)
    mend(path).close()


def test_messages_of_an_unknown_session_get_one(path: Path) -> None:
    edit(path, lambda tables: tables["sessions"].pop("2"))
    history = mend(path)
    session = history.session("s2")
    assert session is not None
    assert (session.name, session.message_count, session.current_node) == ("Recovered session s2", 4, "s2m4")
    assert [message.id for message in history.messages("s2")] == ["s2m1", "s2m2", "s2m3", "s2m4"]
    history.close()


def test_what_is_neither_is_set_aside(path: Path) -> None:
    edit(path, lambda tables: tables["messages/s1"]["1"].update(role="pope"))
    made = repair(path, path.with_name("mended.json"))
    assert (made.messages, made.set_aside) == (11, 1)
    [kept] = json.loads(made.path.read_bytes())[SET_ASIDE].values()
    assert (kept["id"], kept["role"]) == ("s1m1", "pope")
    again = repair(made.path, path.with_name("again.json"))
    assert (again.messages, again.set_aside) == (11, 1)


@pytest.mark.parametrize("cut", [1, 2, 30, 200])
def test_half_a_change_is_told(path: Path, cut: int) -> None:
    history = filled(path.with_name("other.json"), sessions=2)
    other = path.with_name("other.json")
    other.write_bytes(other.read_bytes()[:-cut])
    assert faults(other) == [Fault.TORN.value]
    copy = mend(other)
    assert len(copy.messages("s1")) == 2
    copy.close()
    history.close()


def test_a_hole_in_a_table_costs_one_message(path: Path) -> None:
    content = path.read_bytes()
    place = content.index(b"Words 2 of s2")
    path.write_bytes(content[:place] + b"\0" * 8 + content[place + 8 :])
    assert Fault.DAMAGED.value in faults(path)
    history = mend(path)
    assert [len(history.messages(one)) for one in ("s1", "s2", "s3")] == [4, 3, 4]
    history.close()


def test_a_hole_in_the_sessions_costs_no_message(path: Path) -> None:
    content = path.read_bytes()
    place = content.index(b"Session 2")
    path.write_bytes(content[:place] + b"\0" * 8 + content[place + 8 :])
    found = check(path)
    assert not found.is_readable
    history = mend(path)
    assert {one.name for one in history.sessions()} == {"Session 1", "Session 3", "Recovered session s2"}
    assert len(history.messages("s2")) == 4
    history.close()


def test_what_stands_behind_a_damaged_change_is_saved(path: Path) -> None:
    history = filled(path.with_name("other.json"), sessions=3)
    other = path.with_name("other.json")
    content = other.read_bytes()
    place = content.index(b"Words 1 of s2")
    other.write_bytes(content[:place] + b"\0" * 8 + content[place + 8 :])
    assert Fault.TORN.value in faults(other)
    copy = mend(other)
    assert len(copy.messages("s3")) == 2
    copy.close()
    history.close()


def test_of_a_cut_file_in_another_layout_whole_documents_are_saved(path: Path) -> None:
    edit(path, lambda tables: tables.pop("_store"))
    content = path.read_text()
    path.write_text(content[: content.index("Words 3 of s3")])
    found = check(path)
    assert not found.is_readable
    assert [problem.fault for problem in found.problems] == [Fault.UNREADABLE, Fault.COUNT]
    history = mend(path)
    assert [len(history.messages(one)) for one in ("s1", "s2", "s3")] == [4, 4, 2]
    history.close()


def test_a_newer_history_is_left_alone(path: Path) -> None:
    edit(path, lambda tables: tables["_store"]["1"].update(format=99))
    assert faults(path) == [Fault.NEWER.value]
    with pytest.raises(HistoryUnreadable, match="newer"):
        repair(path, path.with_name("mended.json"))


@pytest.mark.parametrize("content", [b"{broken", b"[]", b'{"other": {"1": {"a": 1}}}', b"\0" * 100])
def test_of_nothing_there_is_no_copy(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert faults(path) == [Fault.UNREADABLE.value]
    with pytest.raises(HistoryUnreadable, match="Nothing in"):
        repair(path, path.with_name("mended.json"))
    assert path.read_bytes() == content
    assert not path.with_name("mended.json").exists()


def test_a_folder_and_a_link_to_nothing_are_told(path: Path, tmp_path: Path) -> None:
    assert faults(path.parent)[0] == Fault.UNREADABLE.value
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "nowhere")
    assert faults(link) == [Fault.UNREADABLE.value]


def test_nothing_is_overwritten(path: Path) -> None:
    with pytest.raises(TransferError, match="itself"):
        repair(path, path)
    path.with_name("mended.json").write_text("precious")
    with pytest.raises(TransferError, match="exists"):
        repair(path, path.with_name("mended.json"))


@pytest.mark.parametrize(
    "name",
    [
        "history (conflicted copy 2026-01-01).json",
        "history (Ann's conflicted copy 2026-01-01).json",
        "history.sync-conflict-20260101-120000-ABCDEFG.json",
        "history_conflict-20260101-120000.json",
        "history (1).json",
        "history 2.json",
    ],
)
def test_another_version_from_a_synced_folder_is_told(path: Path, name: str) -> None:
    path.with_name(name).touch()
    path.with_name("history-20260101-120000.json").touch()
    [problem] = check(path).problems
    assert problem.fault is Fault.CONFLICT
    assert name in problem.text


@pytest.mark.skipif(os.name != "posix", reason="the modes of files are those of POSIX")
def test_rights_of_others_are_told(path: Path) -> None:
    path.chmod(0o644)
    assert faults(path) == [Fault.PERMISSIONS.value]


def test_what_lies_beside_it_is_noted(path: Path) -> None:
    path.with_name(".history.json-abc.new").touch()
    path.with_name("history.json.before-20260101-120000").touch()
    path.with_name("history.json.torn-20260101-120000").touch()
    found = check(path)
    assert found.is_healthy
    assert len(found.notes) == 3


def test_wherever_it_is_cut_or_zeroed_what_is_saved_fits_together(path: Path) -> None:
    history = filled(path.with_name("other.json"), sessions=2)
    content = path.with_name("other.json").read_bytes()
    history.close()
    for at in range(len(MAGIC), len(content), 23):
        path.write_bytes(content[:at])
        mended_at(path, saved=check(path).messages)
        path.write_bytes(content[:at] + b"\0" * 16 + content[at + 16 :])
        # A hole that is shorter than any document is in two of them at most.
        mended_at(path, saved=max(2, check(path).messages))


def mended_at(path: Path, *, saved: int) -> None:
    """Mend the history, if anything of it is left; so many messages must be in the copy, and all must fit."""
    mended = path.with_name("mended.json")
    try:
        assert repair(path, mended).messages == saved
    except HistoryUnreadable:
        assert saved == 0
    else:
        assert check(mended).problems == []
        mended.unlink()


def test_it_reads_what_the_history_reads(path: Path) -> None:
    history = History(path)
    history.open()
    tables = read(path).tables
    assert set(tables) == {"sessions", "messages/s1", "messages/s2", "messages/s3"}
    assert [one["id"] for one in tables["messages/s1"].values()] == [one.id for one in history.messages("s1")]
    history.close()
