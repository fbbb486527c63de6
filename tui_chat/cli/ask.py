"""``tui-chat ask``: one turn of chat on stdout, without any screen."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from tui_chat.chat.attaching import check_taken, read_parts
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor, secrets_in, summary, texts_of
from tui_chat.chat.services import Options, Services
from tui_chat.chat.turn import Turn, send
from tui_chat.cli import TERMINATED
from tui_chat.cli.completing import provider_names, session_ids
from tui_chat.cli.output import command_body, fail, printable, visible_json, write
from tui_chat.config.paths import history_path
from tui_chat.domain.events import Retrying, StreamEvent, TextDelta
from tui_chat.domain.messages import MessageStatus, Part
from tui_chat.domain.tree import MessageTree
from tui_chat.storage.library import Library


@click.command()
@click.argument("prompt", required=False, default="")
@click.option(
    "--file", "files", metavar="PATH", multiple=True, help="Attach a text file, an image, a folder or a pattern."
)
@click.option(
    "--session",
    "session_id",
    metavar="ID",
    default="",
    help="Go on in this session, or in 'last'.",
    shell_complete=session_ids,
)
@click.option("--provider", metavar="NAME", default="", help="Who answers.", shell_complete=provider_names)
@click.option("--model", metavar="NAME", default="", help="The model that answers.")
@click.option("--base-url", metavar="URL", default="", help="Address of an OpenAI-compatible API.")
@click.option("--system", metavar="TEXT", default="", help="System prompt.")
@click.option("--json", "as_json", is_flag=True, help="Print one event a line as JSON, the whole reply last.")
@click.option("--no-save", is_flag=True, help="Write nothing to the history.")
@click.option("--redact", is_flag=True, help="Send placeholders for keys, passwords, mail addresses, paths and hosts.")
@command_body
async def ask(
    prompt: str,
    files: tuple[str, ...],
    session_id: str,
    provider: str,
    model: str,
    base_url: str,
    system: str,
    as_json: bool,
    no_save: bool,
    redact: bool,
) -> int:
    """Print the reply to PROMPT as it streams.

    Text on stdin is added below PROMPT; with PROMPT '-' or none, it is the prompt. The turn is saved as a session
    that the app shows too. Ctrl+C stops the reply; what had come is kept.

    \b
    tui-chat ask "What is a monad?"
    git diff | tui-chat ask "Write a commit message for this."
    tui-chat ask --file plot.png --file 'src/**/*.py' "Which line draws this?"
    tui-chat ask --session last "Shorter."
    """
    text = _whole_prompt(prompt, may_be_empty=bool(files))
    parts = [part for file in files for part in read_parts(file, Path.cwd())]
    services = Services.start(
        Options(provider=provider, model=model, base_url=base_url, system=system, is_temporary=no_save)
    )
    try:
        await services.library.open()
        if services.choice.is_fallback:
            await services.look_for_local()
        opened = await _found(services, session_id) if session_id else OpenSession(services.new_session())
        if redact:
            redactor = Redactor()
            text, parts = redactor.text(text), redactor.parts(parts)
        elif not _may_leave(texts_of(text, parts), services, opened):
            return 1
        _check_taken(parts, services, opened)
        turn = send(services, opened, text, parts)
        await _printed(turn, as_json=as_json, is_kept=not no_save)
        services.remember(opened.session)
    finally:
        await services.aclose()
    return _exit_code(turn)


def _whole_prompt(prompt: str, *, may_be_empty: bool) -> str:
    piped = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    text = "\n\n".join(part for part in (prompt if prompt != "-" else "", piped.rstrip("\n")) if part.strip())
    if not text and not may_be_empty:
        raise click.UsageError("There is no prompt: give one, or pipe text in.")
    return text


def _check_taken(parts: Sequence[Part], services: Services, opened: OpenSession) -> None:
    session = opened.session
    check_taken(parts, services.provider(session.provider), services.models.info(session.provider, session.model))


def _may_leave(texts: Sequence[str], services: Services, opened: OpenSession) -> bool:
    """Tell if the prompt seems to hold a secret; return whether it is to be sent. A script is only warned."""
    if not services.settings.privacy.warn_of_secrets or services.provider(opened.session.provider).is_built_in:
        return True
    found = summary(secrets_in(texts))
    if found and sys.stdin is not None and sys.stdin.isatty():
        return click.confirm(f"The prompt seems to hold {found}. Send it as it is?", err=True)
    if found:
        click.echo(f"tui-chat: the prompt seems to hold {found}; with --redact, placeholders are sent.", err=True)
    return True


async def _found(services: Services, session_id: str) -> OpenSession:
    library = Library(history_path()) if services.options.is_temporary else services.library
    session = await library.find(session_id)
    messages = await library.messages(session.id)
    if library is not services.library:
        await library.aclose()
    services.apply_options(session)
    return OpenSession(session, MessageTree(messages))


async def _printed(turn: Turn, *, as_json: bool, is_kept: bool) -> None:
    """Run a turn and print it; say where the part of a reply is that was stopped, by Ctrl+C or by a shutdown."""
    printer = _Printer(turn, as_json=as_json)
    is_terminated = _stop_on_sigterm()
    try:
        await turn.run(printer.show)
    except asyncio.CancelledError:
        printer.end()
        where = f"what had come is kept. Go on with: tui-chat ask --session {turn.session_id[:8]}"
        click.echo(f"tui-chat: stopped; {where if is_kept else 'nothing was kept.'}", err=True)
        if is_terminated.is_set():
            sys.exit(TERMINATED)
        raise
    printer.end()


def _stop_on_sigterm() -> asyncio.Event:
    """Let a signal to end cancel this task, and return what tells of it."""
    told, task = asyncio.Event(), asyncio.current_task()

    def stop() -> None:
        told.set()
        if task is not None:
            task.cancel()

    with suppress(NotImplementedError):  # Windows ends processes without a word
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    return told


class _Printer:
    """Prints the events of a turn as they come."""

    def __init__(self, turn: Turn, *, as_json: bool) -> None:
        self._reply = turn.reply
        self._as_json = as_json
        if as_json:
            facts = {"session_id": turn.session_id, "message_id": turn.reply.id, "provider": turn.reply.provider}
            _print_line({"kind": "turn", **facts})

    def end(self) -> None:
        """End the last line; in JSON, print the whole reply."""
        if self._as_json:
            _print_line({"kind": "reply", **self._reply.to_dict()})
        elif self._reply.text and not self._reply.text.endswith("\n"):
            write("\n")

    def show(self, event: StreamEvent) -> None:
        if self._as_json:
            _print_line(event.model_dump(mode="json"))
        elif isinstance(event, TextDelta):
            write(event.text)
        elif isinstance(event, Retrying):
            why = printable(event.why.rstrip("."), one_line=True)
            click.echo(f"tui-chat: {why}. Next try in {event.delay:.0f} s.", err=True)


def _print_line(event: dict[str, Any]) -> None:
    click.echo(visible_json(json.dumps(event, ensure_ascii=False, separators=(",", ":"))))


def _exit_code(turn: Turn) -> int:
    for error in (turn.error, turn.save_error):
        if error is not None:
            fail(error)
    if turn.reply.status is MessageStatus.INTERRUPTED:
        click.echo("tui-chat: the reply was cut off; what had come is kept.", err=True)
        return 1
    return 0
