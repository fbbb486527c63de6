"""Many files that appear together or not at all: in a folder, or as one zip."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

from tui_chat.exporters.files import encoded, make_folder, move_to_new, not_written, unused_path


class Bundle:
    """Files that are written out of sight first, and take their place when `finish` is called.

    A context manager: what was not finished when it ends is gone without a trace.

    Args:
        target: A folder, which is made if it is missing, or the path of a new zip file.

    Raises:
        TransferError: if the zip file exists already, or nothing can be written there.
    """

    def __init__(self, target: Path) -> None:
        self._shown = target
        self._names: set[str] = set()
        try:
            self._target = target.expanduser().absolute()
            is_zip = target.suffix.lower() == ".zip"
            if os.path.lexists(self._target) and (is_zip or not self._target.is_dir()):
                raise FileExistsError(self._target)
            make_folder(self._target.parent)
            # Beside the target, so that the files only have to be renamed; made with mode 0700.
            self._staging = Path(mkdtemp(prefix=".export-", dir=self._target.parent))
            self._zip = None
            if is_zip:
                # Imported here: the app loads this module when it starts, and hardly ever packs anything.
                import zipfile

                self._zip = zipfile.ZipFile(self._staging / "packed.zip", "x", zipfile.ZIP_DEFLATED)
        except (OSError, RuntimeError, ValueError) as error:
            raise not_written(target, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._zip is not None:
            # On a full disk the end of the archive cannot be written either; it is deleted anyway.
            with suppress(OSError, ValueError):
                self._zip.close()
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
            if self._zip is not None:
                self._zip.writestr(name, encoded(content))  # readable by the owner only, once unpacked
            else:
                with open(self._staging / name, "xb", opener=_private) as file:
                    file.write(encoded(content))
        except OSError as error:
            raise not_written(self._shown, error) from error

    def finish(self) -> Path:
        """Let the files appear; return the path of their folder, or of the zip file.

        In a folder that exists already, files whose names are taken get a number.

        Raises:
            TransferError: if they cannot be written.
        """
        try:
            if self._zip is not None:
                self._zip.close()
                packed = self._staging / "packed.zip"
                packed.chmod(0o600)
                move_to_new(packed, self._target)
            else:
                make_folder(self._target)
                for name in sorted(self._names):
                    stem, _, extension = name.rpartition(".")
                    move_to_new(self._staging / name, unused_path(self._target, stem, extension))
        except OSError as error:
            raise not_written(self._shown, error) from error
        return self._target


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
