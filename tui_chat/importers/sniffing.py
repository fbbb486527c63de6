"""Telling the format of a source by its beginning."""

from __future__ import annotations

from pathlib import Path

from tui_chat.importers.base import Sample
from tui_chat.importers.databases import MAGIC as DATABASE
from tui_chat.importers.databases import tables_of
from tui_chat.importers.rows import first_rows
from tui_chat.importers.sources import Source


def sample_of(source: Source) -> Sample:
    """Return the beginning of a source.

    Raises:
        OSError: if it cannot be read.
    """
    beginning = source.peek()
    if beginning.startswith(DATABASE):
        return Sample(tables=tables_of(source)) if source.packed is None else Sample()
    if beginning.lstrip()[:1] in (b"[", b"{"):
        return Sample(rows=first_rows(source))
    return Sample(text=beginning.decode("utf-8", "replace"))


def why_unknown(source: Source) -> str:
    """Return in words why a source has none of the formats.

    Raises:
        OSError: if it cannot be read.
    """
    beginning = source.peek().strip()
    if not beginning:
        return "it is empty"
    if beginning[:1] in (b"[", b"{") and not first_rows(source):
        return "it is cut short or damaged before the first session ends, or holds none"
    return "it has none of the formats that are known"


def may_be_database(path: Path) -> bool:
    """Return whether a file is a database, by its first bytes."""
    if path.suffix.lower() not in (".db", ".sqlite", ".sqlite3"):
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(DATABASE)) == DATABASE
    except OSError:
        return False
