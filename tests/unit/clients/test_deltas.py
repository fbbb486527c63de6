"""What is mended in the text that servers stream."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.clients.deltas import Increments, ThinkTags
from tui_chat.domain.events import ReasoningDelta

CUTS = st.lists(st.integers(0, 60), max_size=8)


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(cuts), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(edges)]


def mended(pieces: list[str]) -> str:
    increments = Increments()
    return "".join(increments.feed(piece) for piece in pieces) + increments.end()


def told_apart(pieces: list[str]) -> tuple[str, str]:
    tags = ThinkTags()
    deltas = [delta for piece in pieces for delta in tags.feed(piece)] + tags.end()
    assert all(delta.text for delta in deltas)
    thoughts = "".join(delta.text for delta in deltas if isinstance(delta, ReasoningDelta))
    return thoughts, "".join(delta.text for delta in deltas if not isinstance(delta, ReasoningDelta))


@given(st.text(min_size=4, max_size=60), CUTS)
def test_text_that_is_sent_anew_each_time_comes_once(text: str, cuts: list[int]) -> None:
    lengths = sorted({cut for cut in cuts if 3 < cut < len(text)} | {len(text)})
    assert mended([text[:length] for length in lengths]) == text


@pytest.mark.parametrize(
    "pieces",
    [
        ["1", "1", "1"],
        ["-", "----", "----"],
        ["ha", "haha"],
        ["ha", "haha", "!"],
        ["a", "", "ab", "c"],
        ["No", "No, no"],
        ["x"],
        [],
    ],
)
def test_other_text_stays_as_it_is(pieces: list[str]) -> None:
    assert mended(pieces) == "".join(pieces)


@pytest.mark.parametrize(
    ("text", "thoughts", "rest"),
    [
        ("<think>\nHm,\n\n</thi or\n</think>\n\nHello\n", "Hm,\n\n</thi or", "Hello\n"),
        ("\n <think>Hm</think>Hello <think>no</think>", "Hm", "Hello <think>no</think>"),
        ("<think></think>Hello", "", "Hello"),
        ("<think>Hm", "Hm", ""),
        ("<thinking> is a tag", "", "<thinking> is a tag"),
        ("<thin", "", "<thin"),
        ("Hello </think>", "", "Hello </think>"),
        ("  Hello", "", "  Hello"),
        ("", "", ""),
    ],
)
@given(cuts=CUTS)
def test_reasoning_is_told_apart_however_it_is_cut(text: str, thoughts: str, rest: str, cuts: list[int]) -> None:
    assert told_apart(pieces_of(text, cuts)) == (thoughts, rest)
    assert told_apart(list(text)) == (thoughts, rest)
