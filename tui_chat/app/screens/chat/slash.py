"""Commands that are typed: ``/rename New name``."""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.app.commands import Command, slash_commands


class Typed(NamedTuple):
    """A command that was typed, with what stands behind it."""

    command: Command
    argument: str


def parse(text: str) -> Typed | None:
    """Return the command that a text means; ``None`` if it is a prompt.

    A path such as ``/etc/hosts is empty`` is a prompt, since no command has that name.
    """
    if not text.startswith("/") or "\n" in text:
        return None
    name, _, argument = text[1:].partition(" ")
    found = slash_commands().get(name)
    return Typed(found, argument.strip()) if found is not None else None


def matches(text: str) -> list[tuple[str, str]]:
    """Return the commands that a beginning may become, with their words; those it begins first."""
    if " " in text:
        return []
    beginning = text[1:]
    rows = [(f"/{name}", one.words, name) for name, one in slash_commands().items() if beginning in name]
    rows.sort(key=lambda row: not row[2].startswith(beginning))
    return [(name, words) for name, words, _ in rows]
