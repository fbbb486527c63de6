"""``tui-chat backup``: a copy of the history."""

from __future__ import annotations

from pathlib import Path

import click

from tui_chat.cli.output import command_body
from tui_chat.config.paths import history_path
from tui_chat.domain.words import counted
from tui_chat.storage.backup import back_up


@click.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@command_body
async def backup(path: Path, force: bool) -> None:
    """Write a whole copy of the history to a file or into a folder, while tui-chat may be running.

    The copy is read back before it gets its name. Nothing is overwritten without --force.
    """
    made = back_up(history_path(), path, force=force)
    what = f"{counted(made.sessions, 'session')}, {counted(made.messages, 'message')}"
    click.echo(f"{made.path}: {what}, {made.size} bytes")
