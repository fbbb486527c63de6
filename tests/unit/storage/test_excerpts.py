"""What is shown of a text around a hit."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui_chat.storage.excerpts import excerpt
from tui_chat.storage.hits import Excerpt
from tui_chat.storage.needles import Haystack, Needle, plain


def around(text: str, *words: str) -> Excerpt:
    return excerpt(text, [Needle(word) for word in words])


def marked(text: str, *words: str) -> str:
    """Return an excerpt with its hits in brackets."""
    found = around(text, *words)
    line = found.text
    for start, end in reversed(found.spans):
        line = f"{line[:start]}[{line[start:end]}]{line[end:]}"
    return line


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("A red Fish", ["fish"], "A red [Fish]"),
        ("fish and FISH and fish", ["fish"], "[fish] and [FISH] and [fish]"),
        ("red fish", ["fish", "red"], "[red] [fish]"),
        ("redfish", ["red", "dfi"], "[redfi]sh"),
        ("fishfish", ["fish"], "[fish][fish]"),
        ("a\n\n  fish\tis\r\nhere  ", ["fish"], "a [fish] is here"),
        ("red \n fish", ["red fish"], "[red fish]"),
        ("Straße", ["strass"], "[Straß]e"),
        ("Straße", ["sse"], "Stra[ße]"),
        ("Cafe\u0301s", ["cafe"], "[Cafe\u0301]s"),
        ("Cafés", ["cafe"], "[Café]s"),
        ("Über Äpfel", ["apfel"], "Über [Äpfel]"),
        ("дом и Дом", ["ДОМ"], "[дом] и [Дом]"),
        (unicodedata.normalize("NFD", "대한국민"), ["한국"], unicodedata.normalize("NFD", "대[한국]민")),
        ("\x1b[31mfish\x1b[0m\u202e!", ["fish"], "[31m[fish][0m!"),
        ("fi\x00sh", ["fi\x00sh"], "[fish]"),
        ("nothing", ["fish"], "nothing"),
        ("", ["fish"], ""),
        (" \n ", [], ""),
    ],
)
def test_short_texts_stay_whole(text: str, words: list[str], line: str) -> None:
    assert marked(text, *words) == line


@pytest.mark.parametrize(
    ("text", "word", "line"),
    [
        ("# A **red** fish in `code`", "fish", "A red fish in code"),
        ("**red fish", "fish", "**red fish"),
        ("a **fish**", "**fish**", "a **fish**"),
        (f"**{'before ' * 50}fish** `after`", "fish", "fish after"),
        (f"```\n{'**before** ' * 50}\nfish **after**", "fish", "**before** fish **after**"),
    ],
)
def test_marks_of_markdown_are_left_out_unless_they_were_found(text: str, word: str, line: str) -> None:
    found = excerpt(text, [Needle(word)], is_markdown=True)
    assert found.text.endswith(line)
    assert [found.text[start:end] for start, end in found.spans] == [word]


def test_a_long_text_is_cut_between_words() -> None:
    found = around(f"{'before ' * 100}fish {'after ' * 100}", "fish")
    assert found.text.startswith("…before before") and found.text.endswith("after after…")
    ((start, end),) = found.spans
    assert found.text[start:end] == "fish"
    assert 20 < start < 60 and 120 < len(found.text) < 170


def test_a_hit_near_the_beginning_leaves_it_whole() -> None:
    assert around(f"A red fish {'after ' * 100}", "fish").text.startswith("A red fish after")


def test_a_hit_near_the_end_leaves_that_whole() -> None:
    assert around(f"{'before ' * 100}a red fish.", "fish").text.endswith("before a red fish.")


def test_without_a_hit_it_is_the_beginning() -> None:
    assert around("word " * 100, "fish").text.startswith("word word")


def test_a_text_without_spaces_is_cut_between_characters() -> None:
    found = around("東京" * 300 + "大阪" + "e\u0301" * 300, "大阪")
    ((start, end),) = found.spans
    assert found.text[start:end] == "大阪"
    assert not unicodedata.combining(found.text[-1]) or found.text[-2] == "e"
    assert found.text[-1] == "…" and found.text[0] == "…"


def test_a_long_phrase_is_shown_whole() -> None:
    phrase = " ".join(["word"] * 60)
    found = around(f"{'before ' * 50}{phrase} after", phrase)
    ((start, end),) = found.spans
    assert found.text[start:end] == phrase


def test_the_first_hit_of_any_word_is_shown() -> None:
    assert around(f"{'x ' * 400}red {'y ' * 400}fish", "fish", "red").text.count("red") == 1


LETTERS = "abefis ABS\n\t\u00a0éßﬁİ\u0301\u0308дДеЁё東カ\u3099가\u1100\u1161\u11a8א\u05bc🙂"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=4)
#: With what a terminal would act on.
TEXTS = st.text(st.sampled_from(f"{LETTERS}\x1b\u202e\u200d"), max_size=40)


@given(TEXTS, TEXTS, st.integers(0, 3), WORDS)
def test_what_is_marked_is_what_is_looked_for(before: str, after: str, times: int, word: str) -> None:
    assume(word.split())
    needle = Needle(word)
    text = before * 10 * times + word + after * 10 * times
    found = excerpt(text, [needle])
    assert len(found.text) < 260 + 10 * len(word)
    assert not any(unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in found.text)
    assert "  " not in found.text and found.text == found.text.strip(" ")
    assert all(0 <= start < end <= len(found.text) for start, end in found.spans)
    assert all(first[1] <= second[0] for first, second in pairwise(found.spans))
    for start, end in found.spans:
        assert not plain(word).split() or needle.is_in(Haystack(found.text[start:end]))
