"""``tui-chat doctor``: is the history whole, and what can be done if not."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from tui_chat.app.terminal_advice import facts
from tui_chat.app.terminal_probe import probe, tmux_options
from tui_chat.cli.output import command_body, print_json, printable
from tui_chat.config.paths import history_path
from tui_chat.domain.words import counted
from tui_chat.storage.checkup import Checkup, check
from tui_chat.storage.library import Library
from tui_chat.storage.repair import Repaired, repair

#: Problems of one kind that are printed; JSON has all.
_SHOWN = 5

_UNHEALTHY = 1
_UNREADABLE = 5


@click.command()
@click.option(
    "--repair", "wanted", metavar="PATH", type=click.Path(path_type=Path), help="Write a mended copy to a new file."
)
@click.option(
    "--merge",
    "other",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Bring in what another version of the history has, such as a synced folder keeps beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def doctor(wanted: Path | None, other: Path | None, as_json: bool) -> int:
    """Look whether the history is whole and what the terminal can do.

    Nothing in the history is changed, unless --merge is given.

    Ends with 0 if all is well, with 1 if something is wrong, with 5 if the history cannot be read.
    """
    if other is not None:
        async with Library(history_path()) as library:
            merged = await library.merge(other)
        if as_json:
            print_json({**merged._asdict(), "path": str(merged.path)})
        else:
            _say(merged.sentence)
        return 0
    found = check(history_path())
    if not as_json:
        _print(found)
    made = repair(found.path, wanted) if wanted is not None and found.is_there else None
    if as_json:
        print_json(_as_dict(found, made))
    elif made is not None:
        _print_repaired(found.path, made)
    if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        _print_terminal()
    if found.is_healthy:
        return 0
    return _UNHEALTHY if found.is_readable else _UNREADABLE


def _print(found: Checkup) -> None:
    _say(f"{found.path}: layout {found.format}, documents of version {found.schema}")
    _say(f"{found.size} bytes, {found.tail} of them changes at the end")
    _say(f"{counted(found.sessions, 'session')}, {counted(found.messages, 'message')}")
    for note in found.notes:
        _say(f"note: {note}")
    for fault in dict.fromkeys(problem.fault for problem in found.problems):
        texts = [problem.text for problem in found.problems if problem.fault is fault]
        for text in texts[:_SHOWN]:
            _say(f"{fault.value}: {text}")
        if len(texts) > _SHOWN:
            _say(f"{fault.value}: and {len(texts) - _SHOWN} more")
    _say("All is well." if found.is_healthy else f"Problems: {len(found.problems)}")


def _print_terminal() -> None:
    size = shutil.get_terminal_size()
    click.echo()
    for fact in facts(os.environ, probe(), tmux_options(), (size.columns, size.lines)):
        _say(f"{' ' if fact.is_well else '!'} {fact.name:<24}{fact.value}")
        if not fact.is_well and fact.advice:
            _say(f"{'':26}{fact.advice}")


def _print_repaired(path: Path, made: Repaired) -> None:
    what = f"{counted(made.sessions, 'session')}, {counted(made.messages, 'message')}"
    _say(f"Wrote {made.path}: {what}, {counted(made.set_aside, 'document')} set aside")
    _say(f"To use it, close tui-chat, move {path} away, and put the new file in its place.")


def _say(text: str) -> None:
    click.echo(printable(text, one_line=True))


def _as_dict(found: Checkup, made: Repaired | None) -> dict[str, object]:
    problems = [{"fault": problem.fault.value, "text": problem.text} for problem in found.problems]
    plain: dict[str, object] = {
        **found._asdict(),
        "path": str(found.path),
        "problems": problems,
        "is_healthy": found.is_healthy,
    }
    if made is not None:
        plain["repaired"] = {**made._asdict(), "path": str(made.path)}
    return plain
