"""How commands speak: tables and JSON on stdout, one line on stderr when something is wrong."""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn, ParamSpec

import click

from tui_chat.cli import INTERRUPTED
from tui_chat.domain.errors import ChatError

P = ParamSpec("P")

#: Cells below which no column of a table is cut.
_NARROWEST = 8

#: What holds letters together: an emoji of several, words of Persian and of Indian languages. Harmless, if unprintable.
_JOINERS = "\u200c\u200d"


def command_body(body: Callable[P, Coroutine[Any, Any, int | None]]) -> Callable[P, None]:
    """Turn a coroutine function into what click calls: run it, and end with its exit code.

    An error of ours becomes one line on stderr; Ctrl+C ends with 130; a reader that went away is no error.
    """

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        gc.set_threshold(100_000)  # a command makes many objects and hardly any garbage
        try:
            code = asyncio.run(body(*args, **kwargs))
        except ChatError as error:
            fail(error)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # Python would complain once more when it flushes stdout at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        sys.exit(code or 0)

    return run


def fail(error: ChatError) -> NoReturn:
    """Say what went wrong and what to do, in one line on stderr, and end with the error's exit code."""
    click.echo(f"tui-chat: {printable(error.sentence, one_line=True)}", err=True)
    sys.exit(error.exit_code)


def printable(text: str, *, one_line: bool = False) -> str:
    """Return foreign text without control characters, so that it cannot play tricks on a terminal."""
    if text.isprintable():
        return text  # nearly always, and many times as fast
    kept = _JOINERS if one_line else f"{_JOINERS}\n\t"
    return "".join(
        character
        if character.isprintable() or character in kept
        else " "
        if character.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def write(text: str) -> None:
    """Write text to stdout: as it is into a file or pipe, without control characters to a terminal."""
    sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(visible_json(json.dumps(value, ensure_ascii=False, indent=2)))


def visible_json(text: str) -> str:
    """Return JSON of the same meaning in which what plays tricks on terminals is escaped; JSON leaves C1 and bidi."""
    return "\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n"))


def _escaped(line: str) -> str:
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in line)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str] = ()) -> None:
    """Print rows in columns; on a terminal the widest are cut so that lines do not wrap.

    Args:
        head: What the columns are called.
        rows: The cells of each row.
        numbers: The columns that are aligned at the right.
    """
    cells = [head, *(_printable_row(row) for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1)
    while sys.stdout.isatty() and sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1  # so that two long columns share what there is
    columns = [(width, name in numbers) for name, width in zip(head, widths, strict=True)]
    click.echo("\n".join(["  ".join(map(_cell, row, columns)).rstrip() for row in cells]))


def _printable_row(row: Sequence[str]) -> Sequence[str]:
    return row if "".join(row).isprintable() else [printable(cell, one_line=True) for cell in row]


def local_time(moment: datetime) -> str:
    """Return when something was, by the user's clock."""
    # A quarter of the time that astimezone() takes.
    return datetime.fromtimestamp(moment.timestamp()).isoformat(" ", "minutes")


def _cell(text: str, column: tuple[int, bool]) -> str:
    """Return a text as wide as its column."""
    width, is_number = column
    taken = _width(text)
    if taken > width:
        from rich.cells import set_cell_size

        text, taken = f"{set_cell_size(text, width - 1)}…", width
    gap = " " * (width - taken)
    return gap + text if is_number else text + gap


def _width(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    # Imported late, since few tables need it.
    from rich.cells import cell_len

    return cell_len(text)
