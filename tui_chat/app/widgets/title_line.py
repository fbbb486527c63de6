"""The line above the transcript."""

from __future__ import annotations

from textual.content import Content

from tui_chat.app.widgets.lines import EndsLine, muted


class TitleLine(EndsLine):
    """The name of the session at the left, what belongs to it at the right."""

    def set_title(self, name: str | Content) -> None:
        """Set the name of the session."""
        self.left = (name if isinstance(name, Content) else Content(name)).stylize_before("bold")

    def set_aside(self, aside: str | Content) -> None:
        """Set what stands at the right."""
        self.right = muted(aside)
