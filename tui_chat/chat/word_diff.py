"""What two texts have in common, word by word.

The words that occur once in both texts are aligned first and divide the texts into short stretches; only those are
compared word with word. So the time grows with the length of the texts, not with its square.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

#: Pairs of words that are compared one by one without looking for words to align first.
_FEW = 40_000
#: Pairs beyond which two stretches without a word to align count as different.
_MANY = 4_000_000
#: Words in a row that are aligned where no single word occurs once.
_ROW = 8

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
#: A word, a letter of a script without spaces, or a sign.
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|[^\w\s]")


class Word(NamedTuple):
    """A word and where it stands."""

    text: str
    line: int
    start: int
    end: int


class Match(NamedTuple):
    """A run of words that both texts have."""

    before: int
    """Its first word in the text before."""
    after: int
    """Its first word in the text after."""
    size: int


Span = tuple[int, int]
"""Characters of a line: the first, and the one after the last."""


@dataclass(frozen=True)
class WordDiff:
    """What has changed between two texts."""

    gone: dict[int, list[Span]]
    """Words of the text before that are gone, by line."""
    new: dict[int, list[Span]]
    """Words of the text after that are new, by line."""
    pairs: list[tuple[int, int]]
    """Lines that have words in common: before and after, in ascending order of both."""
    words_gone: int
    words_new: int
    same: float
    """How much of both texts is the same, from 0 to 1."""


def word_diff(before: Sequence[str], after: Sequence[str]) -> WordDiff:
    """Compare two texts, given line by line."""
    old, new = words_in(before), words_in(after)
    matches = _cleaned(list(_aligned([one.text for one in old], [one.text for one in new])), len(old), len(new))
    gone = _changed(old, [(match.before, match.size) for match in matches])
    added = _changed(new, [(match.after, match.size) for match in matches])
    total = len(old) + len(new)
    return WordDiff(
        gone=_spans(gone, before),
        new=_spans(added, after),
        pairs=_pairs(old, new, matches),
        words_gone=sum(_is_word(one.text) for one in gone),
        words_new=sum(_is_word(one.text) for one in added),
        same=1 - (len(gone) + len(added)) / total if total else 1.0,
    )


def words_in(lines: Sequence[str]) -> list[Word]:
    """Return the words of a text, in their order."""
    return [
        Word(found[0], number, found.start(), found.end())
        for number, line in enumerate(lines)
        for found in _WORD.finditer(line)
    ]


def _is_word(text: str) -> bool:
    return text[0].isalnum() or text[0] == "_"


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[Match]:
    """Yield what two sequences of words have in common, in order."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        low, high, other_low, other_high = waiting.pop()
        start = low
        while low < high and other_low < other_high and old[low] == new[other_low]:
            low, other_low = low + 1, other_low + 1
        if low > start:
            yield Match(start, other_low - (low - start), low - start)
        if low == high or other_low == other_high:
            continue
        area = (high - low) * (other_high - other_low)
        stretches = (low, high, other_low, other_high)
        anchors = _anchors(old, new, stretches, 1) or _anchors(old, new, stretches, _ROW) if area > _FEW else []
        if anchors:
            edges = [*anchors, (high, other_high)]
            ends = [(low, other_low), *anchors]
            waiting.extend((a, c, b, d) for (a, b), (c, d) in reversed(list(zip(ends, edges, strict=True))) if a < c)
        elif area <= _MANY:
            matcher = SequenceMatcher(None, old[low:high], new[other_low:other_high], autojunk=area > _FEW)
            for a, b, size in matcher.get_matching_blocks():
                if size:
                    yield Match(low + a, other_low + b, size)


def _anchors(
    old: Sequence[str], new: Sequence[str], stretches: tuple[int, int, int, int], size: int
) -> list[tuple[int, int]]:
    """Return places of what occurs once in both stretches: as many as there are in the same order.

    Args:
        old: The words before.
        new: The words after.
        stretches: Where to look: from and to before, from and to after.
        size: How many words in a row to look for.
    """
    low, high, other_low, other_high = stretches
    rows = {at: tuple(old[at : at + size]) for at in range(low, high - size + 1)}
    other_rows = {at: tuple(new[at : at + size]) for at in range(other_low, other_high - size + 1)}
    counts, other_counts = Counter(rows.values()), Counter(other_rows.values())
    places = {row: at for at, row in other_rows.items() if other_counts[row] == 1}
    pairs = [(at, places[row]) for at, row in rows.items() if counts[row] == 1 and row in places]
    ends: list[int] = []
    """Of each length of a row, the smallest place at which one ends."""
    at_end: list[int] = []
    back: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        back.append(at_end[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            at_end.append(index)
        else:
            ends[length], at_end[length] = place, index
    found: list[tuple[int, int]] = []
    index = at_end[-1] if at_end else -1
    while index >= 0:
        found.append(pairs[index])
        index = back[index]
    return found[::-1]


def _cleaned(matches: list[Match], old_count: int, new_count: int) -> list[Match]:
    """Join neighbours, and drop what only looks the same: a word or two amid many that have changed."""
    joined: list[Match] = []
    for match in matches:
        last = joined[-1] if joined else None
        if last and last.before + last.size == match.before and last.after + last.size == match.after:
            joined[-1] = last._replace(size=last.size + match.size)
        else:
            joined.append(match)
    kept: list[Match] = []
    for index, match in enumerate(joined):
        last_old, last_new = (kept[-1].before + kept[-1].size, kept[-1].after + kept[-1].size) if kept else (0, 0)
        following = joined[index + 1] if index + 1 < len(joined) else Match(old_count, new_count, 0)
        above = max(match.before - last_old, match.after - last_new)
        below = max(following.before - match.before, following.after - match.after) - match.size
        if match.size * 3 > min(above, below):
            kept.append(match)
    return kept


def _changed(words: Sequence[Word], same: Sequence[tuple[int, int]]) -> list[Word]:
    changed: list[Word] = []
    at = 0
    for start, size in same:
        changed += words[at:start]
        at = start + size
    return changed + list(words[at:])


def _spans(words: Sequence[Word], lines: Sequence[str]) -> dict[int, list[Span]]:
    """Return where words stand, neighbours with the blanks between them as one."""
    spans: dict[int, list[Span]] = {}
    for word in words:
        found = spans.setdefault(word.line, [])
        if found and not lines[word.line][found[-1][1] : word.start].strip():
            found[-1] = (found[-1][0], word.end)
        else:
            found.append((word.start, word.end))
    return spans


def _pairs(old: Sequence[Word], new: Sequence[Word], matches: Sequence[Match]) -> list[tuple[int, int]]:
    """Return the lines that have most in common, each at most once."""
    shared: Counter[tuple[int, int]] = Counter()
    for match in matches:
        for step in range(match.size):
            if _is_word(old[match.before + step].text):
                shared[old[match.before + step].line, new[match.after + step].line] += 1
    best: dict[int, tuple[int, int]] = {}
    for (line, other), count in shared.items():
        if count > best.get(line, (0, 0))[0]:
            best[line] = (count, other)
    pairs: list[tuple[int, int]] = []
    for line, (_, other) in sorted(best.items()):
        if not pairs or other > pairs[-1][1]:
            pairs.append((line, other))
    return pairs
