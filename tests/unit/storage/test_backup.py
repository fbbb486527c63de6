"""A copy of the history: whole, private, never in the place of another file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from tinydb import TinyDB

from tests.unit.storage.samples import filled
from tui_chat.domain.errors import HistoryUnreadable, NotFound, TransferError
from tui_chat.storage.backup import back_up
from tui_chat.storage.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.json"


def test_it_holds_all_and_nothing_appended(path: Path, tmp_path: Path) -> None:
    history = filled(path, sessions=3, messages=4)
    before = path.read_bytes()
    made = back_up(path, tmp_path / "new" / "copy.json")
    assert (made.path, made.sessions, made.messages) == (tmp_path / "new" / "copy.json", 3, 12)
    assert path.read_bytes() == before
    content = made.path.read_bytes()
    assert made.size == len(content)
    assert [name for name in json.loads(content) if "#" in name] == []
    with TinyDB(made.path) as database:
        assert len(database.table("sessions")) == 3
    copy = History(made.path)
    assert copy.open() == []
    assert copy.sessions() == history.sessions()
    assert copy.messages("s1") == history.messages("s1")
    copy.close()
    history.close()


@pytest.mark.skipif(os.name != "posix", reason="the modes of files are those of POSIX")
def test_only_its_owner_can_read_it(path: Path, tmp_path: Path) -> None:
    filled(path).close()
    assert stat.S_IMODE(back_up(path, tmp_path / "copy.json").path.stat().st_mode) == 0o600


def test_in_a_folder_it_is_named_by_the_time(path: Path, tmp_path: Path) -> None:
    filled(path).close()
    made = back_up(path, tmp_path)
    assert made.path.parent == tmp_path
    assert made.path.match("history-????????-??????.json")
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == [made.path.name]


def test_another_file_is_replaced_only_on_demand(path: Path, tmp_path: Path) -> None:
    filled(path).close()
    other = tmp_path / "other"
    other.write_text("precious")
    with pytest.raises(TransferError, match="exists already"):
        back_up(path, other)
    assert other.read_text() == "precious"
    assert back_up(path, other, force=True).sessions == 1
    assert json.loads(other.read_bytes())["sessions"]


def test_the_history_itself_is_never_replaced(path: Path, tmp_path: Path) -> None:
    filled(path).close()
    before = path.read_bytes()
    link = tmp_path / "link.json"
    link.symlink_to(path)
    for wanted in (path, link):
        with pytest.raises(TransferError, match="the history itself"):
            back_up(path, wanted, force=True)
    assert path.read_bytes() == before


def test_half_a_commit_is_not_copied(path: Path, tmp_path: Path) -> None:
    history = filled(path, sessions=2)
    content = path.read_bytes()
    path.write_bytes(content[:-20])
    assert back_up(path, tmp_path / "copy.json").sessions == 1
    assert path.read_bytes() == content[:-20]
    history.close()


def test_of_what_is_no_whole_history_there_is_no_copy(path: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "copy.json"
    with pytest.raises(NotFound, match="no history yet"):
        back_up(path, wanted)
    path.parent.mkdir()
    newer = b'{"_store":{"1":{"format":99,"seq":0,"lens":{}}}\n}'
    for content in (b"{broken", newer, b'{"_store":{"1":{"format":1,"seq":0,"lens":{"sessions":99}}}\n,"ses'):
        path.write_bytes(content)
        with pytest.raises(HistoryUnreadable):
            back_up(path, wanted)
        assert path.read_bytes() == content
    assert not wanted.exists()


def test_where_nothing_can_be_written_nothing_is_left(path: Path, tmp_path: Path) -> None:
    filled(path).close()
    (tmp_path / "file").touch()
    with pytest.raises(TransferError, match="could not be written"):
        back_up(path, tmp_path / "file" / "copy.json")
    with pytest.raises(TransferError, match="could not be written"):
        back_up(path, tmp_path / "null\0byte")
