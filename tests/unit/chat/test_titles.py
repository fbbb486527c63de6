from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.chat.titles import LONGEST, name_from


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("How do I retry?", "How do I retry?"),
        ("My client gives up at the first 503. How do I retry it?", "My client gives up at the first 503"),
        ("e.g. this is a short beginning of a sentence", "e.g. this is a short beginning of a sentence"),
        ("# Heading\n\ntext", "Heading"),
        ("```py\nprint(1)\n```\nWhat does this print?", "What does this print?"),
        ("```py\nprint(1)\n```", "py"),
        ("see [the docs](https://example.org) first.", "see the docs first"),
        ("**bold** and `code`", "bold and code"),
        ("\n\n   \n- an item", "an item"),
        ("", ""),
        ("!!! ???", ""),
        ("日本語のとても長い質問" * 8, ("日本語のとても長い質問" * 8)[:LONGEST] + "…"),
        ("a\x1b[31mred\x07", "a[31mred"),
    ],
)
def test_a_name_is_made_of_the_first_words(prompt: str, name: str) -> None:
    assert name_from(prompt) == name


def test_a_long_prompt_is_cut_between_words() -> None:
    name = name_from("word " * 40)
    assert name.endswith("word…")
    assert len(name) <= LONGEST + 1


@given(st.text())
def test_any_prompt_makes_one_printable_line(prompt: str) -> None:
    name = name_from(prompt)
    assert len(name) <= LONGEST + 1
    assert name == "" or name.isprintable()


def test_a_key_or_password_never_becomes_a_part_of_a_name() -> None:
    key = "sk-proj-" + "a1B2_c3D4" * 5

    assert name_from(f"Is {key} valid?") == "Is «key» valid?"
    assert name_from("```\nDB_PASSWORD=hunter22hunter\n```") == "DBPASSWORD=«password»"
    assert name_from("Write to anna@firma.de") == "Write to anna@firma.de"
