"""Where things stand across the pane."""

from __future__ import annotations

from typing import NamedTuple

COLUMN = 104
"""Widest reading column, its padding of two cells on each side included."""
PADDING = 2
"""Cells between the column's edge and a card, and between a card's edge and its text."""
SCROLLBAR = 1
"""Cells of the scrollbar at the right edge of the pane."""
SPACIOUS = 24
"""Narrower panes have no padding around the cards."""


class Measures(NamedTuple):
    """The reading column in a pane, in cells."""

    width: int
    """Of the whole pane, the scrollbar included."""
    left: int
    """Where cards and bars begin."""
    card: int
    """Width of a card."""
    text: int
    """Width of text on a card or on the page; it begins two cells right of the card's edge."""

    @property
    def indent(self) -> int:
        """Where text begins."""
        return self.left + PADDING

    @property
    def right(self) -> int:
        """The first cell right of the card."""
        return self.left + self.card


def measure(width: int) -> Measures:
    """Return the measures of a pane of a width."""
    room = width - SCROLLBAR
    column = min(room, COLUMN)
    padding = PADDING if width >= SPACIOUS else 0
    card = max(2 * PADDING + 1, column - 2 * padding)
    return Measures(width, (room - column) // 2 + padding, card, card - 2 * PADDING)
