"""The menu of completions above the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from tui_chat.app.widgets.completion import Completion
from tui_chat.app.widgets.row_list import Pick, Row

#: Cells between the longest name and the words.
_GAP = 3

#: Cells that a name may take before the words move right for it alone.
_WIDEST = 48


class CompletionMenu(Pick, can_focus=False):
    """A small list that never has the keys: the input leads its cursor.

    Mounted where the input begins, it lies over what is above.
    """

    INDENT: ClassVar[int] = 2

    def on_mount(self) -> None:
        """Start hidden."""
        self.led = True
        self.display = False

    def show_matches(self, matches: Sequence[Completion], *, has_cursor: bool = True) -> None:
        """Show completions, the best match first; none hides the menu.

        Args:
            matches: What to show.
            has_cursor: Whether Enter takes the first one.
        """
        widths = [width for one in matches if (width := len(_name(one))) <= _WIDEST]
        width = max(widths, default=0) + _GAP
        has_words = width < self.app.size.width // 2
        self.display = bool(matches)
        self.set_rows(
            [Row(_content(one, width if has_words else 0), key=str(place)) for place, one in enumerate(matches)]
        )
        self.cursor = 0 if has_cursor and matches else None
        self.scroll_to(0, 0, animate=False, immediate=True)
        most = self.styles.max_height
        height = len(matches) + self.gutter.height
        self.styles.offset = (0, -(min(height, int(most.value)) if most is not None else height))


def _name(one: Completion) -> str:
    return f"{one.label} {one.argument}".rstrip()


def _content(one: Completion, width: int) -> Content:
    label = Content(one.label)
    for place in one.marks:
        label = label.stylize("bold $text-primary", place, place + 1)
    rest = _name(one)[len(one.label) :].ljust(width - len(one.label))
    return Content.assemble(label, (rest, "$foreground-muted"), (one.words if width else "", "$foreground-muted"))
