"""``tui-chat export``: sessions in other formats."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import click

from tui_chat.chat.exporting import (
    Exported,
    export_session,
    fill_bundle,
    suggested_folder,
    write_export,
)
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor, summary
from tui_chat.cli import completing
from tui_chat.cli.opening import opened_history
from tui_chat.cli.output import command_body, printable, visible_json, write
from tui_chat.domain.errors import NotFound
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.registry import EXPORTERS, Bundle, ExportOptions, Joined
from tui_chat.storage.library import Library

_STDOUT = Path("-")


class _Wanted(NamedTuple):
    """What the command line asks for."""

    format: str
    options: ExportOptions
    redactor: Redactor | None
    output: Path | None
    as_json: bool

    def render(self, opened: OpenSession) -> Exported:
        """Return a session as it will be written."""
        return export_session(opened, self.format, self.options, self.redactor)


@click.command()
@click.argument("session_ids", metavar="[ID]...", nargs=-1, shell_complete=completing.session_ids)
@click.option(
    "--format",
    "name",
    metavar="NAME",
    type=click.Choice(list(EXPORTERS)),
    default="markdown",
    show_default=True,
    help=f"One of: {', '.join(EXPORTERS)}.",
)
@click.option(
    "-o", "--output", metavar="PATH", type=click.Path(path_type=Path), help="File, folder or .zip; '-' is stdout."
)
@click.option("--all", "is_all", is_flag=True, help="All sessions but those in the trash.")
@click.option("--tree", is_flag=True, help="All branches, not only the visible one.")
@click.option("--reasoning", is_flag=True, help="With the models' reasoning.")
@click.option("--no-facts", is_flag=True, help="Without times, models, tokens and cost.")
@click.option("--redact", is_flag=True, help="Replace keys, passwords, mail addresses, home folders, hosts and cards.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one line of JSON.")
@command_body
async def export(
    session_ids: tuple[str, ...],
    name: str,
    output: Path | None,
    is_all: bool,
    tree: bool,
    reasoning: bool,
    no_facts: bool,
    redact: bool,
    as_json: bool,
) -> None:
    """Write the sessions ID (prefixes, or 'last') as files; nothing is ever overwritten.

    Without -o a session goes to the folder of exports, named by date and name; several go to a new folder there, a file
    each. JSON Lines, ShareGPT and Open WebUI hold several in one file, if -o names one. The path is printed. With
    --redact, what was found is listed on stderr before anything is written; images are not looked at. PDF needs the
    extra tui-chat[pdf].

    \b
    tui-chat export last --format html -o page.html
    tui-chat export --all --format json -o sessions.zip
    tui-chat export --all --format jsonl -o training.jsonl
    tui-chat export last --redact -o - | less
    """
    options = ExportOptions(facts=not no_facts, reasoning=reasoning, tree=tree)
    wanted = _Wanted(name, options, Redactor() if redact else None, output, as_json)
    if is_all and session_ids:
        raise click.UsageError("Name sessions, or take --all; not both.")
    async with opened_history() as library:
        sessions = await _chosen(library, session_ids, is_all=is_all)

        async def load(session: ChatSession) -> OpenSession:
            return OpenSession(session, MessageTree(await library.messages(session.id)))

        if not is_all and len(sessions) == 1:
            _write_one(wanted.render(await load(sessions[0])), wanted)
            return
        with _bundle(wanted) as bundle, _progress(len(sessions), is_quiet=as_json) as tell:
            await fill_bundle(bundle, sessions, load, wanted.render, tell)
            _list_findings(wanted)
            if isinstance(bundle, Bundle):
                _report(bundle.finish(), wanted, sessions=len(sessions))
            else:
                write(bundle.text())


async def _chosen(library: Library, session_ids: tuple[str, ...], *, is_all: bool) -> list[ChatSession]:
    if not is_all:
        found = [await library.find(session_id) for session_id in session_ids or ("last",)]
        return list({session.id: session for session in found}.values())
    found = await library.sessions()
    if not found:
        raise NotFound("There are no sessions yet.", advice="Begin one with: tui-chat ask")
    return found


class _Stdout:
    """Several sessions in one text, to be written once all are there."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self._joined = Joined(self._buffer)

    def add(self, _stem: str, _extension: str, content: str | bytes) -> None:
        """Add a session."""
        self._joined.add(content)

    def text(self) -> str:
        """Return all of them."""
        self._joined.end()
        return self._buffer.getvalue().decode()


def _bundle(wanted: _Wanted) -> AbstractContextManager[Bundle | _Stdout]:
    exporter = EXPORTERS[wanted.format]
    if wanted.output != _STDOUT:
        return Bundle(wanted.output or suggested_folder(), exporter)
    if not exporter.joins:
        raise click.UsageError("Several sessions do not fit on stdout in this format; name a folder or a .zip file.")
    return nullcontext(_Stdout())


def _write_one(exported: Exported, wanted: _Wanted) -> None:
    _list_findings(wanted)
    if wanted.output != _STDOUT:
        _report(write_export(exported, wanted.output), wanted, bytes=exported.size)
    elif isinstance(exported.content, str):
        write(exported.content)
    elif sys.stdout.isatty():
        raise click.UsageError(f"{EXPORTERS[wanted.format].label} is nothing for a terminal; name a file with -o.")
    else:
        sys.stdout.buffer.write(exported.content)


def _list_findings(wanted: _Wanted) -> None:
    """Tell on stderr what is replaced, so that a wrong guess is seen before the file is passed on."""
    if wanted.redactor is None:
        return
    findings = wanted.redactor.findings
    click.echo(f"Replaced: {summary(findings) or 'nothing was found'}", err=True)
    for one in findings:
        click.echo(f"  {one.placeholder:<14} {printable(one.shown, one_line=True)}  {one.times}×", err=True)


def _report(path: Path, wanted: _Wanted, **facts: int) -> None:
    if not wanted.as_json:
        click.echo(str(path))
        return
    result: dict[str, Any] = {"path": str(path), "format": wanted.format, **facts}
    if wanted.redactor is not None:
        found = wanted.redactor.findings
        result["replaced"] = [{"placeholder": one.placeholder, "kind": one.kind, "times": one.times} for one in found]
    click.echo(visible_json(json.dumps(result, ensure_ascii=False)))


@contextmanager
def _progress(count: int, *, is_quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr, if somebody sees it."""
    if is_quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=count, label="Exporting", file=sys.stderr) as bar:
        yield lambda done: bar.update(1)
