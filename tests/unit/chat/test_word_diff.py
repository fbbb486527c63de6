from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.chat.word_diff import word_diff, words_in


def texts(spans: dict[int, list[tuple[int, int]]], lines: list[str]) -> list[str]:
    return [lines[line][start:end] for line, found in sorted(spans.items()) for start, end in found]


def test_words_that_changed_are_found_whole_with_the_blanks_between_them() -> None:
    before = ["Wait longer each time, and add a little noise so that clients do not come back.", "Ten tries are good."]
    after = ["Wait longer each time, and spread the waits at random so that clients do not come back.", ""]
    diff = word_diff(before, after)
    assert texts(diff.gone, before) == ["add a little noise", "Ten tries are good."]
    assert texts(diff.new, after) == ["spread the waits at random"]
    assert (diff.words_gone, diff.words_new) == (8, 5)
    assert diff.pairs == [(0, 0)]


def test_a_lone_word_amid_a_rewritten_line_is_no_match() -> None:
    before = ["one two three four five the six seven eight nine ten"]
    after = ["uno dos tres cuatro cinco the seis siete ocho nueve diez"]
    assert texts(word_diff(before, after).gone, before) == before


def test_lines_are_paired_though_some_are_new() -> None:
    before = ["first line here", "second line there", "last words of all"]
    after = ["first line here", "something altogether else", "second line there again", "last words of all"]
    assert word_diff(before, after).pairs == [(0, 0), (1, 2), (2, 3)]


def test_chinese_is_compared_letter_by_letter() -> None:
    before, after = ["我喜欢吃苹果"], ["我喜欢吃梨"]
    diff = word_diff(before, after)
    assert (texts(diff.gone, before), texts(diff.new, after)) == (["苹果"], ["梨"])


@pytest.mark.parametrize(("before", "after"), [([], []), ([""], [""]), (["a"], []), ([], ["a b"]), (["x"], ["x"])])
def test_empty_and_equal_texts(before: list[str], after: list[str]) -> None:
    diff = word_diff(before, after)
    assert diff.words_gone == (len(words_in(before)) if before != after else 0)
    assert diff.same == (1.0 if before == after else 0.0)


LINES = st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", "the", ",", "."]), max_size=9).map(" ".join), max_size=9)


@given(LINES, LINES)
def test_without_what_changed_both_texts_are_the_same(before: list[str], after: list[str]) -> None:
    diff = word_diff(before, after)

    def kept(lines: list[str], changed: dict[int, list[tuple[int, int]]]) -> list[str]:
        return [
            word.text
            for word in words_in(lines)
            if not any(start <= word.start < end for start, end in changed.get(word.line, []))
        ]

    assert kept(before, diff.gone) == kept(after, diff.new)


@pytest.mark.parametrize("vocabulary", [40, 3_000, 1_000_000])
def test_long_answers_are_compared_in_a_moment(vocabulary: int) -> None:
    chance = random.Random(1)  # the same text each time

    def text() -> list[str]:
        return [" ".join(f"w{chance.randrange(vocabulary)}" for _ in range(60)) for _ in range(300)]

    before = text()
    edited = [line.replace(f"w{number % 40}", "other") for number, line in enumerate(before)]
    for after in (edited, text()):
        began = time.process_time()
        diff = word_diff(before, after)
        assert time.process_time() - began < 5, "a hundred kilobytes each"
        assert after is not edited or diff.same > 0.9
