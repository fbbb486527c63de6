"""What a search found: sessions with their hits, one row an excerpt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message

from tui_chat.app import glyphs
from tui_chat.app.widgets.lines import EMPTY, muted
from tui_chat.app.widgets.row_list import Row, RowList
from tui_chat.app.widgets.session_groups import day_label
from tui_chat.storage.hits import Excerpt, Found, Hit

#: Rows that are still below when more are asked for; several screens.
_AHEAD = 120
#: Part of the width that stands before a hit, where the text has to be cut.
_BEFORE = 3
_HIT = "bold $text-primary"


class HitPlace(NamedTuple):
    """A hit, and the session it is in."""

    found: Found
    hit: Hit


class _Line(NamedTuple):
    found: Found | None = None
    hit: Hit | None = None
    key: str | None = None


class HitList(RowList):
    """Hits by session. What is added comes below, so that nothing moves."""

    INDENT: ClassVar[int] = 2

    class EndNear(Message):
        """The user comes near the end of what was found so far."""

    def __init__(self, *, today: Callable[[], date] = date.today) -> None:
        super().__init__()
        self._today = today
        self._lines: list[_Line] = []
        self.sessions = 0
        """How many sessions there are."""
        self.hits = 0
        """How many hits they have, more than are listed."""

    @property
    def place(self) -> HitPlace | None:
        """The hit with the cursor; ``None`` if there is none."""
        line = self._lines[self.cursor] if self.cursor is not None and self.cursor < len(self._lines) else _Line()
        return HitPlace(line.found, line.hit) if line.found is not None and line.hit is not None else None

    def clear(self) -> None:
        """Forget all that was found."""
        self._lines, self.sessions, self.hits = [], 0, 0
        self.scroll_home(animate=False, immediate=True)
        self.rows_changed(None)

    def add(self, found: Sequence[Found]) -> None:
        """Add sessions below the others."""
        for one in found:
            self._lines += [*([_Line()] if self._lines else []), *_lines_of(one)]
            self.sessions += 1
            self.hits += one.total
        if self.cursor is None:
            self.rows_changed(None)
        else:
            self.rows_added()

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._lines)

    def key_at(self, index: int) -> str | None:
        """Return what a hit is called by."""
        return self._lines[index].key

    def row_at(self, index: int) -> Row:
        """Return a row: a gap, the name of a session, or an excerpt."""
        found, hit, key = self._lines[index]
        if found is None:
            return Row(EMPTY)
        if hit is not None and hit.message_id is not None:
            width = self.scrollable_content_region.width - self.INDENT - 1
            return Row(_marked(around_hit(hit.excerpt, width), "$foreground-muted"), EMPTY, key or "")
        name = Content(" ".join(found.session.name.split())) if hit is None else _marked(hit.excerpt, "")
        count = muted(f"  {found.total}") if found.total > 1 else EMPTY
        day = "in the trash" if found.session.is_deleted else day_label(found.session.updated_at, self._today())
        return Row(name.stylize_before("bold").append(count), muted(day), key or "")

    def watch_cursor(self, cursor: int | None) -> None:
        """Tell where it is, and when it comes near the end."""
        super().watch_cursor(cursor)
        self._look_ahead(cursor or 0)

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell when the end comes near."""
        super().watch_scroll_y(old, new)
        self._look_ahead(round(new) + self.size.height)

    def _look_ahead(self, index: int) -> None:
        if self._lines and index + _AHEAD > len(self._lines):
            self.post_message(self.EndNear())


def _lines_of(found: Found) -> list[_Line]:
    """Return the rows of a session. Its name is a hit to go to only where no message is one."""
    title = next((hit for hit in found.hits if hit.message_id is None), None)
    said = [_Line(found, hit, f"{found.session.id} {hit.message_id}") for hit in found.hits if hit is not title]
    return [_Line(found, title, None if said else found.session.id), *said]


def around_hit(excerpt: Excerpt, width: int) -> Excerpt:
    """Return an excerpt that begins later, at a word, if its first hit would not be seen in so many cells.

    As much is left of what stands before the hit as what follows has no need of.
    """
    text, spans = excerpt
    if not spans or cell_len(text[: spans[0][1]]) < width:
        return excerpt
    hit = cut = spans[0][0]
    room = max(width // _BEFORE, width - cell_len(text[hit:]) - 1)
    while cut > 0 and cell_len(text[cut - 1 : hit]) <= room:
        cut -= 1
    cut = text.find(" ", cut, hit) + 1 or cut
    moved = tuple((start - cut + 1, end - cut + 1) for start, end in spans)
    return Excerpt(glyphs.CUT + text[cut:], moved)


def _marked(excerpt: Excerpt, ink: str) -> Content:
    content = Content(excerpt.text)
    if ink:
        content = content.stylize(ink)
    for start, end in excerpt.spans:
        content = content.stylize(_HIT, start, end)
    return content
