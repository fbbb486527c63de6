from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.app.transcript.sanitize import LIMIT, sanitize


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b31m", "�31m"),
        ("\u202egpj.exe\u202c", "�gpj.exe�"),
        ("\u2066x\u2069", "�x�"),
        ("a\ud800b", "a�b"),
        ("\ufeffa\u200bb\u00adc", "abc"),
        ("pass\U000e0041\U000e0042", "pass"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("tab\tkept\n", "tab\tkept\n"),
        ("👩\u200d🚀 ❤\ufe0f e\u0301", "👩\u200d🚀 ❤\ufe0f e\u0301"),
        ("e" + "\u0301" * 1000 + "x", "e" + "\u0301" * LIMIT + "x"),
        ("\u200d\u200c" * 500, "\u200d\u200c" * (LIMIT // 2)),
    ],
)
def test_hostile_text_is_shown_or_dropped(hostile: str, safe: str) -> None:
    assert sanitize(hostile) == safe


@given(st.text())
def test_it_is_done_once_and_leaves_no_control_characters(text: str) -> None:
    safe = sanitize(text)

    assert sanitize(safe) == safe
    assert not any((ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in safe)
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
