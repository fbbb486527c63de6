"""Two answers beside each other and in one column."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.app.transcript.difference import Comparison, Pair, Side

OLD = (
    "Wait and **add a little noise** so that clients stay away.\n\n"
    "- one\n- two and six\n\n```py\nx = 1\n```\n\nThe end."
)
NEW = (
    "Wait and **spread the waits** so that clients stay away.\n\n"
    "- one\n- two\n\nSomething new.\n\n```py\nx = 2\n```\n\nThe end."
)


def shown(side: Side) -> str:
    return "".join(text for text, _ in side.line.runs).rstrip() if side.line is not None else ""


def marked(rows: list[Pair]) -> list[str]:
    """The words that are marked, in order: gone ones with a minus, new ones with a plus."""
    return [
        ("+" if side.is_new else "-") + "".join(text for text, _ in side.line.runs)[start:end]
        for pair in rows
        for side in pair
        if side.line is not None
        for start, end in side.marks
    ]


def test_blocks_that_belong_together_begin_in_the_same_row() -> None:
    rows = [tuple(shown(side) for side in pair) for pair in Comparison.of(OLD, NEW).beside(60)]
    assert rows[0][0].startswith("Wait and add")
    assert rows[0][1].startswith("Wait and spread")
    assert ("• one", "• one") in rows
    assert ("  x = 1", "  x = 2") in rows
    assert ("", "Something new.") in rows
    assert ("The end.", "The end.") in rows


def test_words_are_marked_as_they_are_read() -> None:
    words = ["-add a little noise", "+spread the waits", "-and six", "+Something new.", "-1", "+2"]
    comparison = Comparison.of(OLD, NEW)
    assert sorted(marked(comparison.beside(60))) == sorted(words)
    assert marked(comparison.above(60)) == words


def test_in_one_column_what_is_the_same_stands_there_once_and_gone_comes_before_new() -> None:
    lines = [shown(pair[0]) for pair in Comparison.of(OLD, NEW).above(80)]
    assert lines.count("The end.") == lines.count("• one") == 1
    places = [next(place for place, line in enumerate(lines) if word in line) for word in ("noise", "spread", "x = 1")]
    assert places == sorted(places)
    assert lines.index("  x = 1") < lines.index("  x = 2")


def test_the_copied_difference_has_brackets() -> None:
    text = Comparison.of("Use the [old] way.\n\nSame.", "Use the new way.\n\nSame.").to_text()
    assert text == "Use the [-[old]-] way.\nUse the {+new+} way.\n\nSame.\n"


CODE, TABLE = "```\ncode\n\tmore\n```", "| a | b |\n|---|---|\n| c | d |"
MARKDOWN = st.lists(
    st.sampled_from(["# Title", "some words", "- item", "> quoted", CODE, TABLE, "---", "日本語 text"]), max_size=6
).map("\n\n".join)


@given(MARKDOWN, MARKDOWN, st.integers(8, 60))
def test_no_line_of_either_answer_is_lost(old: str, new: str, width: int) -> None:
    comparison = Comparison.of(old, new)
    alone = [list(Comparison.of(text, text).beside(width)) for text in (old, new)]
    beside = comparison.beside(width)
    for column, rows in enumerate(alone):
        wanted = [shown(pair[column]) for pair in rows if shown(pair[column])]
        assert [shown(pair[column]) for pair in beside if shown(pair[column])] == wanted
    assert marked(comparison.above(width)) == [] or old != new


@pytest.mark.parametrize("width", [40, 96])
def test_long_answers_are_laid_out_in_a_moment(width: int) -> None:
    text = "\n\n".join(f"Paragraph {number} of some words that are told again and again." * 3 for number in range(500))
    began = time.perf_counter()
    comparison = Comparison.of(text, text.replace("7 of", "7 out of"))
    assert len(comparison.beside(width)) > 1000
    assert time.perf_counter() - began < 10
