"""Words to find in texts, and in the lines of the history file before anything in them is parsed.

Neither case nor Unicode form matters. Accents are optional: ``cafe`` finds *café*; ``café`` finds nothing else.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice

from tui_chat.storage.query import Operator, Query

#: Marks that may be left out: European accents but the strokes through ≠, Hebrew and Arabic points.
_MARKS = re.compile(
    "[\u0300-\u0333\u0339-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]+"
)

#: First bytes in UTF-8 of what may turn into ASCII without its accents, or may be such an accent; beside _LATIN_1.
_MARK_LEADS = [bytes([lead]) for lead in (0xCC, 0xCD, *range(0xD6, 0xDA))]
_RARE_LEADS = [*_MARK_LEADS, *(bytes([lead]) for lead in (*range(0xC4, 0xCA), 0xE1))]
#: The same for single characters: the signs of Kelvin and Ångström, ligatures such as ﬁ. With a byte that is rare in
#: other text, since to look for one byte takes a tenth of the time.
_RARE = [(b"\xaa", "\u212a".encode()), (b"\xab", "\u212b".encode()), (b"\xef", b"\xef\xac")]
_LATIN_1 = b"\xc3"

_UNICODE_ESCAPE = re.compile(rb"\\u")
_ESCAPES = re.compile(rb"\\[^u]|(?:\\u[0-9a-fA-F]{4})+")

#: White space in the JSON of a text, or what may be some: it is left out where accents are.
_BETWEEN_WORDS = rb"(?: |\\[nrtf]|\\u00[01][0-9a-f]|[\x80-\xff])*"

_InAscii = bytes | re.Pattern[bytes]

#: Where letters are that are not their own lower-case form, or are made of others.
_LETTERS = (range(0x41, 0x3400), range(0xA640, 0xAC00), range(0xF900, 0x1EA00), range(0x2F800, 0x2FA20))


#: What is in the JSON of a message that has something.
_SIGNS: dict[str, Sequence[bytes]] = {
    "code": (b"```", b"~~~"),
    "image": (b'"image"',),
    "reasoning": (b'"reasoning"',),
}


def folded(text: str) -> str:
    """Return a text without regard to case and Unicode form."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _decomposed(text))


def plain(text: str) -> str:
    """Return a folded text without accents."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", _decomposed(text)))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())


class Haystack:
    """A text that several needles are looked for in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._forms: dict[bool, str] = {}

    def form(self, is_exact: bool) -> str:
        """Return it folded, with accents where ``is_exact``."""
        if is_exact not in self._forms:
            self._forms[is_exact] = folded(self._text) if is_exact else plain(self._text)
        return self._forms[is_exact]


class Needle:
    """A word or phrase. The words of a phrase may have any white space between them.

    Attributes:
        is_exact: Whether it has accents, so that it fits only what has the same.
    """

    def __init__(self, text: str) -> None:
        self.is_exact = folded(text) != plain(text)
        words = (folded(text) if self.is_exact else plain(text)).split()
        self._word = words[0] if len(words) == 1 else ""
        self._pattern = re.compile(r"\s+".join(map(re.escape, words)))

    def is_in(self, haystack: Haystack) -> bool:
        """Return whether it is there."""
        text = haystack.form(self.is_exact)
        return self._word in text if self._word else self._pattern.search(text) is not None

    def first(self, haystack: Haystack) -> list[tuple[int, int]]:
        """Return the first of its places, if there is one."""
        return list(islice(self.places(haystack), 1))

    def places(self, haystack: Haystack) -> Iterator[tuple[int, int]]:
        """Yield begin and end of each place in the folded text."""
        for found in self._pattern.finditer(haystack.form(self.is_exact)):
            yield found.span()


class Prefilter:
    """Tells whether a line of JSON is worth parsing. It may say so in vain, but never leaves out what fits a query."""

    def __init__(self, query: Query) -> None:
        words = sorted({word for text in query.words for word in plain(text).split()}, key=len, reverse=True)
        phrases = [plain(text) for text in query.words]
        self._ascii: list[_InAscii] = [_as_json(word).lower() for word in words if word.isascii()]
        # Behind the words, since it takes longer to look for them.
        self._ascii += [_phrase(text.split()) for text in phrases if text.isascii() and len(text.split()) > 1]
        self._others = [_Foreign(word) for word in words if not word.isascii()]
        self._signs = [
            _SIGNS["code" if one.operator is Operator.LANG else one.value]
            for one in query.filters
            if one.operator in (Operator.HAS, Operator.LANG) and not one.is_negated
        ]

    def may_contain(self, line: bytes) -> bool:
        """Return whether a message in a line may fit."""
        if not all(any(sign in line for sign in signs) for signs in self._signs):
            return False
        missing = _from_missing(line, self._ascii)
        # Who escapes characters escapes all that are not ASCII.
        if (missing or self._others) and line.isascii() and b"\\" in line and _UNICODE_ESCAPE.search(line):
            line = _unescaped(line)
            missing = _from_missing(line, missing)
        if not missing and not self._others:
            return True
        if line.isascii():
            return False
        return all(word.may_be_in(line) for word in self._others) and _without_accents_has(line, missing)


def _as_json(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")


def _phrase(words: Sequence[str]) -> re.Pattern[bytes]:
    """Return a pattern for words of ASCII with any white space between them, as JSON has it."""
    return re.compile(_BETWEEN_WORDS.join(re.escape(_as_json(word).lower()) for word in words))


def _is_in(line: bytes, word: _InAscii) -> bool:
    return word in line if isinstance(word, bytes) else word.search(line) is not None


def _from_missing(line: bytes, words: Sequence[_InAscii]) -> Sequence[_InAscii]:
    """Return the words from the first on that is not there in ASCII."""
    if not words:
        return words
    lowered = line.lower()
    return words[next((index for index, word in enumerate(words) if not _is_in(lowered, word)), len(words)) :]


def _unescaped(line: bytes) -> bytes:
    r"""Return a line with characters in place of ``\uXXXX``, but for those that JSON has to escape."""

    def meant(found: re.Match[bytes]) -> bytes:
        return _as_json(json.loads(b'"%b"' % found[0])) if found[0].startswith(b"\\u") else found[0]

    return _ESCAPES.sub(meant, line)


def _without_accents_has(line: bytes, words: Sequence[_InAscii]) -> bool:
    if not words:
        return True
    if any(lead in line for lead in _RARE_LEADS) or any(byte in line and rare in line for byte, rare in _RARE):
        text = unicodedata.normalize("NFKD", line.decode(errors="replace"))
        line = text.replace("ß", "ss").replace("ẞ", "ss").encode("ascii", "ignore").lower()
    elif _LATIN_1 in line:
        line = line.replace("ß".encode(), b"ss").translate(_latin_1_table(), _LATIN_1)
    else:
        return False
    return all(_is_in(line, word) for word in words)


@cache
def _latin_1_table() -> bytes:
    """Return what turns the second bytes of U+00C0 to U+00FF into ASCII letters. Of other letters it makes nonsense."""
    table = bytearray(bytes(range(256)).lower())
    for code in range(0xC0, 0x100):
        base = plain(chr(code))
        if len(base) == 1 and base.isascii():
            table[code - 0x40] = ord(base)
    return bytes(table)


class _Foreign:
    """A folded word without accents that is not all ASCII, to be found in the bytes of a line in any of its forms."""

    def __init__(self, word: str) -> None:
        self._word = word
        forms, within = _forms()
        # Case-insensitive patterns over bytes know ASCII only, and are slow.
        letters = [_any_of([letter, *forms.get(letter, ())]) for letter in word]
        # A character that stands for several letters may begin or end in the middle of the word.
        longer = dict.fromkeys(one for letter in word for one in within.get(letter, ()))
        sequence = f"{_any_of(_marks())}*".join(letters)
        self._pattern = re.compile(f"{sequence}|{_any_of(longer)}".encode() if longer else sequence.encode())
        self._is_composed = any(
            unicodedata.normalize("NFD", letter) != letter or unicodedata.combining(letter) for letter in word
        )

    def may_be_in(self, line: bytes) -> bool:
        if self._pattern.search(line):
            return True
        if not self._is_composed:
            return False
        # What is composed here may be in pieces there.
        text = line.decode(errors="replace")
        if unicodedata.is_normalized("NFC", text) and not any(lead in line for lead in _MARK_LEADS):
            return False
        return self._word in plain(text)


@cache
def _marks() -> list[str]:
    return [chr(code) for code in range(0x300, 0x700) if _MARKS.match(chr(code))]


@cache
def _forms() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return by letter the characters that mean it, and those that mean several letters with it among them."""
    single: dict[str, list[str]] = {}
    several: dict[str, list[str]] = {}
    for character in map(chr, chain.from_iterable(_LETTERS)):
        letters = plain(character)
        if letters != character:
            for letter in letters:
                (single if len(letters) == 1 else several).setdefault(letter, []).append(character)
    return single, several


def _any_of(characters: Iterable[str]) -> str:
    """Return a pattern for the bytes of any of some characters."""
    by_start: dict[bytes, str] = {}
    for encoded in dict.fromkeys(_as_json(character) for character in characters):
        start = encoded[:-1]
        by_start[start] = by_start.get(start, "") + rf"\x{encoded[-1]:02x}"
    choices = ["".join(rf"\x{byte:02x}" for byte in start) + f"[{ends}]" for start, ends in by_start.items()]
    return f"(?:{'|'.join(choices)})"
