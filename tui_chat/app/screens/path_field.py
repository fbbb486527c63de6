"""A field for a path, which Tab completes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input


class PathField(Input):
    """A path. Tab takes what is offered for its end; without an offer it goes on to what comes next."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "complete", show=False)]

    def __init__(self, value: str = "", *, placeholder: str = "") -> None:
        super().__init__(value, placeholder=placeholder, suggester=_Paths(), compact=True, classes="field")

    def action_complete(self) -> None:
        """Take the offer, or move on."""
        before = self.value
        self.action_cursor_right()
        if self.value == before:
            self.cursor_position = len(before)
            self.screen.focus_next()


class _Paths(Suggester):
    """Offers the first file or folder that begins as the path ends."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        # In a thread: the folder may be on a slow disk.
        return await asyncio.to_thread(first_match, value)


def first_match(typed: str) -> str | None:
    """Return a path that is there and begins as typed; ``None`` if there is none. A folder ends with a slash."""
    head, slash, end = typed.rpartition("/")
    if not slash:
        return None
    try:
        folder = Path(head + slash).expanduser()
        with os.scandir(folder) as entries:
            # Hidden ones only if they are asked for.
            names = [one for one in entries if one.name.startswith(end) and (end or not one.name.startswith("."))]
            first = min(names, key=lambda one: one.name, default=None)
            return None if first is None else f"{head}{slash}{first.name}{'/' if first.is_dir() else ''}"
    except (OSError, RuntimeError, ValueError):  # not there, not ours; no home; a null byte
        return None
