"""``tui-chat sessions``: look at the history and put it in order."""

from __future__ import annotations

import click

from tui_chat.chat import trash
from tui_chat.cli import completing
from tui_chat.cli.opening import opened_history
from tui_chat.cli.output import command_body, local_time, print_json, print_table, printable, write
from tui_chat.cli.searching import search
from tui_chat.config.paths import data_folder
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.words import counted
from tui_chat.storage.input_memory import InputMemory


@click.group()
def sessions() -> None:
    """List, show, search, rename and delete sessions. An ID may be shortened; 'last' is the newest."""


sessions.add_command(search)


@sessions.command("list")
@click.option("--deleted", is_flag=True, help="List the trash instead.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="List the newest N only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def list_sessions(deleted: bool, limit: int | None, as_json: bool) -> None:
    """List the sessions, newest first."""
    async with opened_history() as library:
        if as_json:
            print_json([session.to_dict() for session in (await library.sessions(deleted=deleted))[:limit]])
            return
        found = await library.newest(limit, deleted=deleted)
    if found:
        head = ("ID", "UPDATED", "MESSAGES", "MODEL", "NAME")
        print_table(head, [_row(session) for session in found], numbers={"MESSAGES"})
    else:
        click.echo("The trash is empty." if deleted else "There are no sessions yet.", err=True)


@sessions.command("show")
@click.argument("session_id", metavar="[ID]", default="last", shell_complete=completing.session_ids)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def show(session_id: str, as_json: bool) -> None:
    """Print the visible messages of a session.

    Without an ID it is the newest.
    """
    async with opened_history() as library:
        session = await library.find(session_id)
        messages = await library.messages(session.id)
    branch = MessageTree(messages).branch(session.current_node)
    if as_json:
        print_json({**session.to_dict(), "messages": [message.to_dict() for message in branch]})
        return
    write(f"{session.name}\n")
    for message in branch:
        write(f"\n{_head(message)}\n{message.text}\n")


@sessions.command("rename")
@click.argument("session_id", metavar="ID", shell_complete=completing.session_ids)
@click.argument("name")
@command_body
async def rename(session_id: str, name: str) -> None:
    """Give a session another name."""
    name = " ".join(printable(name, one_line=True).split())
    if not name:
        raise click.UsageError("The name is empty.")
    async with opened_history() as library:
        session = await library.find(session_id)
        old, session.name = _named(session), name
        await library.save(session)
    click.echo(f"Renamed {old} to “{name}”.")


@sessions.command("delete")
@click.argument("session_ids", metavar="ID...", nargs=-1, required=True, shell_complete=completing.session_ids)
@command_body
async def delete(session_ids: tuple[str, ...]) -> None:
    """Move sessions to the trash; 'restore' brings them back."""
    async with opened_history() as library:
        for session in [await library.find(session_id) for session_id in session_ids]:
            session.deleted_at = now()
            await library.save(session)
            click.echo(f"Deleted {_named(session)}. Undo with: tui-chat sessions restore {session.id}")


@sessions.command("restore")
@click.argument("session_ids", metavar="ID...", nargs=-1, required=True, shell_complete=completing.deleted_ids)
@command_body
async def restore(session_ids: tuple[str, ...]) -> None:
    """Bring sessions back from the trash."""
    async with opened_history() as library:
        for session in [await library.find(session_id, deleted=True) for session_id in session_ids]:
            session.deleted_at = None
            await library.save(session)
            click.echo(f"Restored {_named(session)}.")


@sessions.command("purge")
@click.argument("session_ids", metavar="ID...", nargs=-1, required=True, shell_complete=completing.deleted_ids)
@click.option("--yes", is_flag=True, help="Do not ask.")
@command_body
async def purge(session_ids: tuple[str, ...], yes: bool) -> None:
    """Delete sessions of the trash for good."""
    async with opened_history() as library, InputMemory(data_folder()) as memory:
        for session in [await library.find(session_id, deleted=True) for session_id in session_ids]:
            if yes or click.confirm(f"Delete {_named(session)} for good?"):
                await trash.purge(library, memory, session.id)
                click.echo(f"Deleted {_named(session)} for good.")


def _row(session: SessionSummary) -> tuple[str, str, str, str, str]:
    return session.id[:8], local_time(session.updated_at), str(session.message_count), session.model, session.name


def _head(message: ChatMessage) -> str:
    who = "you" if message.role is Role.USER else message.model or message.role.value
    mark = "" if message.status is MessageStatus.COMPLETE else f" · {message.status.value}"
    return f"{who} · {local_time(message.created_at)}{mark}"


def _named(session: ChatSession) -> str:
    return f"“{printable(session.name, one_line=True)}” ({counted(session.message_count, 'message')})"
