"""Pictures come late: they find their place among rows that are already seen, and nothing jumps."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from tui_chat.app.transcript.images import ImageRow
from tui_chat.app.transcript.rows import Row
from tui_chat.app.transcript.stack import Stack
from tui_chat.app.transcript.viewport import Viewport


class _Anchor(NamedTuple):
    """The row that stays where it is on the screen."""

    message: int
    row: Row

    def above(self, stack: Stack) -> int:
        """Return how many rows at the head of its message are above it."""
        return sum(one.first < self.row.first for one in stack.sheet(self.message).head)


def hang_pictures(stack: Stack, viewport: Viewport) -> None:
    """Look at the images that are seen, and show the pictures that have been made since they were laid out."""
    while stale := _stale(stack, viewport):
        anchor = _anchor(viewport, stale)
        above = anchor.above(stack) if anchor else 0
        grown = 0
        for index in stale:
            stack.sheet(index).refresh(stack.hints)
            grew = stack.settle(index)
            grown += grew if anchor and index < anchor.message else 0
        if anchor:
            message, line = viewport.top
            viewport.top = (message, line + grown + anchor.above(stack) - above)
        viewport.fill()


def _stale(stack: Stack, viewport: Viewport) -> set[int]:
    """Return the messages with images of which there is something else to see than is shown."""
    stale = set()
    for message, row in viewport.seen:
        if isinstance(row, ImageRow) and row.image is not None:
            stack.gallery.look_at(row.image, stack.width)
            if stack.gallery.view(row.image, stack.width) != row.view:
                stale.add(message)
    return stale


def _anchor(viewport: Viewport, stale: Container[int]) -> _Anchor | None:
    """Return the row at the top; of somebody who scrolls up, the one below the images that have just come into sight.

    Their pictures then push the rows above them out of sight instead of those that are read.
    """
    first = 0
    if viewport.is_rising:
        upper = viewport.seen[: len(viewport.seen) // 2]
        images = [y for y, (message, row) in enumerate(upper) if message in stale and isinstance(row, ImageRow)]
        first = max(images, default=-1) + 1
    return next((_Anchor(message, row) for message, row in viewport.seen[first:] if row is not None), None)
