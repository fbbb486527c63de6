"""What an importer yields, and what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID, uuid5

from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.sessions import ChatSession
from tui_chat.importers.sources import Source, TooLarge
from tui_chat.importers.streams import Utf8Stream

#: Ids of what is imported are made from it and the foreign ids, so that a second import meets the same ids.
_NAMESPACE = UUID("6f2a54c1-5d0b-5b7e-9f07-8f1c6e1d2b43")

ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM, "tool": Role.TOOL}
"""The roles as most programs write them."""

UNTIMED = "messages without a time, which got that of the one before"
"""A loss that has a consequence: it cannot be told which messages are newer than others."""


class Imported(NamedTuple):
    """A session that was read."""

    session: ChatSession
    messages: list[ChatMessage]
    """All of them, parents before children, siblings in their order."""
    losses: Counter[str]
    """What did not come in of it, in words that go after a number: ``images that are not in the export``."""


class Problem(NamedTuple):
    """Something that could not be read, or not as it was."""

    where: str
    """The file, and the place in it."""
    why: str
    """What is wrong, in a sentence without its full stop."""


Item = Imported | Problem
"""What an importer yields, one by one."""


class Unreadable(Exception):
    """A session cannot be read; the words say why. What else the source holds is read all the same."""


class Sample(NamedTuple):
    """The beginning of a source, enough to tell its format."""

    rows: Sequence[Mapping[str, Any]] = ()
    """The first objects of a JSON source."""
    tables: Mapping[str, frozenset[str]] = MappingProxyType({})
    """The columns of a database, by table."""
    text: str = ""
    """The first lines of any other text."""


class Format(Protocol):
    """The module of a format."""

    def fits(self, sample: Sample) -> bool:
        """Return whether a source is in this format."""

    def read(self, source: Source) -> Iterator[Item]:
        """Yield the sessions of a source, one by one; never an error because of what is in it."""


class Importer(NamedTuple):
    """A format that sessions can be read from."""

    name: str
    """The word for it on the command line."""
    label: str
    """The words for it in a list."""
    module: str
    """The module that reads it, see `Format`."""
    is_complete: bool = False
    """Whether it keeps everything, so that a session comes back as it was."""

    def format(self) -> Format:
        """Return the module."""
        # Imported when used: the parsers of JSON and YAML are not needed to start.
        return cast("Format", import_module(self.module))


class Readable(Protocol):
    """What can be read."""

    def read(self) -> bytes:
        """Return some bytes, none at the end."""


def whole(source: Source, guard: Callable[[Utf8Stream], Readable] = lambda stream: stream) -> bytes:
    """Return all of a source, for a format that holds one session.

    Args:
        source: The source.
        guard: What it is read through.

    Raises:
        Unreadable: if it cannot be read, or is too long for a session.
    """
    try:
        with source.stream() as stream:
            return b"".join(iter(guard(stream).read, b""))
    except TooLarge as error:
        raise Unreadable(str(error)) from error
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror or error}") from error


def stable_id(*keys: str) -> str:
    """Return the id for something that has these keys elsewhere: always the same, and of the shape of all ids."""
    name = "\x1f".join(keys).encode(errors="replace").decode()
    return uuid5(_NAMESPACE, name).hex[:16]
