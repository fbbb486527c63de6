"""Disks that are full, broken or closed to us: a sentence tells, what was acknowledged stays, and it goes on after."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.disks import mounted
from tests.unit.storage.samples import message_of, opened, texts
from tui_chat.domain.errors import HistoryNotSaved, HistoryUnreadable
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.history import History, messages_table

NOBODY = 65534


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes: what is written up to there is written, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_full_after_any_byte_of_a_commit(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    session = ChatSession(id="s")
    history = opened(path)
    history.save(session.to_document(), [message_of(session, "kept")])
    whole = path.read_bytes()
    prompt = message_of(session, "x" * 99)
    tried = 0
    for size in range(len(whole), len(whole) + 2000, 7):
        try:
            with largest_file(size):
                history.save(session.to_document(), [prompt])
            break
        except HistoryNotSaved as error:
            assert error.sentence.startswith(f"{path} could not be written: File too large.")
        assert path.read_bytes() == whole
        assert texts(history) == {"s": ["kept"]}
        tried += 1
    assert tried > 50
    assert texts(history) == {"s": ["kept", "x" * 99]}
    history.close()
    again = opened(path)
    assert texts(again) == {"s": ["kept", "x" * 99]}
    again.close()


@pytest.mark.parametrize("work", ["tidy", "purge", "adopt"])
def test_a_disk_full_while_the_file_is_written_anew(tmp_path: Path, work: str) -> None:
    path = tmp_path / "history.json"
    one, two = ChatSession(id="1"), ChatSession(id="2")
    history = opened(path)
    for session in (one, two):
        history.save(session.to_document(), [message_of(session, "x" * 2000)])
    if work == "adopt":
        path.write_text(path.read_text().replace("\n", ""))  # as another program would write it
    before, whole = texts(history), path.read_bytes()
    deed: dict[str, Callable[[], None]] = {
        "tidy": lambda: history._storage.compact(force=True),
        "purge": lambda: history.purge(["2"]),
        "adopt": lambda: history.save(one.to_document(), []),
    }
    for size in (0, 50, 1000, 1900):
        with largest_file(size), pytest.raises(HistoryNotSaved, match="could not be written"):
            deed[work]()
        assert path.read_bytes() == whole
        assert texts(history) == before
        assert {one.name for one in tmp_path.iterdir()} == {"history.json", "history.json.lock"}
    deed[work]()
    assert texts(history) == ({"1": before["1"]} if work == "purge" else before)
    history.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is a disk of 64 KB."""
    with mounted(tmp_path, 64) as disk:
        yield disk


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    path = small_disk / "history.json"
    session = ChatSession(id="s")
    history = opened(path)
    saved: list[str] = []
    while len(saved) < 100:
        text = f"{len(saved)}" * 900
        try:
            history.save(session.to_document(), [message_of(session, text)])
        except HistoryNotSaved as error:
            assert "No space left on device" in error.sentence
            break
        saved.append(text)
    assert 5 < len(saved) < 70
    assert texts(history) == {"s": saved}
    history.close()
    again = opened(path)
    assert texts(again) == {"s": saved}
    subprocess.run(["mount", "-o", "remount,size=256k", small_disk], check=True)
    again.save(session.to_document(), [message_of(session, "there is room again")])
    assert texts(again) == {"s": [*saved, "there is room again"]}
    again.close()


@pytest.mark.parametrize("at", [1, 2])
def test_a_disk_that_fails_to_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    path = tmp_path / "history.json"
    session = ChatSession(id="s")
    history = opened(path)
    history.save(session.to_document(), [message_of(session, "kept")])
    whole, calls, fsync = path.read_bytes(), iter(range(1, 9)), os.fsync

    def failing(descriptor: int) -> None:
        if next(calls) == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    if at == 2:
        history.save(session.to_document(), [message_of(session, "kept, too")])
        whole = path.read_bytes()
    with pytest.raises(HistoryNotSaved, match="Input/output error"):
        history.save(session.to_document(), [message_of(session, "lost")])
    assert path.read_bytes() == whole
    assert texts(history) == {"s": ["kept", "kept, too"][:at]}
    history.save(session.to_document(), [message_of(session, "after")])
    assert texts(history) == {"s": [*["kept", "kept, too"][:at], "after"]}
    history.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder of a user without privileges, who is us for the while."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        user = os.geteuid()
        if user == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(user)
            folder.chmod(0o700)


def filled(path: Path) -> dict[str, list[str]]:
    """Write a history with a reply that a process left running when it died."""
    session = ChatSession(id="s", status=SessionStatus.STREAMING)
    history = opened(path)
    reply = message_of(session, "half", status=MessageStatus.STREAMING)
    history.save(session.to_document(), [message_of(session, "kept"), reply])
    history.close()
    return {"s": ["kept", "half"]}


def refuses_changes(history: History) -> None:
    with pytest.raises(HistoryNotSaved, match="could not be written: Permission denied"):
        history.save(ChatSession(id="t").to_document(), [])
    with pytest.raises(HistoryNotSaved, match="could not be written: Permission denied"):
        history.purge(["s"])


def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    path = folder / "history.json"
    wanted = filled(path)
    before = path.read_bytes()
    (folder / "history.json.lock").unlink()
    folder.chmod(0o500)
    history = opened(path)
    assert texts(history) == wanted
    refuses_changes(history)
    assert texts(history) == wanted
    history.close()
    assert path.read_bytes() == before
    folder.chmod(0o700)
    again = opened(path)
    assert again.messages("s")[1].status is MessageStatus.INTERRUPTED
    again.close()


@pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "foreign"])
def test_a_file_that_may_not_be_written(folder: Path, is_ours: bool) -> None:
    path = folder / "history.json"
    wanted = filled(path)
    if not is_ours:
        path.write_text(path.read_text().replace("\n", ""))
    before = path.read_bytes()
    path.chmod(0o400)
    history = opened(path)
    assert texts(history) == wanted
    refuses_changes(history)
    assert texts(history) == wanted
    history.close()
    assert path.read_bytes() == before
    assert not list(folder.glob(".history.json-*")) + list(folder.glob("history.json.before-*"))


def test_a_sign_of_life_that_cannot_be_put_up(folder: Path) -> None:
    path = folder / "history.json"
    filled(path)
    (folder / "running").mkdir(exist_ok=True)
    (folder / "running").chmod(0o500)
    history = opened(path)
    running = message_of(ChatSession(id="s"), "new", status=MessageStatus.STREAMING)
    with pytest.raises(HistoryNotSaved, match="could not be written: Permission denied"):
        history.save(None, [running])
    history.close()


def test_a_file_that_may_not_be_read(folder: Path) -> None:
    path = folder / "history.json"
    filled(path)
    path.chmod(0)
    history = History(path)
    with pytest.raises(HistoryUnreadable, match="cannot be read: Permission denied"):
        history.open()
    with pytest.raises(HistoryUnreadable, match="cannot be read: Permission denied"):
        history.save(ChatSession(id="t").to_document(), [])
    history.close()
    folder.chmod(0)
    with pytest.raises(HistoryUnreadable, match="cannot be read: Permission denied"):
        History(path).open()


def test_a_file_of_somebody_else(folder: Path) -> None:
    path = folder / "history.json"
    wanted = filled(path)
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    for one in folder.iterdir():
        if one.is_file():
            os.seteuid(0)
            os.chown(one, 0, 0)
            one.chmod(0o644)
            os.seteuid(NOBODY)
    history = opened(path)
    assert texts(history) == wanted
    with pytest.raises(HistoryNotSaved, match="could not be written: Permission denied"):
        history.save(ChatSession(id="t").to_document(), [])
    history.close()


def test_a_table_that_cannot_be_read_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    filled(path)
    history = opened(path)
    other = ChatSession(id="t")
    history.save(other.to_document(), [message_of(other, "readable")])
    history.close()
    path.write_bytes(path.read_bytes().replace(b'"half"', b'"hal\0"').replace(b"interrupted", b"streaming  ", 1))
    again = opened(path)
    assert [one.text for one in again.messages("t")] == ["readable"]
    with pytest.raises(HistoryUnreadable, match=messages_table("s")):
        again.messages("s")
    again.close()
