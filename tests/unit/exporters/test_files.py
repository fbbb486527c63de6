from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from tests.unit.exporters.samples import sessions
from tui_chat.domain.errors import TransferError
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.files import file_stem, unused_path, write

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Retry with jitter, in httpx!", "retry-with-jitter-in-httpx"),
        ("Crème brûlée für die Straße", "creme-brulee-fur-die-strasse"),
        ("../../etc/passwd\x00", "etc-passwd"),
        ("C:\\con.txt", "c-con-txt"),
        ("日本語の名前", "日本語の名前"),
        ("हिन्दी में", "हिन्दी-में"),
        ("e\u0301\u0302\u0303 zalgo", "e-zalgo"),
        ("\u202egnp.exe", "gnp-exe"),
        ("🙂 ∑", "abc"),
        ("", "abc"),
    ],
)
def test_a_stem_is_the_day_and_a_slug(name: str, slug: str) -> None:
    assert file_stem(ChatSession(id="abc", name=name, created_at=_NOON)) == f"2026-11-20-{slug}"


def test_a_session_without_usable_name_or_id_gets_a_stem_all_the_same() -> None:
    assert file_stem(ChatSession(id="../", name="…", created_at=_NOON)) == "2026-11-20-session"


@given(sessions)
def test_a_stem_is_always_one_short_name(session: ChatSession) -> None:
    stem = file_stem(session)

    assert 0 < len(stem) <= 60
    assert len(os.fsencode(stem)) < 250
    assert not set(stem) & set('/\\:*?"<>|. \0\n')
    assert stem == stem.strip("-")


def test_a_text_is_written_for_its_owner_alone_and_folders_are_made(tmp_path: Path) -> None:
    path = write(tmp_path / "new" / "deep" / "a.md", "ä\r\n\ud800")

    assert path.read_bytes() == "ä\r\n?".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["a.md"]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_nothing_is_ever_overwritten(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.md"
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")

    with pytest.raises(TransferError, match="exists already"):
        write(path, "theirs")

    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]
    assert kind != "file" or path.read_text() == "mine"


@pytest.mark.parametrize("name", ["file/a.md", "a\0.md", "x" * 300])
def test_a_path_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(TransferError, match="could not be written"):
        write(tmp_path / name, "text")

    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_home_and_relative_paths_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert write(Path("~/a.md"), "") == tmp_path / "a.md"
    assert write(Path("b.md"), "") == tmp_path / "b.md"


def test_a_number_is_added_until_the_name_is_free(tmp_path: Path) -> None:
    for name in ("a.md", "a-2.md", "a-3.md"):
        assert unused_path(tmp_path, "a", "md") == tmp_path / name
        write(tmp_path / name, "")
