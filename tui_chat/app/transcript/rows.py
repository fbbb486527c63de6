"""One line of the pane as it stands in its message, and where it is: what is painted, selected and searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from rich.cells import cell_len

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.lines import Line, Run

Runs = Sequence[Run]
"""Text and how it looks, piece by piece."""


class Section(IntEnum):
    """The parts of a message, in their order on the screen."""

    HEAD = 0
    """The quiet line above the text, and the details under it."""
    THOUGHT = 1
    """The reasoning."""
    BODY = 2
    """The text itself."""
    AFTER = 3
    """Sources, and what became of the reply."""


class Frame(Enum):
    """What lies under a line and beside it."""

    PAGE = "page"
    CARD = "card"
    """Raised ground from one edge of the column to the other, without a bar."""
    PROMPT = "prompt"
    """A card with a dim bar."""
    WARNING = "warning"
    """A card with a warning bar."""
    ERROR = "error"
    """A card with an error bar."""
    CAP_ABOVE = "cap above"
    """The lower half of a row, in a card's ground: its upper edge."""
    CAP_BELOW = "cap below"
    """The upper half of a row, in a card's ground: its lower edge."""

    @property
    def ground(self) -> str:
        """The ground that text lies on: ``page`` or ``card``."""
        return "page" if self is Frame.PAGE or self.is_cap else "card"

    @property
    def is_cap(self) -> bool:
        """Whether it is the edge of a card."""
        return self in (Frame.CAP_ABOVE, Frame.CAP_BELOW)


class Place(NamedTuple):
    """A character of the transcript. Places compare in reading order, and outlive wrapping and scrolling."""

    message: int
    """Place of the message in the branch, from 0."""
    section: int
    """See `Section`."""
    line: int
    """The logical line in its section, from 0: one that is not wrapped."""
    character: int
    """The character in the logical line, from 0."""


@dataclass(slots=True, eq=False)
class Row:
    """A line as it stands in its message. Never changed once it is made: another one takes its place."""

    line: Line
    frame: Frame = Frame.PAGE
    section: Section = Section.HEAD
    right: Runs = ()
    """What stands at the right end of the line."""
    code: int = -1
    """Number of the code block this row is the first of; -1 for any other row."""

    @property
    def first(self) -> tuple[int, int, int]:
        """The place of its first character in the message: section, logical line, character."""
        return self.section, self.line.logical, self.line.start


def row(
    runs: Runs,
    *,
    frame: Frame = Frame.PAGE,
    section: Section = Section.HEAD,
    line: int = 0,
    start: int = 0,
    lead: Runs = (),
    right: Runs = (),
) -> Row:
    """Return a row of runs. What leads them is drawn, but neither selected nor found."""
    text = words(runs)
    prefix = cells(lead)
    drawn = Line((*lead, *runs), prefix + cell_len(text), text, prefix, line, start, ground=frame.ground)
    return Row(drawn, frame, section, right)


def blank(section: Section, line: int = 0, frame: Frame = Frame.PAGE) -> Row:
    """Return an empty row."""
    return row((), frame=frame, section=section, line=line)


def edge(glyph: str, width: int, section: Section, line: int) -> Row:
    """Return the upper or lower edge of a card of code at the beginning or end of a text."""
    return Row(Line(((glyph * width, inks.CAP),), width, "", 0, line, kind="cap"), section=section)


def words(runs: Runs) -> str:
    """Return the text of runs."""
    return "".join(piece for piece, _ in runs)


def cells(runs: Runs) -> int:
    """Return the width of runs."""
    return sum(cell_len(piece) for piece, _ in runs)


def keys(hints: Iterable[tuple[str, str]], gap: str = "   ") -> Runs:
    """Return keys with their words, as they stand in the content."""
    runs: list[Run] = []
    for key, word in hints:
        runs += [(gap if runs else "", inks.TEXT), (key, inks.STRONG), (f" {word}", inks.MUTED)]
    return runs[1:]
