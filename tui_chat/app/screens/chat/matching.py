"""How well a few typed letters fit a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Match(NamedTuple):
    """A name that fits."""

    rank: int
    """0 for the name itself, then its beginning, a part of it, letters of it, a word about it."""
    marks: Sequence[int] = ()
    """Places in the name of the letters that were typed."""


def match(typed: str, name: str, words: str = "") -> Match | None:
    """Return how typed letters fit a name, or else what is said about it; ``None`` if they do not.

    Args:
        typed: What was typed; nothing fits every name.
        name: The name.
        words: What is said about it.
    """
    wanted, given = typed.casefold(), name.casefold()
    place = given.find(wanted)
    if place >= 0:
        rank = 2 if place else int(wanted != given)
        return Match(rank, range(place, place + len(wanted)))
    if (places := _letters(wanted, given)) is not None:
        return Match(3, places)
    return Match(4) if any(word.startswith(wanted) for word in words.casefold().split()) else None


def _letters(wanted: str, given: str) -> list[int] | None:
    """Return where letters stand in a name, in their order; the first one has to begin a word."""
    starts = [place for place in range(len(given)) if place == 0 or not given[place - 1].isalnum()]
    start = next((place for place in starts if given[place] == wanted[0]), None)
    if start is None:
        return None
    places = [start]
    for letter in wanted[1:]:
        place = given.find(letter, places[-1] + 1)
        if place < 0:
            return None
        places.append(place)
    return places
