"""The tags of the sessions with their counts, at the foot of the sidebar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.domain.sessions import Listed

_GAP = 2


class TagRow(Widget):
    """The tags that are used most, as many as fit into a row, in alphabetical order. Hidden where there are none."""

    class Chosen(Message):
        """The user clicked a tag."""

        def __init__(self, tag: str) -> None:
            super().__init__()
            self.tag = tag
            """Which one."""

    counts: reactive[tuple[tuple[str, int], ...]] = reactive((), layout=True)
    """Tags and how many sessions have them, the most used first."""
    _hover: reactive[str] = reactive("")

    def on_mount(self) -> None:
        """Begin without tags."""
        self.add_class("-none")

    def watch_counts(self) -> None:
        """Take no room where there are none."""
        self.set_class(not self.counts, "-none")

    def set_sessions(self, sessions: Iterable[Listed]) -> None:
        """Count the tags of these sessions."""
        found = Counter(tag for session in sessions for tag in session.tags)
        self.counts = tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tint the tag under the pointer."""
        self._hover = self._tag_under(event)

    def on_leave(self) -> None:
        """Take the tint away."""
        self._hover = ""

    def on_click(self, event: events.Click) -> None:
        """Tell that a tag is wanted."""
        if tag := self._tag_under(event):
            event.stop()
            self.post_message(self.Chosen(tag))

    def render(self) -> Content:
        """Draw the heading and the tags that fit."""
        row = Content(" " * _GAP).join(
            Content.assemble(
                (tag, "on $block-hover-background" if tag == self._hover else ""), " ", (count, "$foreground-disabled")
            )
            for tag, count in self._shown()
        )
        return Content("\n").join((Content.styled("Tags", "bold $foreground-muted"), row))

    def _shown(self) -> list[tuple[str, str]]:
        """Return the tags that fit, in alphabetical order, with their counts."""
        room, shown = self.content_size.width or 26, list[tuple[str, str]]()
        for tag, count in self.counts:
            cells = Content(f"{tag} {count:,}").cell_length + (_GAP if shown else 0)
            if cells <= room:
                room -= cells
                shown.append((tag, f"{count:,}"))
        return sorted(shown, key=lambda one: one[0].casefold())

    def _tag_under(self, event: events.MouseEvent) -> str:
        offset = event.get_content_offset(self)
        if offset is None or offset.y != 1:
            return ""
        start = 0
        for tag, count in self._shown():
            end = start + Content(f"{tag} {count}").cell_length
            if start <= offset.x < end:
                return tag
            start = end + _GAP
        return ""
