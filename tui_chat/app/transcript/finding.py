"""Find in session: how often each message holds a text, which of the hits one is at, and where they are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from tui_chat.app.transcript.rows import Place, Section
from tui_chat.app.transcript.stack import Stack

SpansOf = Callable[[str], list[tuple[int, int]]]
"""Returns where the hits in a text are, from and to, in order."""

_MARKUP = str.maketrans("", "", "*_`~")


class Finder:
    """The hits of one query in a branch.

    Hits are counted in the source of the messages, with the marks of Markdown left out, so that ten thousand messages
    need not be laid out for it; where in the drawn text a hit is, is looked up when somebody goes there.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.query = ""
        """What is looked for; empty if nothing is."""
        self._spans_of: SpansOf | None = None
        self._hits: list[tuple[int, int]] = []
        self.messages: list[int] = []
        """Indexes of the messages with hits, in order."""
        self._at = -1

    def __len__(self) -> int:
        return len(self._hits)

    @property
    def at(self) -> int:
        """The hit one is at, from 0; -1 before the first."""
        return self._at

    @property
    def current(self) -> tuple[int, int] | None:
        """The message of the hit one is at, and which of its hits it is."""
        return self._hits[self._at] if 0 <= self._at < len(self._hits) else None

    def search(self, query: str, spans_of: SpansOf | None = None) -> int:
        """Look for a text; return how many hits there are.

        Args:
            query: What is looked for.
            spans_of: Where its hits in a text are; ``None`` for wherever the query stands, ignoring case.
        """
        self.query, self._spans_of = query, spans_of
        return self.again()

    def again(self) -> int:
        """Look for the same once more, since the messages are others; return how many hits there are."""
        self._at = -1
        sheets = self._stack.sheets if self.query else ()
        self._hits = [
            (index, number) for index, sheet in enumerate(sheets) for number in range(self._count(sheet.text))
        ]
        self.messages = sorted({index for index, _number in self._hits})
        return len(self._hits)

    def _count(self, source: str) -> int:
        if self._spans_of is not None:
            return len(self._spans_of(source.translate(_MARKUP)))
        wanted = plain(self.query)
        return plain(source).count(wanted) if wanted else source.lower().count(self.query.lower())

    def stay(self, at: int) -> None:
        """Stay at a hit after looking again."""
        self._at = min(at, len(self._hits) - 1)

    def start_at(self, index: int) -> None:
        """Let the next step lead to the first hit from a message on, or the last one before it."""
        self._at = next((at for at, hit in enumerate(self._hits) if hit[0] >= index), len(self._hits)) - 1

    def step(self, step: int) -> tuple[int, int] | None:
        """Go on by hits, around the ends; return the hit's message and which of its hits it is."""
        if not self._hits:
            return None
        self._at = (self._at + step) % len(self._hits) if self._at >= 0 or step > 0 else len(self._hits) - 1
        return self._hits[self._at]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the query stands in a logical line, from and to."""
        if self._spans_of is not None:
            return self._spans_of(text)
        return _spans(text, self.query) if self.query else []

    def place(self, index: int, number: int) -> Place:
        """Return where a hit of a message is drawn; the message's beginning if it stands in its markup only."""
        found = [
            Place(index, Section.BODY, line, start)
            for line, text in enumerate(self._stack.sheet(index, whole=True).logical)
            for start, _ in self.spans(text)
        ]
        return found[min(number, len(found) - 1)] if found else Place(index, 0, 0, 0)


def plain(source: str) -> str:
    """Return text in lower case without the marks of Markdown."""
    return source.translate(_MARKUP).lower()


@lru_cache(2048)
def _spans(text: str, query: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(re.escape(query), text, re.IGNORECASE)]
