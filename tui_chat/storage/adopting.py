"""Reading a history file that is not in our layout: TinyDB, another program or a person wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.storage.layout import FORMAT, STORE, Documents, fold_all, loads


class Foreign(NamedTuple):
    """What such a file holds."""

    format: int
    """The layout that it says it has."""
    tables: dict[str, Documents]


def read_foreign(path: Path, content: bytes) -> Foreign:
    """Read a whole file.

    Args:
        path: Where it is, for the error.
        content: Its bytes.

    Raises:
        HistoryUnreadable: if it is no JSON, or something else than a history.
    """
    if not content.strip():
        return Foreign(FORMAT, {})
    try:
        tables = loads(content)
    except ValueError as error:
        raise HistoryUnreadable(f"{path} is damaged: {error}.", path=path) from error
    try:
        folded = fold_all(tables)
        is_ours = isinstance(tables.get(STORE), dict) or "sessions" in tables or not any(folded.values())
    except (AttributeError, ValueError) as error:
        raise HistoryUnreadable(f"{path} is not a history of tui-chat: {error}.", path=path) from error
    if not is_ours:
        raise HistoryUnreadable(f"{path} is a database of another program, not a history of tui-chat.", path=path)
    return Foreign(_format_of(tables.get(STORE)), folded)


def _format_of(store: object) -> int:
    try:
        return int(store["1"]["format"])  # type: ignore[index]  # it may be anything
    except (KeyError, TypeError, ValueError):
        return FORMAT
