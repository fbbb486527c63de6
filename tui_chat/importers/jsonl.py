"""OpenAI's messages: a line, or an element of an array, whose ``messages`` are a list of ``role`` and ``content``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.importers.base import Imported, Item, Sample, Unreadable
from tui_chat.importers.lists import session_of
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.values import mappings


def fits(sample: Sample) -> bool:
    """Return whether it is a list of messages with roles."""
    return any("role" in one for row in sample.rows for one in mappings(row.get("messages"))[:2])


def read(source: Source) -> Iterator[Item]:
    """Yield the conversations of a file."""
    return read_rows(source, convert)


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a conversation as a session.

    Raises:
        Unreadable: if it has no messages.
    """
    if not isinstance(row.get("messages"), list):
        raise Unreadable("it has no messages (no “messages”)")
    return session_of(row, mappings(row["messages"]), "jsonl", source)
