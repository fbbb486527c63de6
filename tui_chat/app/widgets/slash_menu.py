"""The menu of slash commands above the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from tui_chat.app.widgets.row_list import Pick, Row

#: Cells between the longest name and the words.
_GAP = 3


class SlashMenu(Pick, can_focus=False):
    """A small list that never has the keys: the input leads its cursor.

    Mounted where the input begins, it lies over what is above.
    """

    INDENT: ClassVar[int] = 2

    def on_mount(self) -> None:
        """Start hidden."""
        self.led = True
        self.display = False

    @property
    def current(self) -> str | None:
        """The name with the cursor; ``None`` while the menu is hidden."""
        return self.cursor_id if self.display else None

    def show_matches(self, matches: Sequence[tuple[str, str]]) -> None:
        """Show commands as pairs of a name and what it does, the best match first; none hides the menu."""
        width = max((len(name) for name, _ in matches), default=0) + _GAP
        self.display = bool(matches)
        self.set_rows(
            [
                Row(Content.assemble(name.ljust(width), (words, "$foreground-muted")), key=name)
                for name, words in matches
            ]
        )
        self.first()
        most = self.styles.max_height
        height = len(matches) + self.gutter.height
        self.styles.offset = (0, -(min(height, int(most.value)) if most is not None else height))

    def hide(self) -> None:
        """Hide the menu."""
        self.display = False
