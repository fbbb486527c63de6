"""Earlier prompts are found by words, then by letters that stand close together."""

from __future__ import annotations

import pytest

from tui_chat.app.screens.past_prompts import search
from tui_chat.storage.prompt_history import PastPrompt

TEXTS = ("Sort this list", "Explain QuickSort", "Größe der Datei", "a b c, (d) [e", "quick question: sort?")
PROMPTS = [(PastPrompt(text), text.casefold()) for text in TEXTS]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", list(TEXTS)),
        ("sort", ["Sort this list", "Explain QuickSort", "quick question: sort?"]),
        ("sort quick", ["Explain QuickSort", "quick question: sort?"]),
        ("GRÖSSE", ["Größe der Datei"]),
        ("qks", ["Explain QuickSort"]),
        ("(d) [", ["a b c, (d) [e"]),
        ("list sort zebra", []),
        ("x", ["Explain QuickSort"]),
    ],
)
def test_what_is_typed_finds(typed: str, found: list[str]) -> None:
    assert [prompt.text for prompt in search(PROMPTS, typed)] == found


def test_whole_words_come_before_letters_and_nothing_comes_twice() -> None:
    texts = ["s o r t e d", "sort", "so rt"]
    found = search([(PastPrompt(text), text) for text in texts], "sort")
    assert [prompt.text for prompt in found] == ["sort", "s o r t e d", "so rt"]
