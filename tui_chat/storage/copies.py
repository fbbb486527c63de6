"""What lies beside the history file: temporary files, and copies kept when something in it had to be mended."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path
from time import strftime
from typing import BinaryIO

from tui_chat.storage.small_files import removed_on_failure

_SUFFIX = ".new"
_REASONS = ("before", "torn")


def temporary_file(path: Path) -> tuple[Path, BinaryIO]:
    """Return a new file beside the history file, readable by its owner only, to be closed and renamed or removed."""
    descriptor, name = tempfile.mkstemp(prefix=_prefix(path), suffix=_SUFFIX, dir=path.parent)
    return Path(name), os.fdopen(descriptor, "wb")


def leftovers(path: Path) -> list[Path]:
    """Return the temporary files of writers that died, or that are at work just now."""
    return _beside(path, _prefix(path), _SUFFIX)


def keep_copy(path: Path, content: bytes, why: str) -> Path:
    """Keep bytes beside the history file that are about to go, and return where.

    Raises:
        OSError: if they could not be written; nothing of them is left then.
    """
    name = f"{path.name}.{why}-{strftime('%Y%m%d-%H%M%S')}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    copy = next(one for name in names if not (one := path.with_name(name)).exists())
    copy.touch(mode=0o600)
    with removed_on_failure(copy), copy.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return copy


def kept_copies(path: Path) -> list[Path]:
    """Return the copies that were kept beside the history file."""
    return [copy for reason in _REASONS for copy in _beside(path, f"{path.name}.{reason}-")]


def drop_copies(path: Path, marks: Iterable[str]) -> None:
    """Remove the copies that mention any of ``marks``, since what is deleted for good is to be nowhere.

    A copy with holes in it goes, too: the mark may have been where a hole is.

    Raises:
        OSError: if one could not be removed.
    """
    wanted = [mark.encode() for mark in marks]
    for copy in kept_copies(path):
        content = copy.read_bytes()
        if b"\0" in content or any(mark in content for mark in wanted):
            copy.unlink()


def _prefix(path: Path) -> str:
    return f".{path.name}-"


def _beside(path: Path, prefix: str, suffix: str = "") -> list[Path]:
    return [one for one in path.parent.iterdir() if one.name.startswith(prefix) and one.name.endswith(suffix)]
