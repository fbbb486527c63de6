"""Reading a history file that is not in our layout: TinyDB, another program or a person wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.storage.layout import FORMAT, STORE, Documents, fold_all, loads
from tui_chat.storage.migrations import OLDEST, newest_schema


class Foreign(NamedTuple):
    """What such a file holds."""

    format: int
    """The layout that it says it has."""
    schema: int
    """The shape of the documents that it says it has."""
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
        return Foreign(FORMAT, newest_schema(), {})
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
    store = tables.get(STORE)
    return Foreign(_number(store, "format", FORMAT), _number(store, "schema", OLDEST), folded)


def _number(store: Any, name: str, default: int) -> int:
    try:
        return int(store["1"][name])
    except (KeyError, TypeError, ValueError):
        return default
