"""Where in ``config.toml`` something stands, so that what is wrong with it can be found."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w.-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")


def place_of(text: str, name: Sequence[str]) -> str:
    """Return where a setting stands: ``line 3, column 1``; that of its table if it is not found itself.

    Args:
        text: The file.
        name: The tables and the key: ``("look", "theme")``.

    Returns:
        The place; empty if neither stands there.
    """
    table: tuple[str, ...] = ()
    found = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            if table == tuple(name[: len(table)]) and not found:
                found = f"line {number}, column {1 + len(line) - len(line.lstrip())}"
        elif key := _KEY.match(line):
            whole = (*table, *_parts(key[1]))
            if whole and whole == tuple(name[: len(whole)]) and len(whole) > len(table):
                return f"line {number}, column {1 + len(line) - len(line.lstrip())}"
    return found


def with_line(words: str, text: str) -> str:
    """Return what the parser says of a mistake, with a line where it says only that it is at the end."""
    last = max(1, len(text.rstrip("\n").split("\n")))
    return words.replace("(at end of document)", f"(at line {last}, the last one)")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", dotted))
