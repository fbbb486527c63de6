"""ShareGPT: an array or lines of objects whose ``conversations`` are a list of ``from`` and ``value``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.importers.base import Imported, Item, Sample, Unreadable
from tui_chat.importers.lists import session_of
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.values import mappings

_FIELDS = ("conversations", "conversation", "items")


def fits(sample: Sample) -> bool:
    """Return whether it is ShareGPT."""
    return any(isinstance(row.get(field), list) for row in sample.rows for field in _FIELDS)


def read(source: Source) -> Iterator[Item]:
    """Yield the conversations of a file."""
    return read_rows(source, convert)


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a conversation as a session.

    Raises:
        Unreadable: if it has no messages.
    """
    for field in _FIELDS:
        if isinstance(row.get(field), list):
            return session_of(row, mappings(row[field]), "sharegpt", source)
    raise Unreadable("it has no messages (no “conversations”)")
