"""Finding the sections of the manual that answer a question.

Sections are ranked by BM25 (Robertson and Zaragoza, 2009) over their words. Words of a heading count more, words are
brought to their stems, the field's synonyms mean the same, and a word may be misspelt.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

#: The usual constants of BM25.
_K1, _B = 1.4, 0.6

#: How often a word of the heading counts, and one of the other words for it.
_HEADING_WEIGHT, _ASKED_WEIGHT = 4, 2

#: How much it counts that a question has all the words of a heading.
_HEADING_BONUS = 4.0

#: The part of a question that a section must have, by the weight of its words; below it is about something else.
_LEAST = 0.42

#: The weight of a word that the manual does not have, as a part of the greatest weight.
_UNKNOWN = 0.6

#: How much a word counts that the question only refers to, and one that tells little.
_CONTEXT, _MINOR_SHARE = 0.35, 0.55

#: Characters of a prompt that are looked at, at its beginning and again at its end.
_LOOKED_AT = 400

#: How many words of a question may be misspelt.
_MISSPELT = 12

_WORD = re.compile(
    r"(?:ctrl|shift|alt)\+\w+|f\d+\b|(?<!\w)/[a-z][a-z-]+|--[a-z][a-z-]*|[a-z]+(?:_[a-z]+)+|[^\W_]+(?:[.'’][^\W_]+)*"
)

#: The other words for a question, below its heading.
_ASKED = re.compile(r"<!-- asked: (.*?)\s*-->", re.DOTALL)

_STOP = frozenset(
    """
    a about after again already also always am an and any anything are around as at be because been before being
    between but by can can't cannot could did do does doesn't doing don't each either else even ever explain for from
    get gets getting give given go goes going got had happen happens has have having he help her here hey hi hello him
    his how however i i'd i'm i've if in into is isn't it it's its just kind know let like look lot make makes many may
    maybe me mean means might mine more most much must my need needs never no not now of off ok on once one only or
    other our out over please possible put quite really say see seem shall she should show since so some somehow
    somebody something sort still such sure take tell than that that's the their them then there these they thing
    things think this those though through to too try up us use used using very via want wants was way ways we well
    were whether what what's which while whose will with within without won't would you your yours able
    actually accidentally currently easily every exactly exist exists good mode mistake please problem
    huh lol question real sup teh thanks trying understand wish yep yes
    """.split()
)

#: Words that tell little by themselves, and yet one question from another; a section need not have them.
_MINOR = frozenset("all another default new old own several when where who why work".split())

#: Words that belong to each other are one word.
_PHRASES = [
    (re.compile(pattern), word)
    for pattern, word in (
        (r"(?:\^|\b(?:ctrl|control|ctl|strg)\s*[-+ ]\s*)(?=[a-z]\b|home\b|end\b)", "ctrl+"),
        (r"\b(shift|alt)\s*[-+ ]\s*(?:enter|return)\b", r"\1+enter"),
        (r"\btui[- ]?chat(?!\w)", " tuichat "),
        (r"\bapi[ _-]?keys?\b|_api_key\b", " apikey "),
        (r"\bopen ai\b|\bchat ?gpt\b|\bgpt[-.\w]*", " openai "),
        (r"\blm ?studio\b", " lmstudio "),
        (r"\bllama[. ]cpp\b", " llamacpp "),
        (r"\bhugging face\b", " huggingface "),
        (r"\bnew ?lines?\b|\bline breaks?\b|\bmultiple lines\b|\bmulti-?line\b|\bseveral lines\b", " newline "),
        (r"\bsystem (?:prompt|message)s?\b|\bcustom instructions?\b", " systemprompt "),
        (r"\bslash[- ]commands?\b", " slash command "),
        (r"\bcommand[- ]line\b", " cli "),
        (r"\b(?:exit|return|error) (?:codes?|status)\b", " exitcode "),
        (r"\bbase[ _]url\b", " baseurl "),
        (r"\bconfig\.toml\b|\bconfig(?:uration)? file\b", " configfile config "),
        (r"\b(?:dark|light|night)[- ]?(?:mode|theme)\b", " theme dark "),
        (r"\bread ?only\b", " readonly "),
        (r"\brate limit(?:s|ed|ing)?\b|\btoo many requests\b", " busy "),
        (r"\bshut(?:ting)? (?:it )?down\b", " quit "),
        (r"\bweb ?pages?\b", " html "),
        (r"\bend (?:the |this )?(?:program|app|application)\b", " quit "),
        (r"\bget (?:me )?out\b", " quit "),
        (r"\bwhere (?:do|can) i find\b", " where "),
        (r"\bphones? home\b", " telemetry "),
        (r"\bfor (?:good|ever)\b|\bforever\b|\bpermanently\b", " purge "),
        (r"\bcut off\b", " interrupted "),
        (r"\bby (?:itself|themselves)\b|\bautomatically\b", " automatic "),
        (r"\b(?:try|trying|tries) (?:it )?again\b|\bre-?try(?:ing)?\b|\bretries\b", " retry "),
        (r"\bat (?:the same time|once)\b", " parallel "),
        (r"\bfile formats?\b", " format "),
        (r"\b(?:get|getting) started\b", " starting start "),
    )
]

#: Each line: words that mean the same here.
_GROUPS = """
    session conversation chat thread dialogue discussion
    quit exit close leave terminate shutdown bye
    key shortcut hotkey binding keybinding keystroke keyboard
    stop cancel abort halt
    interrupted interrupt incomplete partial unfinished
    another different alternate
    several two multiple both
    export download share convert
    theme colour color appearance look skin colors
    openai chatgpt gpt
    stored store storage kept persisted located location folder directory path
    history tinydb database
    delete deletion remove erase discard wipe
    copy clipboard yank
    model llm
    provider vendor backend
    endpoint host address
    apikey credential secret
    claude anthropic sonnet opus haiku
    gemini google bard
    find search grep
    regenerate regeneration variant reroll
    answer reply response output
    sibling alternative
    fail error failure failed broken trouble
    undo revert rollback
    restore recover
    local offline localhost self-hosted
    ollama llama
    rename name title
    start launch begin
    running runs run
    open load resume
    browse read
    send sent submit post
    privacy private telemetry tracking track analytics spy
    switch change choose pick
    script shell bash zsh powershell pipe automation headless scripting
    cli terminal
    lost lose losing loss gone vanish disappear
    crash kill killed reboot crashed
    sidebar panel
    config configuration configure setting settings preference preferences
    cost price pay money expensive free cheap
    proxy proxies
    queued queue waiting
    reasoning thinking thought thoughts
    privatkey keyring keychain
    backup back-up
    picture image photo attachment attach upload
    shown show visible
    outline toc
    temporary incognito ephemeral anonymous
    retry resend
    tuichat program app application client tool
    busy overloaded throttled limited
    parallel simultaneously concurrently
    clear empty
    mouse click wheel
    pin pinned favourite favorite star
    windows instances
    earlier previous former
    newest latest last recent bottom
    stdin piped
    hide toggle collapse
    group grouped sorted sort order
    usage token tokens
    timeout timeouts
    list show
"""


class Section(NamedTuple):
    """A section of the manual."""

    heading: str
    """A question, as a user would ask it."""
    text: str
    """Markdown, without the heading."""
    asked: tuple[str, ...]
    """The same question in other words. They are not shown; in the file they are a comment below the heading."""
    page: str
    """Name of the file it stands in."""


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
            parts = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
            found += [_section(part, page.name) for part in parts]
    return tuple(found)


def _section(part: str, page: str) -> Section:
    heading, _, text = part.partition("\n")
    comment = _ASKED.search(text)
    asked = comment[1].split(";") if comment else []
    return Section(heading.strip(), _ASKED.sub("", text).strip(), tuple(" ".join(one.split()) for one in asked), page)


def find(question: str, context: str = "", count: int = 4, least: float = _LEAST) -> list[Hit]:
    """Return the sections that fit a question best, the best first; none if nothing fits.

    Args:
        question: In the user's words.
        context: What the question may refer to, such as the one before; it counts less.
        count: The most sections to return.
        least: The part of the question that a section must have.
    """
    index = _index()
    own = index.words(question)
    stands_alone = any(word not in _MINOR for word in own)
    weights = dict.fromkeys(index.words(context), _CONTEXT if stands_alone else 1.0)
    weights.update((word, _MINOR_SHARE if word in _MINOR else 1.0) for word in own)
    scores = [(index.score(place, weights, least), place) for place in range(len(sections()))]
    # A question of the manual, word for word, such as those that are named below an answer.
    same = _plain(question)
    scores.sort(key=lambda pair: (_otherwise(same, sections()[pair[1]]), -pair[0], pair[1]))
    hits = [Hit(sections()[place], score) for score, place in scores[:count] if score > 0]
    # One of little words only, such as "what is this", is known as a whole or not at all.
    return hits or [Hit(section, 0.0) for section in sections() if _otherwise(same, section) < 2]


def shortened(text: str) -> str:
    """Return what is looked at of a prompt that may be very long: people paste, and ask below it or above it."""
    if len(text) <= 2 * _LOOKED_AT:
        return text
    paragraphs = [part for part in text.split("\n\n") if part.strip()] or [""]
    short = (part for part in (paragraphs[-1], paragraphs[0]) if len(part) <= _LOOKED_AT)
    return next(short, f"{text[:_LOOKED_AT]} {text[-_LOOKED_AT:]}")


def words_of(text: str) -> list[str]:
    """Return the words of a text that mean something, as their stems, in their order."""
    return [_canonical(word) for word in _raw_words(text)]


def _plain(text: str) -> str:
    return text.strip(" -*?!.\n").replace("’", "'").casefold()


def _otherwise(question: str, section: Section) -> int:
    """Return 0 if it is the heading of a section, 1 if it is one of the other words for it, else 2."""
    if question == _plain(section.heading):
        return 0
    return 2 - (question in map(_plain, section.asked))


def _raw_words(text: str) -> list[str]:
    text = text.casefold()
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return [word for word in _WORD.findall(text) if word not in _STOP and not _is_number(word)]


def _is_number(word: str) -> bool:
    return word.isdigit() and len(word) != 3  # an HTTP status tells something


def _stem(word: str) -> str:
    if not word.isalpha() or word in _MINOR:
        return word
    for ending in ("ings", "ing", "ions", "ion", "ies", "ied", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending)
            is_doubled = len(ending) > 1 and stem[-1] == stem[-2] and stem[-1] not in "ls"
            return stem[:-1] if is_doubled else stem
    return word


def _canonical(word: str) -> str:
    whole, stems = _synonyms()
    return whole.get(word) or stems.get(stem := _stem(word)) or stem


@cache
def _synonyms() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what the words of the groups mean: by the words themselves, and by their stems."""
    whole: dict[str, str] = {}
    stems: dict[str, str] = {}
    for group in _GROUPS.strip().splitlines():
        words = group.split()
        meaning = _stem(words[0])
        for word in words:
            whole.setdefault(word, meaning)
            if not word.startswith("setting"):  # whose stem is the verb "set"
                stems.setdefault(_stem(word), meaning)
    return whole, stems


class _Index:
    def __init__(self) -> None:
        # What stands in quotes is an example, and about something else.
        texts = [_raw_words(re.sub(r"“[^”]*”|\"[^\"]*\"", " ", section.text)) for section in sections()]
        questions = [[_raw_words(one) for one in (section.heading, *section.asked)] for section in sections()]
        self._spellings = _by_first_letter([*texts, *(words for group in questions for words in group)])
        self._questions = [[list(map(_canonical, words)) for words in group] for group in questions]
        self._counts = [
            Counter(
                [*heading * _HEADING_WEIGHT, *(word for words in asked for word in words * _ASKED_WEIGHT)]
                + [_canonical(word) for word in text if word not in _MINOR]
            )
            for (heading, *asked), text in zip(self._questions, texts, strict=True)
        ]
        lengths = [counts.total() for counts in self._counts]
        mean = sum(lengths) / max(1, len(lengths))
        self._norms = [_K1 * (1 - _B + _B * length / mean) for length in lengths]
        holding = Counter(word for counts in self._counts for word in counts)
        total = len(self._counts)
        self._weights = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in holding.items()}
        self._unknown = _UNKNOWN * max(self._weights.values(), default=1.0)

    def words(self, question: str) -> list[str]:
        """Return the words of a question as the manual spells them."""
        found, misspelt = [], 0
        for word in dict.fromkeys(_raw_words(question)):
            known = _canonical(word)
            if known not in self._weights and misspelt < _MISSPELT:
                misspelt += 1
                word = self._closest(word)
                known = _canonical(word)
            if word not in _STOP:
                found.append(known)
        return found

    def _closest(self, word: str) -> str:
        """Return a word of the manual that is spelt nearly so; else the word itself."""
        if not 5 <= len(word) <= 20 or not word.isalpha():
            return word
        spellings = [one for one in self._spellings.get(word[0], []) if abs(len(one) - len(word)) < 2]
        near = difflib.get_close_matches(word, spellings, n=3, cutoff=0.79)
        near = [one for one in near if not word.startswith(one)]
        # Letters that changed places are the commonest slip.
        return next((one for one in near if sorted(one) == sorted(word)), near[0] if near else word)

    def score(self, place: int, wanted: Mapping[str, float], least: float) -> float:
        """Return how well a section fits the words of a question; 0 if it has too few of them."""
        counts, norm = self._counts[place], self._norms[place]
        asked = sum(self._weight(word) for word, share in wanted.items() if share == 1.0)
        had = sum(self._weight(word) for word, share in wanted.items() if share == 1.0 and counts[word])
        if not had or had < least * asked:
            return 0.0
        ranked = sum(
            share * self._weight(word) * counts[word] * (_K1 + 1) / (counts[word] + norm)
            for word, share in wanted.items()
        )
        alike = max(self._likeness(question, wanted) for question in self._questions[place])
        if not alike and had < asked:
            return 0.0  # a word or two in passing
        return (ranked + _HEADING_BONUS * alike) * (0.4 + 0.6 * had / asked)

    def _likeness(self, question: Iterable[str], wanted: Mapping[str, float]) -> float:
        """Return how much of a question of the manual is in what is wanted, from 0 to 1."""
        words = set(question)
        whole = sum(map(self._weight, words))
        return sum(self._weight(word) * wanted.get(word, 0.0) for word in words) / whole if whole else 0.0

    def _weight(self, word: str) -> float:
        return self._weights.get(word, self._unknown)


def _by_first_letter(texts: Iterable[list[str]]) -> Mapping[str, list[str]]:
    """Return the words that a misspelt one may have been meant for."""
    known = {word for words in texts for word in words} | set(_synonyms()[0]) | _STOP
    found: dict[str, list[str]] = {}
    for word in sorted(known):
        if word.isalpha() and len(word) > 3:
            found.setdefault(word[0], []).append(word)
    return found


@cache
def _index() -> _Index:
    return _Index()
