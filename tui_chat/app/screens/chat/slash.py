"""Commands that are typed: ``/rename New name``."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from tui_chat.app.commands import Command, slash_commands
from tui_chat.app.screens.chat.matching import Match, match
from tui_chat.app.widgets import Completion, Offer, Typed

#: What a command's name may look like; a path such as ``/etc/hosts`` does not.
_NAME = re.compile(r"/[a-z][a-z-]*", re.IGNORECASE)

#: Completions of an argument that are worth showing.
_MOST = 50

Known = Callable[[], Awaitable[Sequence[tuple[str, str]]]]
"""Returns what an argument may be, with a word on each."""


class TypedCommand(NamedTuple):
    """A command that was typed, with what stands behind it."""

    command: Command
    argument: str


def parse(text: str) -> TypedCommand | None:
    """Return the command that a text means; ``None`` if it is a prompt.

    The beginning of a name alone will do. A path such as ``/etc/hosts is empty`` is a prompt, since no command has
    that name.
    """
    if not text.startswith("/") or "\n" in text:
        return None
    name, space, argument = text[1:].partition(" ")
    commands = slash_commands()
    begun = [one for one in commands if name and one.startswith(name)] if not space else []
    found = commands.get(name) or commands.get(begun[0] if begun else "")
    return TypedCommand(found, argument.strip()) if found is not None else None


def mistake(text: str) -> str:
    """Return what is wrong with a text that looks like a command and is none; empty if it is a prompt."""
    word, _, rest = text.partition(" ")
    if "\n" in text or not _NAME.fullmatch(word):
        return ""
    # Imported here: mistakes are rarer than starts.
    from difflib import get_close_matches

    near = get_close_matches(word[1:], slash_commands(), n=1)
    if near:
        return f"{word} is no command, /{near[0]} is"
    return "" if rest.strip() else f"{word} is no command, / lists them"


class Commands:
    """The completions of commands and of their arguments.

    Args:
        known: What the arguments of commands may be, by the ids of the commands.
    """

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known

    async def offer(self, typed: Typed) -> Offer | None:
        """Return the commands that a beginning may become, or what may be said behind one."""
        if not typed.is_only_line or not typed.before.startswith("/"):
            return None
        name, space, argument = typed.before[1:].partition(" ")
        if not space:
            return Offer(typed, 0, _commands(name))
        command = slash_commands().get(name)
        known = self._known.get(command.id) if command is not None else None
        if known is None:
            return None
        start = len(typed.before) - len(argument.lstrip())
        # What stands there may be meant as it stands, so Enter sends it.
        return Offer(typed, start, _arguments(argument.strip(), await known()), is_eager=False)

    async def taken(self, key: str) -> str | None:
        """Write nothing: the texts of commands stand in their completions."""
        return key


def _commands(typed: str) -> list[Completion]:
    found: list[tuple[Match, Completion]] = []
    for name, one in slash_commands().items():
        how = match(typed, name, one.words)
        if how is not None:
            text = f"/{name} " if one.argument else f"/{name}"
            marks = [place + 1 for place in how.marks]
            found.append((how, Completion(text, f"/{name}", one.argument, one.words, marks, runs=True)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0].rank)]


def _arguments(typed: str, known: Sequence[tuple[str, str]]) -> list[Completion]:
    found = [
        (how, Completion(name, name, words=words, marks=how.marks, runs=True))
        for name, words in known
        if (how := match(typed, name)) is not None
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0].rank)][:_MOST]
