"""Many exports that appear together or not at all: in a folder, as one zip, or joined in one file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import BinaryIO, Self

from tui_chat.domain.errors import TransferError
from tui_chat.exporters.base import Exporter
from tui_chat.exporters.files import encoded, make_folder, move_to_new, not_written, unused_path
from tui_chat.exporters.joining import Joined

Put = Callable[[str, bytes], object]
"""Writes a file by its name and content."""

End = Callable[[], object]
"""Writes what stands after the last file."""


class Bundle:
    """Files that are written out of sight first, and take their place when `finish` is called.

    A context manager: what was not finished when it ends is gone without a trace.

    Args:
        target: A folder, which is made if it is missing, or the path of a new zip file; for a format of which one file
            holds many sessions also that of a new file.
        exporter: The format, if there is only one.

    Raises:
        TransferError: if the file exists already, would have to hold more than its format can, or nothing can be
            written there.
    """

    def __init__(self, target: Path, exporter: Exporter | None = None) -> None:
        self._shown = target
        self._names: set[str] = set()
        self._file: BinaryIO | None = None
        self._put: Put = self._put_beside
        self._end: End = _nothing
        is_zip = target.suffix.lower() == ".zip"
        try:
            self._target = target.expanduser().absolute()
            is_one = exporter is not None and _is_file_of(exporter, self._target)
            if os.path.lexists(self._target) and (is_zip or is_one or not self._target.is_dir()):
                raise FileExistsError(self._target)
            make_folder(self._target.parent)
            # Beside the target, so that the files only have to be renamed; made with mode 0700.
            self._staging = Path(mkdtemp(prefix=".export-", dir=self._target.parent))
            if is_zip or is_one:
                file = self._file = os.fdopen(_private(str(self._staging / "one"), os.O_CREAT | os.O_RDWR), "w+b")
                self._put, self._end = (_zip if is_zip else _joined)(file)
        except (OSError, RuntimeError, ValueError) as error:
            raise not_written(target, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            # On a full disk the end cannot be written either; the file is deleted anyway.
            with suppress(OSError, ValueError):
                self._end()
            with suppress(OSError):
                self._file.close()
        shutil.rmtree(self._staging, ignore_errors=True)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, stem: str, extension: str, content: str | bytes) -> None:
        """Add a file; it gets a number if another one has its name.

        Raises:
            TransferError: if it cannot be written.
        """
        name = f"{stem}.{extension}"
        for number in count(2):
            if name not in self._names:
                break
            name = f"{stem}-{number}.{extension}"
        self._names.add(name)
        try:
            self._put(name, encoded(content))
        except OSError as error:
            raise not_written(self._shown, error) from error

    def finish(self) -> Path:
        """Let the files appear; return the path of their folder, or of the one file.

        In a folder that exists already, files whose names are taken get a number.

        Raises:
            TransferError: if they cannot be written.
        """
        try:
            if self._file is not None:
                self._end()
                self._file.close()
                move_to_new(self._staging / "one", self._target)
            else:
                make_folder(self._target)
                for name in sorted(self._names):
                    stem, _, extension = name.rpartition(".")
                    move_to_new(self._staging / name, unused_path(self._target, stem, extension))
        except OSError as error:
            raise not_written(self._shown, error) from error
        return self._target

    def _put_beside(self, name: str, content: bytes) -> None:
        with open(self._staging / name, "xb", opener=_private) as file:
            file.write(content)


def _is_file_of(exporter: Exporter, target: Path) -> bool:
    """Whether a path means one file of a format, and not a folder.

    Raises:
        TransferError: if a file of this format holds one session only.
    """
    if target.suffix.lower() != f".{exporter.extension}" or target.is_dir():
        return False
    if not exporter.joins:
        raise TransferError(f"A file of {exporter.label} holds one session.", advice="Name a folder or a .zip file.")
    return True


def _zip(file: BinaryIO) -> tuple[Put, End]:
    # Imported here: the app loads this module when it starts, and hardly ever packs anything.
    import zipfile

    packed = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    return packed.writestr, packed.close  # readable by the owner only, once unpacked


def _joined(file: BinaryIO) -> tuple[Put, End]:
    joined = Joined(file)
    return lambda _, content: joined.add(content), joined.end


def _nothing() -> None:
    """Do nothing."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
