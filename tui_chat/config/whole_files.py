"""Small files, written as a whole."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from tui_chat.config import paths


def replace(path: Path, text: str, *, is_synced: bool = True) -> None:
    """Write a file, readable by its owner only; its folder is made.

    Args:
        path: The file, not a link.
        text: What it is to say, line ends as they are. Half a character becomes a question mark.
        is_synced: Whether it has to survive a power cut from now on; what can be got again need not wait for the disk.

    Raises:
        OSError: if it could not be written; it is what it was then, and nothing is left beside it.
    """
    paths.make_private(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            if is_synced:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
