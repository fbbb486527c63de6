"""A tiny app that shows widgets with the product's stylesheets, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import ClassVar, TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from tui_chat.app.stylesheets import stylesheet_paths
from tui_chat.app.themes import INK, OWN, with_floor

_Kind = TypeVar("_Kind", bound=Message)


class Host(App[None]):
    CSS_PATH: ClassVar[list[str | PurePath]] = [*stylesheet_paths()]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012  # as textual types it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-low"), (30, "-tall"), (40, "-high")]  # noqa: RUF012  # as above

    def __init__(self, widgets: tuple[Widget, ...], theme: str) -> None:
        super().__init__()
        for own in OWN:
            self.register_theme(own)
        self.theme = theme
        self._widgets = widgets

    def get_css_variables(self) -> dict[str, str]:
        self.theme_variables = with_floor(super().get_css_variables(), self.current_theme)
        return self.theme_variables

    def compose(self) -> ComposeResult:
        yield from self._widgets


@asynccontextmanager
async def shown(
    *widgets: Widget, size: tuple[int, int] = (120, 40), theme: str = INK.name, told: list[Message] | None = None
) -> AsyncIterator[Pilot[None]]:
    """Show widgets; what they tell the app ends up in a list."""
    hear = None if told is None else told.append
    async with Host(widgets, theme).run_test(size=size, notifications=True, message_hook=hear) as pilot:
        await pilot.pause()
        yield pilot


def drawn(widget: Widget) -> list[str]:
    """Return what a widget drew, line by line."""
    strips = widget.render_lines(widget.outer_size.region)
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def of_kind(told: list[Message], kind: type[_Kind]) -> list[_Kind]:
    """Return the messages of one kind, each once, in their order."""
    found: list[_Kind] = []
    for message in told:
        if isinstance(message, kind) and not any(message is one for one in found):
            found.append(message)
    return found
