"""``tui-chat remote``: the sessions that a provider keeps for an account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import click

from tui_chat.chat.remote import keeper, open_remote, remote_sessions
from tui_chat.chat.services import Options, Services
from tui_chat.cli.output import command_body, print_json, print_table, printable, write
from tui_chat.domain.errors import NotFound
from tui_chat.domain.messages import Role
from tui_chat.domain.remote import RemoteMessage, RemoteSession
from tui_chat.domain.words import counted
from tui_chat.exporters.files import write as write_file

_provider = click.option("--provider", metavar="NAME", default="", help="Who keeps them; else the first with a key.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def remote() -> None:
    """List, open, rename and export the sessions that a provider keeps. An ID is the provider's."""


@remote.command("list")
@_provider
@click.option("--newest", is_flag=True, help="The newest session of each project only.")
@_json
@command_body
async def list_sessions(provider: str, newest: bool, as_json: bool) -> None:
    """List the sessions of the account."""
    async with _services() as services:
        found = await (await remote_sessions(services, provider)).list_sessions(most_recent_per_project=newest)
    if as_json:
        print_json([session.to_dict() for session in found])
    elif found:
        print_table(("ID", "CREATED", "PROJECT", "NAME"), [_row(session) for session in found])
    else:
        click.echo("There are no sessions.", err=True)


@remote.command("show")
@click.argument("session_id", metavar="ID")
@_provider
@_json
@command_body
async def show(session_id: str, provider: str, as_json: bool) -> None:
    """Print the messages of a session.

    The number before each is its place, which delete-message asks for.
    """
    async with _services() as services:
        session = await (await remote_sessions(services, provider)).get_session(session_id)
    if as_json:
        print_json(session.to_dict())
        return
    write(f"{session.name}\n")
    for place, message in enumerate(session.messages):
        write(f"\n{place} · {_head(message)}\n{message.text}\n")


@remote.command("open")
@click.argument("session_id", metavar="ID")
@_provider
@command_body
async def open_here(session_id: str, provider: str) -> None:
    """Take a session into the history here, or what is new.

    'tui-chat -c' goes on in the newest.
    """
    async with _services(is_temporary=False) as services:
        opened = await open_remote(services, keeper(services, provider), session_id)
    name = printable(opened.session.name, one_line=True)
    click.echo(f"“{name}” ({counted(len(opened.tree), 'message')}). Go on with: tui-chat --session {opened.id}")


@remote.command("create")
@click.argument("name", default="")
@click.option("--project", metavar="ID", default="", help="The project it belongs to.")
@_provider
@command_body
async def create(name: str, project: str, provider: str) -> None:
    """Begin a session; its ID is printed."""
    async with _services() as services:
        made = await (await remote_sessions(services, provider)).create_session(name, project)
    click.echo(made.id)


@remote.command("rename")
@click.argument("session_id", metavar="ID")
@click.argument("name")
@_provider
@command_body
async def rename(session_id: str, name: str, provider: str) -> None:
    """Give a session another name."""
    name = " ".join(printable(name, one_line=True).split())
    if not name:
        raise click.UsageError("The name is empty.")
    async with _services() as services:
        await (await remote_sessions(services, provider)).rename_session(session_id, name)


@remote.command("delete-message")
@click.argument("session_id", metavar="ID")
@click.argument("place", metavar="PLACE", type=click.IntRange(min=0))
@_provider
@click.option("--yes", is_flag=True, help="Do not ask.")
@command_body
async def delete_message(session_id: str, place: int, provider: str, yes: bool) -> None:
    """Delete a message and its reply for good.

    'show' prints the PLACE before each.
    """
    async with _services() as services:
        client = await remote_sessions(services, provider)
        messages = (await client.get_session(session_id)).messages
        if place >= len(messages):
            raise NotFound("There is no message at this place.", advice="List them with: tui-chat remote show ID")
        start = " ".join(printable(messages[place].text, one_line=True).split())[:60]
        if yes or click.confirm(f"Delete “{start}” for good?"):
            await client.delete_message(session_id, place)


@remote.command("export")
@click.argument("session_id", metavar="ID")
@click.option("-o", "--output", metavar="PATH", type=click.Path(path_type=Path), help="File; else stdout.")
@_provider
@command_body
async def export(session_id: str, output: Path | None, provider: str) -> None:
    """Write a session as the provider's own HTML.

    Nothing is ever overwritten.
    """
    async with _services() as services:
        page = await (await remote_sessions(services, provider)).export_session(session_id)
    if output is None or output == Path("-"):
        write(page)
    else:
        click.echo(str(write_file(output, page)))


@asynccontextmanager
async def _services(*, is_temporary: bool = True) -> AsyncIterator[Services]:
    services = Services.start(Options(is_temporary=is_temporary))
    try:
        if not is_temporary:
            await services.library.open()
        yield services
    finally:
        await services.aclose()


def _row(session: RemoteSession) -> tuple[str, str, str, str]:
    return session.id, _local(session.created_at), session.project_id, session.name


def _head(message: RemoteMessage) -> str:
    return " · ".join(filter(None, ["you" if message.role is Role.USER else "assistant", _local(message.created_at)]))


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")
