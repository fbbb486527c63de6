"""The layout of the history file: one JSON object, a table a line, changes appended as further lines.

::

    {"_store":{"1":{"format":1,"schema":1,"seq":7,"lens":{"sessions":123,"messages/a":456}}}
    ,"sessions":{"1":{…},"2":{…}}
    ,"messages/a":{"1":{…}}
    ,"messages/a#7+":{"2":{…}}
    ,"sessions#7":{"1":{…}}
    }

The first line is the header; ``lens`` holds the bytes of the lines after it, so that only what is looked at has to be
read. A line whose name ends in ``#number`` is part of a commit: the documents that changed, whole; a removed one is
``{"_deleted":true}``. A ``+`` says that the commit goes on in the next line, so that half a commit is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from tui_chat.storage.migrations import OLDEST, newest_schema

FORMAT = 1
"""The newest layout that this version writes."""

MAGIC = b'{"_store":{"1":{"format":'
"""What a file in this layout begins with."""

STORE = "_store"
"""The name of the header's table."""

GONE: dict[str, Any] = {"_deleted": True}
"""Stands for a document that was removed."""

Documents = dict[str, Any]
"""The documents of a table, by their number in decimal digits."""

Changes = Mapping[str, Mapping[str, Any] | None]
"""Documents that changed, by number; ``None`` for one that was removed."""

_KEY = re.compile(r"(?P<table>.*)#(?P<seq>[0-9]+)(?P<more>\+?)", re.DOTALL)

_LONGEST = 1 << 40
"""No line has so many bytes."""

_PART = 1 << 18

_NEXT_DOCUMENT = re.compile(rb'\}(,)("[0-9]+":\{)')

_VERSIONS = re.compile(re.escape(MAGIC) + rb'([0-9]{1,9})(?:,"schema":([0-9]{1,9}))?')

_LINE_START = re.compile(rb',("(?:[^"\\]|\\.)*"):\{')


class Key(NamedTuple):
    """The name of a line."""

    table: str
    seq: int = 0
    """The number of its commit; 0 for a whole table."""
    has_more: bool = False
    """Whether the commit goes on in the next line."""

    def __str__(self) -> str:
        return f"{self.table}#{self.seq}{'+' if self.has_more else ''}" if self.seq else self.table


class Segment(NamedTuple):
    """A line of the file."""

    offset: int
    """Bytes before it."""
    length: int
    """Bytes of it, its line end included."""
    key: Key


class Header(NamedTuple):
    """The first line."""

    format: int
    seq: int
    lengths: dict[str, int]
    """Bytes of the lines that follow, by table."""
    schema: int = OLDEST
    """The shape of the documents."""


def parse_key(name: str) -> Key:
    """Return what the name of a line says."""
    found = _KEY.fullmatch(name)
    return Key(found["table"], int(found["seq"]), bool(found["more"])) if found else Key(name)


def loads(data: bytes | memoryview) -> Any:
    """Parse JSON.

    Raises:
        ValueError: if it is none.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        # Half a surrogate pair, which a server may have sent, is an error there and not here.
        try:
            return json.loads(bytes(data))
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error


def dumps(value: Any) -> bytes:
    """Return a value as JSON in one line."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()


def line(key: Key, documents: Mapping[str, Any]) -> bytes:
    """Return a line of the file."""
    return line_prefix(key) + dumps(documents) + b"\n"


def header(seq: int, lengths: Mapping[str, int]) -> bytes:
    """Return the first line of a file."""
    facts = {"format": FORMAT, "schema": newest_schema(), "seq": seq, "lens": lengths}
    return b'{"_store":' + dumps({"1": facts}) + b"\n"


def versions_of(data: bytes) -> tuple[int, int]:
    """Return the layout and the shape of documents that a header tells, however damaged the rest of it is."""
    found = _VERSIONS.match(data)
    return (int(found[1]), int(found[2] or OLDEST)) if found else (FORMAT, OLDEST)


def parse_header(data: bytes) -> Header:
    """Read the first line.

    Raises:
        ValueError: if it is damaged.
    """
    try:
        facts = loads(data.rstrip(b"\n") + b"}")[STORE]["1"]
        lengths = {str(k): int(v) for k, v in facts["lens"].items()}
        header = Header(int(facts["format"]), int(facts["seq"]), lengths, int(facts.get("schema", OLDEST)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the header is damaged: {error}") from error
    if not all(0 < length < _LONGEST for length in lengths.values()):
        raise ValueError("the header is damaged: there are no such lines")
    return header


def parse_line(data: bytes) -> tuple[Key, Documents]:
    """Read a line.

    Raises:
        ValueError: if it is damaged.
    """
    parsed = loads(b"{" + data[1:].rstrip(b"\n") + b"}") if data[:1] == b"," else None
    if not isinstance(parsed, dict) or len(parsed) != 1:
        raise ValueError("a line is damaged")
    [(name, documents)] = parsed.items()
    return parse_key(name), checked(name, documents)


def documents_of(key: Key, data: bytes) -> Documents:
    """Read a line whose name is known, without a copy of it: there are long ones.

    Raises:
        ValueError: if it is damaged, or has another name.
    """
    prefix = line_prefix(key)
    if not data.startswith(prefix) or not data.endswith(b"}\n"):
        raise ValueError(f"the line of {key} is not where it should be")
    return checked(key.table, _in_parts(memoryview(data)[len(prefix) : -1]))


def _in_parts(data: memoryview) -> Any:
    """Parse a table, a long one part by part: to parse takes several times the memory of what is parsed."""
    documents: Documents = {}
    start = 1
    while (found := _NEXT_DOCUMENT.search(data, start + _PART)) is not None:
        try:
            documents |= loads(b"".join((b"{", data[start : found.start(1)], b"}")))
        except ValueError:  # what looked like the next document is inside of one
            return loads(data)
        start = found.start(2)
    return documents | loads(b"".join((b"{", data[start:]))) if documents else loads(data)


def checked(table: str, documents: Any) -> Documents:
    """Return what stands in the place of a table's documents if that is what it is.

    Raises:
        ValueError: if not.
    """
    if not isinstance(documents, dict) or not all(map(str.isdecimal, documents)):
        raise ValueError(f"{table} is no table")
    if not all(isinstance(document, dict) for document in documents.values()):
        raise ValueError(f"{table} holds something else than documents")
    return documents


def line_prefix(key: Key) -> bytes:
    """Return how a line begins."""
    return b"," + dumps(str(key)) + b":"


def find_key(data: bytes) -> Key | None:
    """Return the name of a line without reading the rest of it; ``None`` if it is damaged."""
    found = _LINE_START.match(data)
    if found is None or not data.endswith(b"}\n"):
        return None
    try:
        return parse_key(loads(found[1]))
    except ValueError:
        return None


def changes_of(documents: Changes) -> Documents:
    """Return changes as they are written."""
    return {number: GONE if document is None else document for number, document in documents.items()}


def fold(documents: Documents, changed: Mapping[str, Any]) -> None:
    """Let changes, as they were read, take effect on a table."""
    for number, document in changed.items():
        if document == GONE:
            documents.pop(number, None)
        else:
            documents[number] = document


def fold_all(tables: Mapping[str, Any]) -> dict[str, Documents]:
    """Return the tables of a file that was read as a whole, with all commits folded in, in their order.

    Raises:
        ValueError: if one of them is none.
    """
    folded: dict[str, Documents] = {}
    keyed: Iterable[tuple[Key, Any]] = ((parse_key(name), table) for name, table in tables.items())
    for key, table in sorted(keyed, key=lambda one: one[0].seq):
        if key.table != STORE:
            fold(folded.setdefault(key.table, {}), checked(key.table, table))
    return folded
