from __future__ import annotations

import errno
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tui_chat.domain.errors import TransferError
from tui_chat.exporters.bundle import Bundle
from tui_chat.exporters.files import not_written, write
from tui_chat.exporters.registry import EXPORTERS


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_nothing_is_seen_before_all_is_there(tmp_path: Path, name: str) -> None:
    with Bundle(tmp_path / name) as bundle:
        bundle.add("a", "md", "ä")
        bundle.add("a", "md", b"two")
        assert len(bundle) == 2
        assert not (tmp_path / name).exists()
        path = bundle.finish()

    assert (path, names(tmp_path)) == (tmp_path / name, [name])
    if name == "out":
        assert names(path) == ["a-2.md", "a.md"]
        files = [path / "a.md", path / "a-2.md"]
        assert [one.read_bytes() for one in files] == ["ä".encode(), b"two"]
    else:
        files = [path]
        with ZipFile(path) as packed:
            assert {one: packed.read(one) for one in packed.namelist()} == {"a.md": "ä".encode(), "a-2.md": b"two"}
    if sys.platform != "win32":
        assert {one.stat().st_mode & 0o777 for one in files} == {0o600}


def test_files_in_a_folder_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("mine")

    with Bundle(tmp_path) as bundle:
        bundle.add("a", "md", "theirs")
        bundle.finish()

    assert names(tmp_path) == ["a-2.md", "a.md"]
    assert (tmp_path / "a.md").read_text() == "mine"
    assert not [name for name in names(tmp_path.parent) if name.startswith(".export")]


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_is_not_finished_leaves_no_trace(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyboardInterrupt), Bundle(tmp_path / name) as bundle:
        bundle.add("a", "md", "text")
        raise KeyboardInterrupt

    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["taken", "taken.zip", "taken/x.zip"])
def test_a_path_that_is_taken_or_impossible_is_told(tmp_path: Path, name: str) -> None:
    for taken in ("taken", "taken.zip"):
        (tmp_path / taken).write_text("mine")

    with pytest.raises(TransferError):
        Bundle(tmp_path / name)

    assert names(tmp_path) == ["taken", "taken.zip"]


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file become larger than 100 kB, as if the disk were full then."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_disk_that_takes_no_more_is_told_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    with pytest.raises(TransferError, match="could not be written: File too large"), Bundle(tmp_path / name) as bundle:
        bundle.add("a", "md", "small")
        bundle.add("b", "md", random.Random(1).randbytes(200_000))
        bundle.finish()

    assert names(tmp_path) == []


@pytest.mark.usefixtures("small_files")
def test_half_a_file_is_not_left_either(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="could not be written: File too large"):
        write(tmp_path / "a.md", "x" * 200_000)

    assert names(tmp_path) == []


def test_a_full_disk_is_named() -> None:
    told = not_written(Path("a.md"), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    assert told.sentence == "a.md could not be written: No space left on device. Make room, or choose another disk."


@pytest.mark.parametrize(
    ("name", "texts", "whole"),
    [
        ("jsonl", ["{}\n", "{}\n"], "{}\n{}\n"),
        ("sharegpt", ["[\n  1\n]\n", "[]\n", "[\n  2\n]\n"], "[\n  1,\n  2\n]\n"),
    ],
)
def test_formats_that_hold_many_sessions_are_joined_in_one_file(
    tmp_path: Path, name: str, texts: list[str], whole: str
) -> None:
    exporter = EXPORTERS[name]
    target = tmp_path / f"all.{exporter.extension}"
    with Bundle(target, exporter) as bundle:
        for text in texts:
            bundle.add("a", exporter.extension, text)
        assert not target.exists()
        assert bundle.finish() == target

    assert target.read_text() == whole
    assert names(tmp_path) == [target.name]
    with pytest.raises(TransferError, match="exists already"):
        Bundle(target, exporter)
    with pytest.raises(TransferError, match="A file of Markdown holds one session"):
        Bundle(tmp_path / "all.md", EXPORTERS["markdown"])
