"""The language of the search field.

Words must all be in the same text: in a message, or in the name of a session. ``"a phrase"`` must be there as it
stands, ``-word`` must not. ``name:value`` narrows what is searched, ``-name:value`` leaves that out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tui_chat.domain.messages import Role


class Operator(StrEnum):
    """What may stand before a colon."""

    MODEL = "model"
    PROVIDER = "provider"
    ROLE = "role"
    HAS = "has"
    LANG = "lang"
    PROJECT = "project"
    TAG = "tag"
    BEFORE = "before"
    AFTER = "after"
    IS = "is"


HAS = ("code", "image", "reasoning")
IS = ("pinned", "interrupted", "archived", "deleted")

_CHOICES = {Operator.ROLE: tuple(str(role) for role in Role), Operator.HAS: HAS, Operator.IS: IS}

_TOKEN = re.compile(
    r"""
    (?P<minus>-(?=[^\s-]))?
    (?:(?P<name>[^\W\d_]+):(?![/:]))?  # neither https://… nor std::…
    (?:"(?P<quoted>[^"]*)"? | (?P<bare>\S+) | (?<=:))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Filter:
    """``name:value``."""

    operator: Operator
    value: str
    moment: datetime | None = None
    """The beginning of the day, month or year of ``before:`` and ``after:``."""
    is_negated: bool = False
    """Whether it was written with a minus: what fits is left out."""

    def __str__(self) -> str:
        value = f'"{self.value}"' if " " in self.value else self.value
        return f"{'-' * self.is_negated}{self.operator}:{value}"


@dataclass(frozen=True)
class Query:
    """What is searched for."""

    words: tuple[str, ...] = ()
    """Words and phrases as they were typed."""
    without: tuple[str, ...] = ()
    """Words and phrases that must not be there."""
    filters: tuple[Filter, ...] = ()
    """All of them must hold."""
    notes: tuple[str, ...] = ()
    """What was not understood, in sentences for the user."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for: no word and no filter. What must not be there does not count."""
        return not self.words and not self.filters


def parse(text: str, today: date | None = None) -> Query:
    """Read a query. Whatever is typed is one: what is not understood is searched for as it stands.

    Args:
        text: What was typed.
        today: What relative dates count from; today where ``None``.
    """
    words: list[str] = []
    without: list[str] = []
    filters: list[Filter] = []
    notes: list[str] = []
    for token in _TOKEN.finditer(text):
        name, quoted, is_negated = token["name"], token["quoted"], token["minus"] is not None
        value = " ".join((quoted if quoted is not None else token["bare"] or "").split())
        if name is not None:
            found = _filter(name.lower(), value, is_negated, today or _today())
            if isinstance(found, Filter):
                filters.append(found)
                continue
            notes.append(found)
            value = f"{name}:{value}"
        if value.strip("-") or (value and quoted is not None):
            (without if is_negated else words).append(value)
    return Query(tuple(words), tuple(without), tuple(filters), tuple(notes))


def replace_filters(text: str, replaced: Callable[[Filter], bool], by: str) -> str:
    """Return what was typed without some of its filters, and with something else at its end.

    Args:
        text: What was typed.
        replaced: Tells which filters are to go.
        by: What is typed in their place; may be empty.
    """
    kept = []
    for token in _TOKEN.finditer(text):
        filters = parse(token[0]).filters
        if not (filters and all(map(replaced, filters))):
            kept.append(token[0])
    return " ".join(filter(None, [*kept, by]))


def _filter(name: str, value: str, is_negated: bool, today: date) -> Filter | str:
    """Return the filter, or why it is none."""
    try:
        operator = Operator(name)
    except ValueError:
        return f"{name}: is not a filter, so it is searched for as text."
    if not value:
        return f"{name}: needs a value."
    choices = _CHOICES.get(operator)
    if choices is not None:
        value = value.lower()
        if value not in choices:
            return f"{name}: takes {', '.join(choices[:-1])} or {choices[-1]}."
    if operator not in (Operator.BEFORE, Operator.AFTER):
        return Filter(operator, value, is_negated=is_negated)
    moment = _moment(value.lower(), today)
    if moment is None:
        return f"{name}: takes a date such as 2025-03-31, 2025-03, 2025, today, yesterday or 7d."
    return Filter(operator, value, moment, is_negated)


def _today() -> date:
    return datetime.now().astimezone().date()


def _ago(days: int) -> Callable[[date, re.Match[str]], date]:
    return lambda today, _: today - timedelta(days=days)


_DATES: tuple[tuple[str, Callable[[date, re.Match[str]], date]], ...] = (
    (r"today", _ago(0)),
    (r"yesterday", _ago(1)),
    (r"([0-9]+)d", lambda today, found: today - timedelta(days=int(found[1]))),
    (r"([0-9]{4})", lambda _, found: date(int(found[1]), 1, 1)),
    (r"([0-9]{4})-([0-9]{1,2})", lambda _, found: date(int(found[1]), int(found[2]), 1)),
    (r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", lambda _, found: date(*(int(group) for group in found.groups()))),
)


def _moment(value: str, today: date) -> datetime | None:
    """Return when a day, month or year begins where the user is; ``None`` if it is none."""
    for pattern, day_of in _DATES:
        if found := re.fullmatch(pattern, value):
            try:
                day = day_of(today, found)
                return datetime(day.year, day.month, day.day).astimezone()
            except (ValueError, OverflowError, OSError):  # no such day, or none that the clock of the system knows
                return None
    return None
