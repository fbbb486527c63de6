"""``tui-chat import``: sessions of other programs."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from tui_chat.chat.importing import AUTO, Import, ImportProgress, ImportReport, format_names, found_stores, paths_for
from tui_chat.cli import INTERRUPTED
from tui_chat.cli.opening import opened_history
from tui_chat.cli.output import command_body, print_json, print_table, printable

_SHOWN_PROBLEMS = 20
"""Problems that are shown to a person; ``--json`` has all."""


@click.command("import")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "name",
    metavar="FORMAT",
    type=click.Choice(format_names()),
    default=AUTO,
    show_default=True,
    help=f"One of: {', '.join(format_names())}.",
)
@click.option("--dry-run", "is_trial", is_flag=True, help="Say what would be imported, and write nothing.")
@click.option("--again", "is_again", is_flag=True, help="Take sessions that were removed here for good, too.")
@click.option("--list", "is_list", is_flag=True, help="List the stores of other programs on this computer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def import_sessions(
    paths: tuple[Path, ...], name: str, is_trial: bool, is_again: bool, is_list: bool, as_json: bool
) -> int:
    """Import sessions from exports and from the stores of other programs.

    PATH is a file, a zip archive or a folder; which program it is from is found out. Without a PATH, --from elia,
    oterm, parllama, aichat or llm takes the sessions from where that program keeps them. Nothing is changed there.

    A second import adds only what is new. Sessions that were deleted here stay deleted; --again brings those back that
    were removed for good.

    \b
    tui-chat import ~/Downloads/chatgpt-export.zip
    tui-chat import --from elia
    tui-chat import --dry-run exports/

    Exit codes: 0 done, 1 nothing could be read, 5 history unreadable or locked, 130 interrupted.
    """
    if is_list:
        return _list_stores(as_json=as_json)
    wanted = paths_for(paths, name)
    async with opened_history() as library:
        running = Import(library, wanted, name, is_trial=is_trial, is_again=is_again)
        with _stopping(running.stop), _progress() as on_progress:
            report = await running.run(on_progress)
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    if report.is_stopped:
        return INTERRUPTED
    return 1 if report.problems and not report.read else 0


def _list_stores(*, as_json: bool) -> int:
    stores = found_stores()
    if as_json:
        rows = [{"from": one.importer.name, "path": str(one.path), "sessions": one.sessions} for one in stores]
        print_json(rows)
    elif stores:
        rows_shown = [(one.importer.name, str(one.sessions), str(one.path)) for one in stores]
        print_table(("FROM", "SESSIONS", "PATH"), rows_shown, numbers={"SESSIONS"})
    else:
        click.echo("No sessions of other programs were found.", err=True)
    return 0


def _print(report: ImportReport) -> None:
    """Print a report: what came in on stdout, what is wrong on stderr."""
    for line in report.lines():
        click.echo(printable(line, one_line=True))
    if report.purged:
        click.echo("--again brings those back that were removed here.")
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        click.echo(printable(f"{problem.where}: {problem.why}.", one_line=True), err=True)
    if (more := len(report.problems) - _SHOWN_PROBLEMS) > 0:
        click.echo(f"… and {more} more; see them with --json.", err=True)


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl+C stop in good order, so that the report tells how far it came."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: it ends at once there; what was saved by then stays
        loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)


@contextmanager
def _progress() -> Iterator[Callable[[ImportProgress], None]]:
    """Show a bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    # Imported here, since only an import on a terminal needs it.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading", total=None)
        yield lambda now: progress.update(
            task, completed=now.done, total=now.total, description=f"{now.sessions:,} sessions"
        )
