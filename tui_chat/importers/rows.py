"""JSON, one object after the other: an array, a single object, or an object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import ijson  # type: ignore[import-untyped]  # it has no types
import orjson

from tui_chat.importers.base import Imported, Item, Problem, Unreadable
from tui_chat.importers.nesting import NestingGuard, TooDeep
from tui_chat.importers.sources import Source, TooLarge
from tui_chat.importers.streams import Utf8Stream

_LONGEST_LINE = 32 << 20
"""Bytes up to which a file is tried as lines of JSON first."""

_LARGEST_WHOLE = 64 << 20
"""Bytes up to which a file that is not quite JSON is read once more, as a whole, by a parser that allows more."""

_SAMPLED = 3

Convert = Callable[[Mapping[str, Any], Source], Imported]
"""Makes a session of an object; raises `Unreadable` where that is not possible."""


def read_rows(source: Source, convert: Convert) -> Iterator[Item]:
    """Yield the sessions of a JSON source, and a problem for each object that is none."""
    position = 0
    try:
        for position, row in enumerate(_rows(source), 1):
            source.mark()
            yield _converted(source, position, row, convert)
    except TooLarge as error:
        yield Problem(_place(source, position + 1), f"{error}; this one and what follows was not read")
    except OSError as error:
        yield Problem(source.where, f"it cannot be read any further: {error.strerror or error}")


def first_rows(source: Source) -> list[Mapping[str, Any]]:
    """Return the first objects of a JSON source; none if it is no JSON.

    Raises:
        OSError: if none of it can be read.
        TooLarge: if the first of them has no end.
    """
    found: list[Mapping[str, Any]] = []
    try:
        for row in islice(_rows(source), _SAMPLED):
            source.mark()
            if isinstance(row, dict):
                found.append(row)
    except (OSError, TooLarge):
        # What comes before damage is enough to tell the format.
        if not found:
            raise
    return found


def _converted(source: Source, position: int, row: object, convert: Convert) -> Item:
    place = _place(source, position)
    if isinstance(row, Problem):
        return row
    if not isinstance(row, dict):
        return Problem(place, "it is no session, but another kind of value")
    try:
        return convert(row, source)
    except Unreadable as error:
        return Problem(place, str(error))


def _place(source: Source, position: int) -> str:
    return f"{source.where}, session {position}"


def _rows(source: Source) -> Iterator[object]:
    """Yield values, and a problem where the text is no JSON."""
    begin = source.peek().lstrip()[:1]
    if begin not in (b"[", b"{"):
        yield Problem(source.where, "it is no JSON" if begin else "it is empty")
        return
    is_lines = begin == b"{" and _is_lines(source)
    with source.stream() as stream:
        yield from _lines(source, stream) if is_lines else _values(source, stream, begin == b"[")
        if stream.was_mended:
            yield Problem(source.where, "some bytes are not UTF-8; they were read as Windows-1252")


def _is_lines(source: Source) -> bool:
    """Whether the first line is a whole object, and not all there is."""
    line = bytearray()
    with source.stream() as stream:
        for chunk in iter(stream.read, b""):
            part, end, rest = (chunk if line else chunk.lstrip()).partition(b"\n")
            line += part
            if end:
                return bool(rest.strip() or stream.read()) and parsed(bytes(line)) is not None
            if len(line) >= _LONGEST_LINE:
                return False
    return False


def parsed(line: bytes) -> object:
    """Return a JSON text as a value, even if it is not quite JSON; ``None`` if it is none at all."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass
    try:
        # Half a surrogate pair and a bare NaN are errors there and not here.
        return json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None


def _lines(source: Source, stream: Utf8Stream) -> Iterator[object]:
    for number, line in enumerate(stream.lines(), 1):
        if not line.strip():
            continue
        value = parsed(line)
        yield Problem(f"{source.where}, line {number}", "it is no JSON") if value is None else value


def _values(source: Source, stream: Utf8Stream, is_array: bool) -> Iterator[object]:
    """Yield the elements of an array, or the objects that stand one after the other."""
    read = 0
    prefix = "item" if is_array else ""
    try:
        guarded = NestingGuard(stream, waiting=lambda: source.waiting)
        for value in ijson.items(guarded, prefix, use_float=True, multiple_values=True):
            read += 1
            yield value
    except TooDeep as error:
        yield Problem(_place(source, read + 1), f"{error}; this one and what follows was not read")
    except (ijson.JSONError, UnicodeDecodeError, ValueError, OverflowError):
        yield from _rest(source, read)


def _rest(source: Source, read: int) -> Iterator[object]:
    """Yield what comes after the values that were read, if the text is only a little wrong."""
    values: object = None
    if source.size <= _LARGEST_WHOLE:
        with source.stream() as stream:
            values = parsed(b"".join(iter(stream.read, b"")))
    if values is None:
        yield Problem(source.where, f"it is cut short or damaged after {read} sessions; what comes later is lost")
    else:
        yield from (values if isinstance(values, list) else [values])[read:]
