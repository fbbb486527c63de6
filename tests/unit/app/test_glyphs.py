"""Marks in ASCII: which, when, and never of another width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from tui_chat.app.glyphs import AsciiGlyphs, wants_ascii

BLACK = Color(0, 0, 0)


@pytest.mark.parametrize(
    ("setting", "environment", "wanted"),
    [
        ("ascii", {"LANG": "C.UTF-8"}, True),
        ("unicode", {"LANG": "C"}, False),
        ("auto", {"LANG": "en_US.UTF-8"}, False),
        ("auto", {"LANG": "de_DE.utf8"}, False),
        ("auto", {"LANG": "C"}, True),
        ("auto", {"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        ("auto", {"LANG": "ja_JP.eucJP"}, True),
    ],
)
def test_marks_are_ascii_where_the_locale_is_not_utf_8(setting: str, environment: dict[str, str], wanted: bool) -> None:
    assert wants_ascii(setting, environment) is wanted


def test_every_mark_has_one_of_the_same_width() -> None:
    marks = "▎●•■!□…·─━│►▼‹›↑↓←→▐▄▀█╭╮╰╯–×\u202f"
    (drawn,) = AsciiGlyphs().apply([Segment(marks)], BLACK)
    assert drawn.text.isascii()
    assert len(drawn.text) == cell_len(marks)


def test_words_and_styles_stay() -> None:
    segments = [Segment("plain"), Segment("Ünï 日本 • x")]
    first, second = AsciiGlyphs().apply(segments, BLACK)
    assert first is segments[0]
    assert second.text == "Ünï 日本 - x"
