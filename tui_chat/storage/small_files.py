"""Small files beside the history: read as far as they can be read, written whole, by one process at a time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Seconds to wait for another process that writes the file.
LOCK_TIMEOUT = 2.0


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes from writing a file meanwhile. Its folder is made, readable by its owner only.

    Raises:
        OSError: if another process holds it for too long, or nothing may be written there.
    """
    # Imported where it is needed: it costs start-up time.
    from filelock import FileLock

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=LOCK_TIMEOUT, mode=0o600):
        yield


def replace(path: Path, content: bytes) -> None:
    """Write a file whole, readable by its owner only: after a crash it holds the new content or the old.

    Raises:
        OSError: if it could not be written; it is what it was then.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    with removed_on_failure(Path(name)):
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)


@contextmanager
def removed_on_failure(path: Path) -> Iterator[None]:
    """Remove a file if what is done with it inside fails, or is broken off."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
