"""Names for exported files, and writing them without ever losing another one."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import unicodedata
from itertools import count
from pathlib import Path
from tempfile import mkstemp

from tui_chat.domain.errors import TransferError
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.words import local

#: Longest name of a file, in characters, without its extension. Four bytes each still fit into 255 bytes.
_LONGEST_STEM = 60


def file_stem(session: ChatSession) -> str:
    """Return a name for the file of a session, without extension: its day and a slug of its name.

    Safe on every platform: letters, digits and hyphens only, never empty, never longer than 60 characters.
    """
    slug = _slug(session.name) or _slug(session.id) or "session"
    return f"{local(session.created_at):%Y-%m-%d}-{slug}"[:_LONGEST_STEM].rstrip("-")


def unused_path(folder: Path, stem: str, extension: str) -> Path:
    """Return the path of a file that does not exist yet: ``stem.md``, else ``stem-2.md`` and so on.

    Without an extension it is the path of a folder.
    """
    end = f".{extension}" if extension else ""
    path = folder / f"{stem}{end}"
    for number in count(2):
        if not os.path.lexists(path):
            break
        path = folder / f"{stem}-{number}{end}"
    return path


def encoded(content: str | bytes) -> bytes:
    """Return a text as UTF-8, and bytes as they are."""
    return content if isinstance(content, bytes) else content.encode("utf-8", errors="replace")


def write(path: Path, content: str | bytes) -> Path:
    """Write a new file, readable by its owner only: all of it or nothing.

    Args:
        path: Where to; ``~`` stands for the home folder. Missing folders are made.
        content: Bytes, or a text that is written as UTF-8.

    Returns:
        The absolute path of the file.

    Raises:
        TransferError: The file exists, or cannot be written.
    """
    try:
        target = path.expanduser().absolute()
        make_folder(target.parent)
        if os.path.lexists(target):
            raise FileExistsError(target)
        _write_new(target, encoded(content))
    except (OSError, RuntimeError, ValueError) as error:
        raise not_written(path, error) from error
    return target


def not_written(path: Path, error: Exception) -> TransferError:
    """Return why a path could not be written: no permission, a full disk; no home; a null byte in the path."""
    if isinstance(error, FileExistsError):
        return TransferError(f"{path} exists already.", advice="Choose another name.")
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    advice = "Make room, or choose another disk." if _is_full(error) else "Choose another folder."
    return TransferError(f"{path} could not be written: {reason}.", advice=advice)


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, all of them for their owner alone."""
    if folder.is_dir():
        return
    if os.path.lexists(folder):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _write_new(target: Path, content: bytes) -> None:
    descriptor, name = mkstemp(prefix=".export-", dir=target.parent)  # made with mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        move_to_new(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def move_to_new(temporary: Path, target: Path) -> None:
    """Give a finished file its name.

    Raises:
        OSError: if there is such a file already, or the name cannot be given.
    """
    # The name is taken first, so that a file made by somebody else in this moment is not replaced.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    temporary.replace(target)


def _slug(text: str) -> str:
    """Return lower-case letters and digits joined by hyphens; accents of Latin letters go, other scripts stay."""
    characters: list[str] = []
    for character in unicodedata.normalize("NFKC", text[: 4 * _LONGEST_STEM]).casefold():
        folded = unicodedata.normalize("NFKD", character).encode("ascii", errors="ignore").decode()
        if folded.isalnum():
            characters.append(folded)
        elif character.isalnum() or _is_vowel_sign(character, after=characters[-1] if characters else ""):
            characters.append(character)
        else:
            characters.append("-")
    return re.sub("-+", "-", "".join(characters)).strip("-")


def _is_vowel_sign(character: str, *, after: str) -> bool:
    """Whether it is a mark that belongs to the spelling, as in Devanagari or Thai, and not an accent."""
    return unicodedata.category(character) in ("Mc", "Mn") and not after.isascii()
