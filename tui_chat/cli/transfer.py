"""``tui-chat export``: a session in another format."""

from __future__ import annotations

from pathlib import Path

import click

from tui_chat.chat.exporting import export_session, write_export
from tui_chat.chat.open_session import OpenSession
from tui_chat.cli.output import command_body, write
from tui_chat.config.paths import history_path
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.registry import EXPORTERS
from tui_chat.storage.library import Library


@click.command()
@click.argument("session_id", metavar="ID", default="last")
@click.option("--format", "name", type=click.Choice(list(EXPORTERS)), default="markdown", show_default=True)
@click.option("-o", "--output", metavar="PATH", type=click.Path(path_type=Path), help="File or folder; '-' is stdout.")
@click.option("--tree", "whole_tree", is_flag=True, help="All branches, not only the visible one.")
@click.option("--reasoning", is_flag=True, help="With the model's reasoning.")
@command_body
async def export(session_id: str, name: str, output: Path | None, whole_tree: bool, reasoning: bool) -> None:
    """Write the session ID (a prefix, or 'last') as a file; nothing is ever overwritten.

    Without -o the file goes to the folder of exports, named by date and session. The path is printed.
    """
    async with Library(history_path()) as library:
        session = await library.find(session_id)
        opened = OpenSession(session, MessageTree(await library.messages(session.id)))
    text = export_session(opened, name, whole_tree=whole_tree, reasoning=reasoning)
    if output == Path("-"):
        write(text)
    else:
        click.echo(str(write_export(opened.session, name, text, output)))
