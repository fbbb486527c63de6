"""What the search screen says."""

from __future__ import annotations

from functools import lru_cache

from textual.content import Content

from tui_chat.app.transcript.finding import SpansOf
from tui_chat.storage.excerpts import places
from tui_chat.storage.needles import Needle
from tui_chat.storage.query import parse

_COLUMN = 14
_OPERATORS = (
    ('"full jitter"', "words one after the other"),
    ("-word", "not this word; -tag:work"),
    ("role:user", "or role:assistant"),
    ("model:gpt", "or provider:name"),
    ("tag:work", "or project:name"),
    ("after:7d", "or before:2025-03, today"),
    ("has:code", "or has:image, has:reasoning"),
    ("lang:python", "code in a language"),
    ("is:pinned", "or interrupted, archived"),
    ("is:deleted", "what lies in the trash"),
)


def operators() -> Content:
    """Return what may be typed, while nothing is."""
    head = [Content("Finds titles and messages with all the words."), Content("Neither case nor accents matter.")]
    rows = [
        Content.assemble((f"{typed:<{_COLUMN}}", "$foreground"), (does, "$foreground-muted"))
        for typed, does in _OPERATORS
    ]
    return Content("\n").join([*head, Content(), *rows])


def nothing_found(text: str) -> Content:
    """Return what is said if nothing was found."""
    lines = [Content("Nothing was found.")]
    query = parse(text)
    lines += [Content(note) for note in query.notes]
    if len(query.words) > 1:
        lines.append(Content("All words must be in the same title or message: try fewer."))
    elif query.filters:
        lines.append(Content("Each of the filters has to fit: try fewer."))
    elif not query.notes:
        lines.append(Content("Part of a word is enough: fewer letters find more."))
    return Content("\n").join(lines)


def facts(hits: int, sessions: int, state: str, *, has_more: bool = False) -> str:
    """Return how much was found, and how long it took or what is going on."""
    if not hits:
        return state
    more = "+" if has_more else ""
    counted = f"{hits:,}{more} hit{'s' * (hits != 1 or has_more)}"
    where = f"{sessions:,}{more} session{'s' * (sessions != 1 or has_more)}"
    return " · ".join(filter(None, [f"{counted} in {where}", state]))


def hints(*, has_hits: bool, is_narrow: bool, is_preview: bool, in_filters: bool = False) -> list[tuple[str, str]]:
    """Return the keys that mean something now."""
    hits = [("↑ ↓", "hit"), ("Enter", "open there")] if has_hits else []
    if in_filters:
        return [("← →", "filter"), ("Space", "next value"), *hits, ("F1", "keys"), ("Esc", "back to the words")]
    tab = [("Tab", "hits" if is_preview else "preview")] if has_hits and is_narrow else []
    filters = [("Shift+Tab" if is_narrow else "Tab", "filters")]
    scroll = [("PgDn", "preview")] if has_hits and is_preview else []
    return [*hits, *tab, *filters, *scroll, ("F1", "keys"), ("Esc", "back")]


def spans_of(text: str) -> SpansOf:
    """Return what finds the words of a query in a text."""
    needles = [Needle(word) for word in parse(text).words]

    @lru_cache(4096)
    def found(line: str) -> list[tuple[int, int]]:
        return places(line, needles)

    return found
