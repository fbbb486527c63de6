"""The filters of the search screen: another way to type the most useful operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.app.widgets.filter_row import Choice
from tui_chat.storage.query import Filter, Operator, parse, replace_filters


class Kind(NamedTuple):
    """A filter, and what may be chosen."""

    name: str
    """What comes before its value."""
    none: str
    """How it is called that nothing is chosen."""
    operators: tuple[Operator, ...]
    """What it is typed with."""
    values: tuple[tuple[str, str], ...]
    """What is typed for each value, and how it is called."""

    def holds(self, one: Filter) -> bool:
        """Return whether something typed belongs to it."""
        return one.operator in self.operators and one.value != "interrupted"

    def chosen(self, text: str) -> list[Filter]:
        """Return what of it is typed in a query."""
        return [one for one in parse(text).filters if self.holds(one)]

    def words(self, text: str) -> str:
        """Return what is chosen in a query, in words."""
        return " ".join(map(self._called, self.chosen(text))) or self.none

    def _called(self, one: Filter) -> str:
        plain = one.value if len(self.operators) == 1 and not one.is_negated else str(one).replace(":", " ")
        return dict(self.values).get(str(one), plain)

    def changed(self, text: str, step: int) -> str:
        """Return a query with the next value, or the one before, in the place of what was chosen."""
        typed = ["", *(typed for typed, _ in self.values)]
        chosen = " ".join(map(str, self.chosen(text)))
        at = typed.index(chosen) if chosen in typed else 0
        return replace_filters(text, self.holds, typed[(at + step) % len(typed)])


def kinds(tags: Sequence[str]) -> tuple[Kind, ...]:
    """Return the filters.

    Args:
        tags: The tags to choose from.
    """
    places = (("is:pinned", "pinned"), ("is:archived", "archived"), ("is:deleted", "the trash"))
    authors = (("role:user", "you"), ("role:assistant", "models"))
    times = (
        ("after:today", "today"),
        ("after:7d", "last 7 days"),
        ("after:30d", "last 30 days"),
        ("after:365d", "last year"),
    )
    return (
        Kind("in", "all sessions", (Operator.IS,), places),
        Kind("by", "anyone", (Operator.ROLE,), authors),
        Kind("when", "any time", (Operator.AFTER, Operator.BEFORE), times),
        Kind("tag", "any", (Operator.TAG,), tuple((str(Filter(Operator.TAG, tag)), tag) for tag in tags)),
    )


def choices(found: Sequence[Kind], text: str) -> list[Choice]:
    """Return the filters as they stand in a query."""
    return [Choice(kind.name, kind.words(text)) for kind in found]
