"""One line of text: cut to a width, or with a left and a right end."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tui_chat.app import glyphs

EMPTY = Content("")
"""Nothing."""
_QUIET = ("$foreground-muted", "$foreground-disabled")
#: Cells between two hints.
_GAP = 3
#: Hardly seen on the light row that has the cursor in dark themes of the terminal's colours.
_PALE = ("$text-primary", "$text-warning", "$text-success")


def muted(text: str | Content) -> Content:
    """Return text in the ink of facts."""
    return _content(text).stylize_before("$foreground-muted")


def unmuted(content: Content, *, is_ansi: bool = False) -> Content:
    """Return a line whose quiet inks give way to the ground's own, for a row with the cursor.

    Args:
        content: the line.
        is_ansi: whether the theme is one of the terminal's colours, where pale inks give way, too.
    """
    weak = (*_QUIET, *_PALE) if is_ansi else _QUIET
    spans = [span._replace(style=_without(span.style, weak)) for span in content.spans]
    return Content(content.plain, [span for span in spans if span.style])


def _without(style: Style | str, inks: Sequence[str]) -> Style | str:
    return " ".join(word for word in style.split() if word not in inks) if isinstance(style, str) else style


def fit(content: Content, width: int) -> Content:
    """Return a line that is at most so many cells wide, with a mark at its end if it was cut."""
    if content.cell_length <= width:
        return content
    return content.truncate(width - 1).append(glyphs.CUT) if width > 0 else EMPTY


def ends(left: Content, right: Content, width: int, gap: int = 2) -> Content:
    """Return a line of a given width with a left and a right end. The left one is cut if both do not fit."""
    right = fit(right, width)
    room = width - right.cell_length - (gap if right else 0)
    # Blanks at its end, which fill a column, are nothing to cut.
    left = fit(left.rstrip(), max(0, room))
    return left.append(" " * max(0, width - left.cell_length - right.cell_length)).append(right)


def keys(hints: Sequence[tuple[str, str]]) -> Content:
    """Return pairs of a key and its word as the footer writes them, three cells apart."""
    return _hints(hints, "bold $foreground-muted", "$foreground-disabled")


def actions(hints: Sequence[tuple[str, str]]) -> Content:
    """Return keys inside the content, where they are the way on: brighter than in the footer."""
    return _hints(hints, "bold", "$foreground-muted")


def _hints(hints: Sequence[tuple[str, str]], key_ink: str, word_ink: str) -> Content:
    return Content("   ").join(
        Content.assemble((key, key_ink), (f" {word}" if word else "", word_ink)) for key, word in hints
    )


def _content(text: str | Content) -> Content:
    return text if isinstance(text, Content) else Content(text)


class EndsLine(Widget):
    """One row with a left and a right end."""

    left: reactive[Content] = reactive(EMPTY)
    """What stands at the left; cut when there is no room."""
    right: reactive[Content] = reactive(EMPTY)
    """What stands at the right."""

    def render(self) -> Content:
        """Lay the two ends out."""
        return ends(self.left, self.right, self.content_size.width)


class Hints(Widget):
    """A row of keys, to be clicked too. What does not fit is left out whole, from the right; the last always stays."""

    class Clicked(Message):
        """A key was clicked.

        Attributes:
            key: As it is shown: ``Ctrl+J``, ``/compact``.
        """

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    hints: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Pairs of a key and its word."""

    def __init__(self, hints: Sequence[tuple[str, str]] = (), *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.set_hints(hints)

    def set_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """Set the pairs of a key and its word, the most useful first; the last is the way out."""
        self.hints = tuple(hints)

    def render(self) -> Content:
        """Lay out as many hints as fit."""
        return keys(self._fitting)

    def on_click(self, event: events.Click) -> None:
        """Tell which key was clicked."""
        if (key := self.key_at(event.get_content_offset_capture(self).x)) is not None:
            self.post_message(self.Clicked(key))

    def key_at(self, column: int) -> str | None:
        """Return the key in a column: of several that one, on their word the first."""
        for shown, word in self._fitting:
            width = keys([(shown, word)]).cell_length
            if 0 <= column < width:
                several = shown.split(" ")
                return several[shown[:column].count(" ") if column < len(shown) else 0]
            column -= width + _GAP
        return None

    @property
    def _fitting(self) -> list[tuple[str, str]]:
        shown = list(self.hints)
        while len(shown) > 1 and keys(shown).cell_length > self.content_size.width:
            del shown[-2]
        return shown
