"""What a damaged history still holds: its whole lines, and whole documents of the others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tui_chat.storage.layout import GONE, MAGIC, STORE, Documents, Key, fold, parse_line

_DOCUMENT = re.compile(r'"([0-9]+)": ?(?=\{)')


class Salvaged(NamedTuple):
    """What was found."""

    tables: dict[str, Documents]
    damaged: list[int]
    """The numbers of the lines that are not whole; a file in another layout has none that count."""


def salvage(content: bytes) -> Salvaged:
    """Take what can be read out of a file, however damaged it is.

    Half a commit at the end takes no effect. Whole documents of a damaged line do.
    """
    tables: dict[str, Documents] = {}
    if not content.startswith(MAGIC):
        _fold_pieces(tables, content)
        return Salvaged(tables, [])
    damaged: list[int] = []
    waiting: list[tuple[Key, Documents]] = []
    lines = content.split(b"\n")
    for number, part in enumerate(lines[1:-1], 2):
        try:
            key, documents = parse_line(part)
        except ValueError:
            damaged.append(number)
            _fold_pieces(tables, part)
            continue
        if waiting and waiting[0][0].seq != key.seq:
            _fold_all(tables, waiting)
        waiting.append((key, documents))
        if not key.has_more:
            _fold_all(tables, waiting)
    if lines[-1] not in (b"", b"}"):
        damaged.append(len(lines))
        if not lines[-1].startswith(b",") or b"#" not in lines[-1].partition(b":")[0]:
            _fold_pieces(tables, lines[-1])  # a table was cut, not a commit
    return Salvaged(tables, damaged)


def _fold_all(tables: dict[str, Documents], waiting: list[tuple[Key, Documents]]) -> None:
    for key, documents in waiting:
        if key.table == STORE:
            continue
        if key.seq:
            fold(tables.setdefault(key.table, {}), documents)
        else:
            tables[key.table] = {number: one for number, one in documents.items() if one != GONE}
    waiting.clear()


def _fold_pieces(tables: dict[str, Documents], part: bytes) -> None:
    for number, document in _pieces(part.decode(errors="replace")):
        table = _table_of(document)
        if table:
            tables.setdefault(table, {})[number] = document


def _pieces(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the documents that are whole in a text. Inside of strings nothing looks like one: quotes are escaped."""
    decoder = json.JSONDecoder()
    place = 0
    while found := _DOCUMENT.search(text, place):
        place = found.end()
        try:
            document, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            continue  # what is in it may be whole
        yield found[1], document


def _table_of(document: dict[str, Any]) -> str:
    """Return where a document belongs, by what it says itself; nowhere if it is neither session nor message."""
    session_id = document.get("session_id")
    if isinstance(session_id, str) and "role" in document:
        return f"messages/{session_id}"
    return "sessions" if isinstance(document.get("id"), str) and "updated_at" in document else ""
