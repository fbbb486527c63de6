"""What the user can do to bring sessions in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import work

from tui_chat.app.screens.chat.state import ChatState


class ImportActions(ChatState):
    """Import sessions of other programs."""

    @work(group="dialog")
    async def action_import(self, path: str = "") -> None:
        """Import sessions; ``path`` is where they are, if that was typed."""
        # Imported here: parsers and databases that hardly any start needs would slow all of them down.
        from tui_chat.app.screens.importing import ImportDialog
        from tui_chat.chat.importing import Import

        library = self.services.library

        def make(paths: Sequence[Path], name: str, is_trial: bool, is_again: bool) -> Import:
            return Import(library, paths, name, is_trial=is_trial, is_again=is_again)

        dialog = ImportDialog(make, path)
        report = await self.app.push_screen_wait(dialog)
        await self.history.refresh()
        self.show_sessions()
        if report is not None and not report.is_trial:
            self.say(next(report.lines()))
