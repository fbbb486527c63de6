"""Words in texts, and in lines before they are parsed."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable
from functools import partial

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_chat.storage.needles import Haystack, Needle, Prefilter, plain
from tui_chat.storage.query import Query, parse


def is_found(needle: str, text: str) -> bool:
    return Needle(needle).is_in(Haystack(text))


def lines(text: str) -> list[bytes]:
    """Return a message as each of the usual writers puts it."""
    message = {"id": "0", "parts": [{"kind": "text", "text": text}]}
    return [orjson.dumps(message), json.dumps(message).encode(), json.dumps(message, ensure_ascii=False).encode()]


SAME = [
    ("word", "One WORD more"),
    ("WORD", "one word more"),
    ("cafe", "Café"),
    ("cafe", "Cafe\u0301"),
    ("café", "CAFE\u0301"),
    ("cafe\u0301", "café"),
    ("uber", "Über"),
    ("strasse", "Straße"),
    ("STRASSE", "straße"),
    ("straße", "STRASSE"),
    ("GROẞ", "groß"),
    ("fi", "ﬁnal"),
    ("kelvin", "\u212aelvin"),
    ("istanbul", "İstanbul"),
    ("lodz", "Łódź".replace("Ł", "L")),
    ("łodz", "ŁÓDŹ"),
    ("nguyen", "Nguyễn"),
    ("привет", "ПРИВЕТ"),
    ("ПРИВЕТ", "приве\u0301т"),
    ("елка", "Ёлка"),
    ("σοφος", "ΣΟΦΌΣ"),
    ("ωδη", "ᾨδή".replace("ᾨ", "Ὠ")),
    ("αι", "ᾳ"),
    ("եւ", "և"),
    ("東京", "于東京都"),
    ("ガイド", "カ\u3099イト\u3099"),
    ("한국", unicodedata.normalize("NFD", "대한국")),
    ("שלום", "שָׁלוֹם"),
    ("محمد", "مُحَمَّد"),
    ("смех🙂", "Смех🙂"),
    ('say "hi"', 'I say "HI"'),
    ("a\\b", "A\\B"),
    ("two words", "Two\n\twords"),
    ("two words", "two\u00a0words"),
    ("\x1b[31m", "\x1b[31m"),
]

DIFFERENT = [
    ("word", "wo rd"),
    ("café", "cafe"),
    ("cafe", "caf"),
    ("ü", "ǘ"),
    ("über", "uber"),
    ("й", "и"),
    ("か", "が"),
    ("가", "각"),
    ("=", "≠"),
    ("two words", "twowords"),
    ("a.c", "abc"),
    ("2", "²"),
]


@pytest.mark.parametrize(("needle", "text"), SAME)
def test_same(needle: str, text: str) -> None:
    assert is_found(needle, text)
    assert is_found(needle, f"before{text}after")
    for line in lines(text):
        assert Prefilter(Query(words=(needle,))).may_contain(line), line


@pytest.mark.parametrize(("needle", "text"), DIFFERENT)
def test_different(needle: str, text: str) -> None:
    assert not is_found(needle, text)


@pytest.mark.parametrize(
    ("needle", "text"),
    [
        ("absent", "present"),
        ("absent", "naïve — “quoted” 🙂 Straße"),
        ("absent", "Łódź ﬁn"),
        ("нет", "Да, это здесь"),
        ("京都", "東京"),
        ("ガイド", "ガラス"),
        ("한국", "대한민국"),
        ("æble", "aeble"),
    ],
)
def test_lines_are_left_out(needle: str, text: str) -> None:
    for line in lines(text):
        assert not Prefilter(Query(words=(needle,))).may_contain(line), line


def test_every_word_must_be_in_the_line() -> None:
    line = lines("one Größe")[0]
    assert Prefilter(parse("one grosse")).may_contain(line)
    assert not Prefilter(parse("one grosse three")).may_contain(line)
    assert Prefilter(parse('"one grosse" -three -one')).may_contain(line)


def test_parts_that_a_message_must_have() -> None:
    line = lines("```py\nx\n```")[0]
    assert Prefilter(parse("has:code lang:py")).may_contain(line)
    assert Prefilter(parse("-has:image -has:reasoning")).may_contain(line)
    assert not Prefilter(parse("has:image")).may_contain(line)
    assert not Prefilter(parse("has:reasoning")).may_contain(line)
    assert not Prefilter(parse("has:code")).may_contain(lines("x")[0])
    assert not Prefilter(parse("lang:py")).may_contain(lines("x")[0])


def test_damaged_lines_do_no_harm() -> None:
    for word in ("cafe", "が"):
        assert not Prefilter(Query(words=(word,))).may_contain(b'{"text":"caf\xc4 \xff\xed\xa0\x80"')


def test_where_words_are() -> None:
    assert list(Needle("ab").places(Haystack("xAB ab"))) == [(1, 3), (4, 6)]
    assert list(Needle("a b").places(Haystack("a \n b"))) == [(0, 5)]


def test_what_turns_into_ascii() -> None:
    """No character that a word of ASCII may be found in is overlooked."""
    for code in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= code < 0xE000:
            continue
        word = plain(chr(code))
        if word.isascii() and word.strip():
            assert Prefilter(Query(words=(word,))).may_contain(lines(chr(code))[0]), hex(code)


def test_what_turns_into_something_else() -> None:
    for code in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= code < 0xE000 or not unicodedata.category(chr(code)).startswith("L"):
            continue
        character = chr(code)
        word = plain(character)
        if word != character and not word.isascii():
            assert Prefilter(Query(words=(word,))).may_contain(lines(character)[0]), hex(code)


LETTERS = st.sampled_from(
    "abefiklnosuzABEFIKSÅÄÖäéñßẞſﬁﬆİıǰŉǘđøŁłŞșćĐ\u212a\u212b\u1e9a=≠"
    "\u0300\u0301\u0308\u030c\u0323\u0327\u0338\u0344\u0345\u3099\u309a\u093c\u094d\u05b0\u064b\u0654"
    "абейёиЙЁИαιςσΣΐᾳᾈϊևեւ東京か\u304cがカガクकक़\u09c7\u09be\u09cb가각\u1100\u1161\u11a8א\u05e9\ufb2aاأ🙂𐐀𐐨"
    '"\\/u00e9 \n\t\u00a0\u2028\x1b\x7f²…™'
)


@given(
    st.lists(LETTERS | st.characters(codec="utf-8"), max_size=12),
    st.integers(0, 12),
    st.integers(1, 6),
    st.sampled_from((str, str.upper, partial(unicodedata.normalize, "NFC"), partial(unicodedata.normalize, "NFD"))),
)
@example(["\u09c7", "\u0301", "\u09be"], 0, 3, str)
@example(list("\\u00e9é"), 0, 7, str)
def test_no_line_is_left_out(characters: list[str], start: int, length: int, form: Callable[[str], str]) -> None:
    text = "".join(characters)
    needle = form(text[start : start + length])
    for word in (needle, plain(needle)):
        if word.split() and is_found(word, text):
            for line in lines(text):
                assert Prefilter(Query(words=(word,))).may_contain(line)
