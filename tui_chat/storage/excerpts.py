"""Excerpts: what stands around a hit, in one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence, Set

from tui_chat.storage.hits import Excerpt
from tui_chat.storage.markup import marks
from tui_chat.storage.needles import Haystack, Needle, folded, plain

_BEFORE = 50
_WIDTH = 160
#: How far a cut may be moved to fall between two words.
_SLACK = 20
#: How many characters before an excerpt are looked at to find out what is a mark in it.
_LOOKED_AT = 20_000

#: Overrides of the writing direction: they would reach beyond the excerpt.
_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def excerpt(text: str, needles: Sequence[Needle], *, is_markdown: bool = False) -> Excerpt:
    """Return what stands around the first hit; the beginning where there is none.

    Args:
        text: What was searched.
        needles: What was found in it.
        is_markdown: Whether marks of Markdown are left out, unless they were found.
    """
    first = _first(text, needles)
    hit, length = first if first is not None else (0, 0)
    start = _start(text, max(0, hit - _BEFORE), hit) if hit + length > _WIDTH else 0
    stop = _stop(text, max(start + _WIDTH, hit + length), hit + length)
    window = text[start:stop]
    spans = places(window, needles)
    left_out = _marks(text, start, stop).difference(*(range(*span) for span in spans)) if is_markdown else set()
    return _in_one_line(window, spans, left_out, is_cut_before=start > 0, is_cut_after=stop < len(text))


def _marks(text: str, start: int, stop: int) -> set[int]:
    """Return the marks in part of a text, counted from its beginning."""
    first = max(0, start - _LOOKED_AT)
    return {first + index - start for index in marks(text[first : stop + _WIDTH])}


def _first(text: str, needles: Sequence[Needle]) -> tuple[int, int] | None:
    """Return where the first hit begins and about how long it is."""
    haystack = Haystack(text)
    found = [(needle, place) for needle in needles for place in needle.first(haystack)]
    places = [(_original(text, start, needle), stop - start) for needle, (start, stop) in found]
    return min(places, default=None)


def _original(text: str, index: int, needle: Needle) -> int:
    """Return where in a text the character is that stands at an index when it is folded."""
    if text.isascii():
        return index
    fold = folded if needle.is_exact else plain
    done = 0
    for line in text.split("\n"):  # nothing joins with a line break when it is folded
        length = len(fold(line)) + 1
        if index < length:
            return done + _offsets(line, needle)[index]
        index -= length
        done += len(line) + 1
    return len(text)


def _offsets(text: str, needle: Needle) -> Sequence[int]:
    """Return for each character of the folded text where it comes from, and the end of the text."""
    fold = folded if needle.is_exact else plain
    if text.isascii() or _folds_singly(text, fold):
        return range(len(text) + 1)
    offsets: list[int] = []
    for start, cluster in _clusters(text):
        offsets += [start] * len(fold(cluster))
    return [*offsets, len(text)]


def _folds_singly(text: str, fold: Callable[[str], str]) -> bool:
    """Return whether each character becomes one character, as in most texts: dashes, quotes, composed letters."""
    return all(len(fold(one)) == 1 and not _joins(one) for one in set(text) if not one.isascii())


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces that are folded for themselves, and where they begin."""
    starts = [index for index in range(len(text)) if index == 0 or not _joins(text[index])]
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        yield start, text[start:stop]


def _joins(character: str) -> bool:
    """Return whether a character belongs to the one before it: a mark, or a vowel or final of a Korean syllable."""
    return not character.isascii() and (
        unicodedata.category(character).startswith("M") or "\u1160" <= character <= "\u11ff" or character == "\u200d"
    )


def _start(text: str, cut: int, hit: int) -> int:
    """Return where to begin: at a word near a cut, else between characters."""
    for index in range(cut, min(cut + _SLACK, hit)):
        if index == 0 or text[index - 1].isspace():
            return index
    while cut > 0 and _joins(text[cut]):
        cut -= 1
    return cut


def _stop(text: str, cut: int, hit_end: int) -> int:
    """Return where to end: after a word near a cut, else between characters."""
    if cut >= len(text):
        return len(text)
    for index in range(cut, max(cut - _SLACK, hit_end), -1):
        if text[index].isspace():
            return index
    while cut < len(text) and _joins(text[cut]):
        cut += 1
    return cut


def places(text: str, needles: Sequence[Needle]) -> list[tuple[int, int]]:
    """Return begin and end of all hits in a text in order, those that overlap as one."""
    haystack = Haystack(text)
    found: list[tuple[int, int]] = []
    for needle in needles:
        hits = list(needle.places(haystack))
        if hits:
            offsets = _offsets(text, needle)
            ends = [*offsets[1:], len(text)]
            for start, stop in hits:
                # Part of what folds to several characters, such as ß, is all of it.
                end = next(offset for offset in ends[stop - 1 :] if offset > offsets[stop - 1])
                found.append((offsets[start], end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _in_one_line(
    window: str, spans: Sequence[tuple[int, int]], left_out: Set[int], *, is_cut_before: bool, is_cut_after: bool
) -> Excerpt:
    """Put one space for any white space, drop what a terminal would act on, and move the spans along."""
    text = "…" if is_cut_before else ""
    at: list[int] = []
    is_spaced = True
    for index, character in enumerate(window):
        at.append(len(text))
        if index in left_out:
            continue
        if character.isspace():
            text += "" if is_spaced else " "
            is_spaced = True
        elif unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTIONS:
            text += character
            is_spaced = False
    if is_spaced:
        text = text.rstrip(" ")
    at.append(len(text))
    moved = [(at[start], min(at[end], len(text))) for start, end in spans]
    return Excerpt(text + ("…" if is_cut_after else ""), tuple((start, end) for start, end in moved if start < end))
