from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.storage.markup import unmarked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**bold** *it* ***both*** ~~gone~~", "bold it both gone"),
        ("**two words, `code`** and [a *link*](http://a.b \"t\") ![cat](c.png)", "two words, code and a link cat"),
        ("# Head\n## Next\n> said", "Head\nNext\nsaid"),
        ("| a |\n|---|\n| b |", "| a |\n\n| b |"),
        ("so `f(*args)` and ``a ` b``", "so f(*args) and a ` b"),
        ("x\n```py\na * b * c\n**kw\n```\n*y*", "x\n\na * b * c\n**kw\n\ny"),
        ("```\nopen **x**", "\nopen **x**"),
        ("2 * 3 * 4, 2**8 or snake_case and __init__, ~ 5", "2 * 3 * 4, 2**8 or snake_case and __init__, ~ 5"),
        ("- item\n1. first #tag a > b", "- item\n1. first #tag a > b"),
        ("**open\nnext**", "**open\nnext**"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_words_stay(text: str, words: str) -> None:
    assert unmarked(text) == words


@given(st.text(alphabet="ab *_~`#>[]()!|-\n", max_size=60))
def test_no_letter_is_a_mark(text: str) -> None:
    kept = [one for one in unmarked(text) if one in "ab"]
    assert kept == [one for one in text if one in "ab"] or "](" in text or "```" in text or "~~~" in text
