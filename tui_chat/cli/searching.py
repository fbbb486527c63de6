"""``tui-chat sessions search``: find words in titles and messages."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

import click

from tui_chat.cli.opening import opened_history
from tui_chat.cli.output import command_body, local_time, print_json, printable
from tui_chat.domain.errors import NotFound
from tui_chat.domain.messages import Role
from tui_chat.domain.words import counted
from tui_chat.storage.hits import Excerpt, Found, Hit
from tui_chat.storage.query import parse

_WHO = {Role.USER: "you", Role.ASSISTANT: "reply", Role.SYSTEM: "system", Role.TOOL: "tool"}


# What begins with a minus is a word that must not be there; -h may be part of one.
@click.command("search", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", metavar="QUERY...", nargs=-1, required=True)
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Stop after the newest N sessions with hits.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def search(words: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """Find words in titles and messages, newest sessions first.

    All words must be in the same text; neither case nor accents matter. A "phrase" in quotes (quoted once more for the
    shell) must stand there as it is; what begins with a minus must not be there.

    \b
    Filters: model:  provider:  project:  tag:  before:  after:  lang:
             role:user|assistant   has:code|image|reasoning
             is:pinned|interrupted|archived|deleted
    """
    text = " ".join(words)
    query = parse(text)
    for note in query.notes:
        click.echo(printable(note, one_line=True), err=True)
    if query.is_empty:
        raise click.UsageError("Nothing to search for: give a word or a filter.")
    found: list[Found] = []
    async with opened_history() as library, aclosing(library.search(text)) as batches:
        async for one in _first(batches, limit):
            found.append(one)
            if not as_json:
                click.echo("\n".join(_lines(one)))
    if as_json:
        print_json([_as_dict(one) for one in found])
    if not found:
        raise NotFound("Nothing was found.", advice="Try fewer words.")


async def _first(batches: AsyncIterator[list[Found]], limit: int | None) -> AsyncIterator[Found]:
    count = 0
    async for batch in batches:
        for found in batch:
            yield found
            count += 1
            if count == limit:
                return


def _lines(found: Found) -> Iterator[str]:
    session = found.session
    hits = counted(found.total, "hit")
    facts = (session.id[:8], local_time(session.updated_at), printable(session.name, one_line=True), hits)
    yield "  ".join(facts)
    for hit in found.hits:
        if hit.role is not None:
            yield f"    {_WHO[hit.role]}: {_marked(hit.excerpt)}"


def _marked(excerpt: Excerpt) -> str:
    """Return an excerpt with its hits in bold, where the terminal can."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return excerpt.text
    text, at = "", 0
    for start, end in excerpt.spans:
        text += excerpt.text[at:start] + click.style(excerpt.text[start:end], bold=True)
        at = end
    return text + excerpt.text[at:]


def _as_dict(found: Found) -> dict[str, Any]:
    session = found.session
    facts = {"id": session.id, "name": session.name, "updated_at": session.updated_at.isoformat()}
    return {**facts, "total": found.total, "hits": [_hit_as_dict(hit) for hit in found.hits]}


def _hit_as_dict(hit: Hit) -> dict[str, Any]:
    """Return a hit; without ``message_id`` and ``role`` it is the name of the session."""
    where = {} if hit.role is None else {"message_id": hit.message_id, "role": str(hit.role)}
    return {**where, "excerpt": hit.excerpt.text, "spans": [list(span) for span in hit.excerpt.spans]}
