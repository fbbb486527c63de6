"""The history as commands open it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from tui_chat.config.paths import history_path
from tui_chat.storage.library import Library


@asynccontextmanager
async def opened_history() -> AsyncIterator[Library]:
    """Open the history, say on stderr what had to be mended in it, and close it in the end."""
    async with Library(history_path()) as library:
        for note in library.notes:
            click.echo(f"tui-chat: {note}", err=True)
        yield library
