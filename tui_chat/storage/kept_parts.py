"""What is attached to drafts: a file a part, named by its content, so that no key press writes an image again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tui_chat.domain.messages import Part
from tui_chat.storage.small_files import replace

_PART: TypeAdapter[Part] = TypeAdapter(Part)

_NAME = re.compile(r"[0-9a-f]{64}")


class KeptParts:
    """A folder of attached parts.

    Args:
        folder: Where they are; made when the first one is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, part: Part) -> str:
        """Write a part, unless it is there already; return its name.

        Raises:
            OSError: if that failed.
        """
        data = _PART.dump_json(part)
        name = hashlib.sha256(data).hexdigest()
        if not (self._folder / name).exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._folder / name, data)
        return name

    def get(self, name: str) -> Part | None:
        """Return a part by its name; ``None`` if it is not there, or broken."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return _PART.validate_json((self._folder / name).read_bytes())
        except (OSError, ValidationError):
            return None

    def sweep(self, used: Collection[str]) -> None:
        """Remove all parts but those that are used."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                if _NAME.fullmatch(path.name) and path.name not in used:
                    path.unlink(missing_ok=True)
