"""Exports to a disk that is full: an error in one sentence, and no half file."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disks import mounted
from tui_chat.domain.errors import TransferError
from tui_chat.exporters.bundle import Bundle
from tui_chat.exporters.files import write

_TOO_MUCH = random.Random(1).randbytes(200_000)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is a disk of 64 KB."""
    with mounted(tmp_path, 64) as disk:
        yield disk


def test_one_file(small_disk: Path) -> None:
    with pytest.raises(TransferError, match="No space left on device") as caught:
        write(small_disk / "a.html", _TOO_MUCH)

    assert "Make room" in caught.value.advice
    assert list(small_disk.iterdir()) == []
    assert write(small_disk / "a.html", "small").read_text() == "small"


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_many_files(small_disk: Path, name: str) -> None:
    with pytest.raises(TransferError, match="No space left on device"), Bundle(small_disk / name) as bundle:
        for number in range(5):
            bundle.add(f"{number}", "md", _TOO_MUCH[:50_000])
        bundle.finish()

    assert list(small_disk.iterdir()) == []
