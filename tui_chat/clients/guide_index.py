"""Finding the section of the manual that answers a question.

Sections are ranked by BM25 (Robertson and Zaragoza, 2009) over their words; words of a heading count more, a word
may be misspelt, and the field's synonyms mean the same.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import NamedTuple

#: The usual constants of BM25.
_K1, _B = 1.4, 0.6

#: How often a word of the heading counts.
_HEADING_WEIGHT = 4

#: How much it counts that a question has all the words of a heading.
_HEADING_BONUS = 4.0

#: The part of a question's words that a section must have; below it has little to do with the question.
_LEAST = 0.5

_WORD = re.compile(r"ctrl\+\w+|shift\+\w+|alt\+\w+|f\d+|/[a-z-]+|--[a-z-]+|[^\W_]+", re.IGNORECASE)

_STOP = frozenset(
    """
    a about after all also an and any are as at be before but by can could did do does doing explain for from
    get give go going happen happens has have how i if in into is it its just know let like make me mean my need
    no not of on only or other out please should show so some tell that the their them then there these they
    thing this to up use using want was way what when where whether which who why will with would you your
    """.split()
)

_SYNONYMS = {
    word: group.split()[0]
    for group in (
        "session conversation chat thread dialog discussion",
        "quit exit close leave terminate",
        "key shortcut hotkey binding keybinding keystroke keyboard",
        "stop cancel abort interrupt halt",
        "export download share convert",
        "theme colour color dark light appearance look colors colours skin",
        "openai chatgpt gpt",
        "history storage stored store kept database data disk file tinydb",
        "delete remove trash erase discard",
        "copy clipboard yank",
        "model llm",
        "provider vendor service backend endpoint",
        "apikey api_key token credential secret password",
        "newline linebreak line multiline",
        "find search lookup filter",
        "regenerate retry redo variant again another",
        "error fail failure failed broken problem wrong trouble",
        "undo restore recover revert back",
        "local offline ollama lmstudio",
        "rename name title",
        "start launch begin open run",
        "browse read navigate scroll move",
        "send submit post",
        "privacy private telemetry tracking",
        "switch change select choose pick",
        "script command cli terminal shell pipe",
        "crash kill killed power lost lose",
        "sidebar list panel",
        "setting config configuration configure preference option settings",
    )
    for word in group.split()
}


class Section(NamedTuple):
    """A section of the manual."""

    heading: str
    text: str
    """Markdown, without the heading."""


class Hit(NamedTuple):
    """A section and how well it fits."""

    section: Section
    score: float


@cache
def sections() -> tuple[Section, ...]:
    """Return the sections of the manual that ships in the package, in its order."""
    found: list[Section] = []
    manual = files("tui_chat") / "manual"
    for page in sorted(manual.iterdir(), key=lambda page: page.name):
        if page.name.endswith(".md"):
            for part in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
                heading, _, text = part.partition("\n")
                found.append(Section(heading.strip(), text.strip()))
    return tuple(found)


def find(question: str, count: int = 4) -> list[Hit]:
    """Return the sections that fit a question best, the best first; none if nothing fits."""
    index = _index()
    wanted = [index.closest(word) for word in words_of(question[:2000])]
    scores = [(index.score(place, wanted), place) for place in range(len(sections()))]
    scores.sort(key=lambda pair: (-pair[0], pair[1]))
    return [Hit(sections()[place], score) for score, place in scores[:count] if score > 0]


def words_of(text: str) -> list[str]:
    """Return the words of a text that mean something, in their stems."""
    found = (word.lower() for word in _WORD.findall(text))
    return [_stem(word) for word in found if word not in _STOP and not word.isdigit()]


def _stem(word: str) -> str:
    word = _SYNONYMS.get(word, word)
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.isalpha() and word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending)
            stem = f"{stem}y" if ending == "ies" else stem
            doubled = stem[-1] == stem[-2] and stem[-1] not in "ls"
            stem = stem[:-1] if doubled else stem
            return _SYNONYMS.get(stem, _SYNONYMS.get(f"{stem}e", stem)).rstrip("e")
    return word.rstrip("e") if word.isalpha() and len(word) > 3 else word


class _Index:
    def __init__(self) -> None:
        self._counts = [
            Counter(words_of(section.heading) * _HEADING_WEIGHT + words_of(section.text)) for section in sections()
        ]
        lengths = [counts.total() for counts in self._counts]
        mean = sum(lengths) / max(1, len(lengths))
        self._norms = [_K1 * (1 - _B + _B * length / mean) for length in lengths]
        holding = Counter(word for counts in self._counts for word in counts)
        total = len(self._counts)
        self._weights = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in holding.items()}

    def closest(self, word: str) -> str:
        """Return the word itself if the manual has it, else one that is spelt nearly so."""
        if word in self._weights or len(word) < 4 or not word.isalpha():
            return word
        return next(iter(difflib.get_close_matches(word, self._weights, n=1, cutoff=0.75)), word)

    def score(self, place: int, wanted: list[str]) -> float:
        """Return how well a section fits the words of a question; 0 if it has too few of them."""
        counts, norm, words = self._counts[place], self._norms[place], set(wanted)
        found = [word for word in words if counts[word]]
        if not found or len(found) < _LEAST * len(words):
            return 0.0
        heading = set(words_of(sections()[place].heading))
        bonus = _HEADING_BONUS * len(heading & words) / max(1, len(heading))
        return bonus + sum(self._weights[word] * counts[word] * (_K1 + 1) / (counts[word] + norm) for word in found)


@cache
def _index() -> _Index:
    return _Index()
