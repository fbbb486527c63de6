"""Keys that a question names, and what the manual's tables say of them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from tui_chat.clients.guide_index import sections, words_of

#: How the headings of the tables begin; what follows says where their keys work.
_HEADING = "Which keys work "

_ROW = re.compile(r"^\| (`.+?) \| (.+) \|$", re.MULTILINE)

_NAMES = {
    "escape": "Esc",
    "return": "Enter",
    "spacebar": "Space",
    "pgup": "PageUp",
    "pgdn": "PageDown",
    "pgdown": "PageDown",
}

_COMBINED = (
    r"(?:\^|(?:ctrl|control|ctl|strg)\s*[-+ ]\s*)(?:[a-z]|home|end)(?!\w)|(?:shift|alt)\s*[-+ ]\s*(?:enter|return)\b"
)
_NAMED = r"esc(?:ape)?|enter|return|space(?:bar)?|tab|home|end|page ?up|page ?down|pg(?:up|dn|down)"
_KEY = rf"[`'\"“‘]?(?P<key>{_COMBINED}|f\d\d?|{_NAMED}|[^\s`'\"“”‘’])[`'\"”’]?"

#: What names a key wherever it stands.
_ANYWHERE = re.compile(rf"(?P<key>{_COMBINED}|\bf(?:[1-9]|1[0-2])\b)", re.IGNORECASE)

#: What names one only because of the words around it: a letter, or a word such as "enter".
_AROUND = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*?(?:the )?{_KEY}(?: key)?[\s?.!]*$",
        rf"\bwhat(?:'s| does| do| is| will| happens with)?(?: the)?(?: key| letter)? {_KEY}"
        r"(?: key)?(?: do| does| for| mean| good for|\W*$| in | while | when )",
        rf"\b(?:press|pressed|pressing|hit|hitting) {_KEY}"
        r"(?=[?.,!]*(?:$|\s(?:do|in|while|when|on|and|to|but|it|nothing)\b))",
        rf"\b(?:key|letter) {_KEY}(?=\W*$|\s(?:do|mean|in|for)\b)",
    )
]


class KeyRow(NamedTuple):
    """A row of a table of keys."""

    keys: tuple[str, ...]
    """As the manual writes them."""
    words: str
    """What they do."""
    place: str
    """Where they work, for example ``in the sidebar``."""


@cache
def key_rows() -> tuple[KeyRow, ...]:
    """Return the rows of all tables of keys, in the order of the manual."""
    return tuple(
        KeyRow(tuple(re.findall(r"`(.+?)`", keys)), words, section.heading.removeprefix(_HEADING).rstrip("?"))
        for section in sections()
        if section.heading.startswith(_HEADING)
        for keys, words in _ROW.findall(section.text)
    )


def keys_in(question: str) -> list[str]:
    """Return the keys that a question names, as the manual writes them; letters keep their case."""
    found = [match["key"] for match in _ANYWHERE.finditer(question)]
    found = found or [match["key"] for pattern in _AROUND for match in pattern.finditer(question)]
    return list(dict.fromkeys(map(_canonical, found)))


def rows_of(key: str) -> list[KeyRow]:
    """Return what a key does, place by place; nothing if it has no meaning."""
    return [row for row in key_rows() if key in row.keys]


def rows_for(question: str) -> list[KeyRow]:
    """Return the keys for what a question wants to do; nothing if it does not ask for a key."""
    words = set(words_of(question))
    wanted = words - {"key"}
    shared = [(len(wanted & set(words_of(row.words))), row) for row in key_rows()] if wanted < words else []
    most = max((count for count, _ in shared), default=0)
    return [row for count, row in shared if count == most] if 2 * most > len(wanted) else []


def _canonical(key: str) -> str:
    if len(key) == 1:
        return key
    name = key.casefold().replace("^", "ctrl+")
    name = re.sub(r"^(?:ctrl|control|ctl|strg)\s*[-+ ]\s*", "ctrl+", name)
    name = re.sub(r"^(shift|alt)\s*[-+ ]\s*\w+$", r"\1+enter", name).replace("page ", "page")
    spelt = {known.casefold(): known for row in key_rows() for known in row.keys if len(known) > 1}
    return _NAMES.get(name) or spelt.get(name) or "+".join(part.capitalize() for part in name.split("+"))
