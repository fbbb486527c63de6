"""What the two kinds of log of llm share: attachments and fragments, kept once and referred to by their ids."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from tui_chat.domain.messages import FilePart, ImagePart
from tui_chat.importers.archive import LARGEST_ATTACHMENT
from tui_chat.importers.databases import Database
from tui_chat.importers.media import NO_FILE, NO_TEXT, file_of, image, image_at
from tui_chat.importers.values import key, mapping, text


class Shared:
    """Attachments and fragments of a log.

    Attributes:
        losses: What could not be read is counted here.
    """

    def __init__(self, opened: Database, losses: Counter[str]) -> None:
        self.losses = losses
        self._opened = opened

    def attachment(self, attachment_id: str) -> ImagePart | FilePart | None:
        """Return an attachment; ``None`` if it is gone, or neither an image nor a text."""
        rows = self._opened.rows("attachments", "id", attachment_id) if "attachments" in self._opened.tables else ()
        row = next(iter(rows), {})
        name = text(row.get("path")).replace("\\", "/").rpartition("/")[2]
        content = row.get("content")
        data = content if isinstance(content, bytes) else _file(text(row.get("path")))
        if not data:
            found = image_at(text(row.get("url")), name)
            self.losses.update([] if found else [NO_FILE])
            return found
        part = image(data, name) or file_of(data, name or "file", text(row.get("type")))
        self.losses.update([] if part else [NO_TEXT])
        return part

    def attachments(self, table: str, owner: str, owner_id: object) -> list[ImagePart | FilePart]:
        """Return the attachments that a table gives to a part or a prompt."""
        rows = self._opened.rows(table, owner, owner_id, order='"order"') if table in self._opened.tables else ()
        found = [self.attachment(key(row["attachment_id"])) for row in list(rows)]
        return [part for part in found if part is not None]

    def fragment(self, fragment_id: object) -> str:
        """Return a text that is kept once; empty if it is gone."""
        rows = self._opened.rows("fragments", "id", fragment_id) if "fragments" in self._opened.tables else ()
        return text(next(iter(rows), {}).get("content"))

    def fragments(self, table: str, response_id: object) -> list[str]:
        """Return the texts that went along with a prompt."""
        if table not in self._opened.tables:
            return []
        rows = list(self._opened.rows(table, "response_id", response_id, order='"order"'))
        return [words for row in rows if (words := self.fragment(row["fragment_id"]))]


def _file(path: str) -> bytes:
    """Return the bytes of a file that was attached from this computer; empty if it is not there any more."""
    try:
        found = Path(path)
        return found.read_bytes() if path and found.is_file() and found.stat().st_size <= LARGEST_ATTACHMENT else b""
    except (OSError, ValueError):
        return b""


def loaded(value: object) -> dict[str, Any]:
    """Return a JSON object that is kept as text; an empty one if it is none."""
    try:
        return dict(mapping(orjson.loads(text(value))))
    except orjson.JSONDecodeError:
        return {}
