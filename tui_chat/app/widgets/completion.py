"""What can be completed in the input: the words that the input, its menu and the sources of completions share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

#: A word in quotes that has blanks, as files may have: ``@"my notes/…``.
_QUOTED = re.compile(r'(?:^|(?<=\s))@"[^"]*"?$')


class Typed(NamedTuple):
    """The line with the cursor, as it is typed."""

    line: str
    column: int
    """Where the cursor stands in it."""
    is_only_line: bool = True
    """Whether the text has no other line."""

    @property
    def before(self) -> str:
        """What stands before the cursor."""
        return self.line[: self.column]

    @property
    def word(self) -> str:
        """What stands before the cursor, up to the blank before it; behind ``@"`` blanks belong to it."""
        if quoted := _QUOTED.search(self.before):
            return quoted[0]
        return "" if not self.before or self.before[-1].isspace() else self.before.rsplit(None, 1)[-1]


class Completion(NamedTuple):
    """Something that what is typed may become."""

    text: str
    """What is written in its place."""
    label: str
    """What the menu calls it."""
    argument: str = ""
    """What may be typed behind it, for the menu."""
    words: str = ""
    """What it is, for the menu."""
    marks: Sequence[int] = ()
    """Places in the label of the letters that were typed."""
    runs: bool = False
    """Whether Enter sends the text at once."""
    key: str = ""
    """What its source calls it, if the source is to be told when it is taken; the text is then written by that."""


class Offer(NamedTuple):
    """Completions for what is typed, the best first."""

    typed: Typed
    """What they are for."""
    start: int
    """Column at which what they replace begins; it ends at the cursor."""
    completions: Sequence[Completion]
    is_eager: bool = True
    """Whether Enter takes the first one even if the user did not move to it."""
    source: Source | None = None
    """Where they come from."""


class Source(Protocol):
    """A kind of thing that can be completed: commands, saved prompts, files."""

    async def offer(self, typed: Typed) -> Offer | None:
        """Return what can be completed at the cursor; ``None`` if that is not of this kind.

        It is cancelled when more is typed; what takes long belongs in a thread.
        """

    async def taken(self, key: str) -> str | None:
        """Return the text to write for a completion that has a key; ``None`` if the user would rather not."""
