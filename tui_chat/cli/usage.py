"""``tui-chat usage``: what the replies have cost."""

from __future__ import annotations

from typing import cast

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tui_chat.chat.spending import By, Spent, spending, total
from tui_chat.cli.opening import opened_history
from tui_chat.cli.output import command_body, print_json, printable
from tui_chat.domain.usage import money

_COLUMNS = ("REPLIES", "INPUT", "CACHED", "OUTPUT", "THOUGHT", "COST")

#: Width of a table that nobody looks at: a pipe or a file gets every name whole.
_UNCUT = 1_000


@click.command("usage")
@click.option(
    "--by",
    metavar="WHAT",
    type=click.Choice(["day", "model", "provider", "session"]),
    default="day",
    show_default=True,
    help="Sum up by day, model, provider or session.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def usage(by: str, as_json: bool) -> None:
    """Sum up tokens and cost of all replies. '~' marks what no server has counted."""
    async with opened_history() as library:
        spent = await spending(library, cast("By", by))
    if as_json:
        print_json([_plain(one, by) for one in spent])
    elif spent:
        _print([*spent, total(spent)] if len(spent) > 1 else spent, by)
    else:
        click.echo("Nothing has been spent yet.", err=True)


def _plain(spent: Spent, by: str) -> dict[str, object]:
    usage = spent.usage
    return {
        by: spent.name,
        **({"id": spent.session_id} if spent.session_id else {}),
        "replies": spent.replies,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost": usage.cost,
        "estimated": usage.estimated,
    }


def _print(rows: list[Spent], by: str) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    table.add_column(by.upper(), no_wrap=True, overflow="ellipsis")
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        is_total = row is rows[-1] and len(rows) > 1
        # As Text, since a name may look like markup.
        cells = [Text(cell) for cell in (printable(row.name, one_line=True), *_cells(row))]
        table.add_row(*cells, style="bold" if is_total else "")
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _UNCUT
    console.print(table)


def _cells(spent: Spent) -> list[str]:
    usage = spent.usage
    mark = "~" if usage.estimated else ""
    counts = (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
    tokens = [f"{mark}{count:,}" if count else "" for count in counts]
    return [f"{spent.replies:,}", *tokens, money(usage.cost, estimated=usage.estimated) if usage.cost else ""]
