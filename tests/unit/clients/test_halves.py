from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.clients.halves import Joiner, stood_in, without_halves
from tui_chat.clients.reply_body import parsed
from tui_chat.domain.events import CitationsAdded, ReasoningDelta, StreamEvent, TextDelta

HIGH, LOW = (parsed(f'"\\u{digits}"') for digits in ("d83d", "DE42"))

#: Any text that JSON can hold, halves of characters among it.
TEXT = st.text(st.characters(exclude_categories=()), max_size=9)


def joined(*events: StreamEvent) -> list[StreamEvent]:
    """Return what comes of events, of which each comes by itself."""
    joiner = Joiner()
    return [one for event in events for one in joiner.feed([event])] + list(joiner.end())


def text(*pieces: str) -> list[StreamEvent]:
    return [TextDelta(text=piece) for piece in pieces]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (("Hi ", "you"), ("Hi ", "you")),
        ((f"Hi {HIGH}", f"{LOW} you"), ("Hi ", "🙂 you")),
        ((HIGH, LOW), ("🙂",)),
        ((f"{HIGH}{LOW}",), ("🙂",)),
        ((HIGH, ""), ("\ufffd",)),
        ((HIGH, "", LOW), ("🙂",)),
        ((HIGH, "you"), ("\ufffdyou",)),
        ((LOW, HIGH), ("\ufffd", "\ufffd")),
        ((HIGH, HIGH, LOW), ("\ufffd", "🙂")),
        ((f"a{LOW}b",), ("a\ufffdb",)),
    ],
)
def test_halves_that_belong_together_become_a_character(pieces: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert joined(*text(*pieces)) == text(*expected)


def test_another_kind_of_delta_does_not_bring_the_other_half() -> None:
    assert joined(TextDelta(text=HIGH), ReasoningDelta(text=LOW)) == [
        TextDelta(text="\ufffd"),
        ReasoningDelta(text="\ufffd"),
    ]


def test_what_is_no_delta_may_come_in_between() -> None:
    cited = CitationsAdded(citations=[])
    assert joined(TextDelta(text=HIGH), cited, TextDelta(text=LOW)) == [cited, TextDelta(text="🙂")]


def test_data_to_send_back_is_never_held() -> None:
    signed = ReasoningDelta(text=HIGH, metadata={"signature": "c2ln"})
    assert joined(signed) == [ReasoningDelta(text="", metadata=signed.metadata), ReasoningDelta(text="\ufffd")]


@given(TEXT)
def test_any_text_can_be_held(value: str) -> None:
    written = json.dumps(value)
    # Two halves side by side are one character to JSON.
    marks = ["\ufffd" if "\ud800" <= mark <= "\udfff" else mark for mark in json.loads(written)]
    assert without_halves(parsed(written)) == "".join(marks)


@pytest.mark.parametrize("value", ["\\ud83d", '"\\ud83d"', "\\\\ud83d\\n", "C:\\ud83d\\ude42"])
def test_what_only_looks_like_a_half_stays_as_it_is(value: str) -> None:
    assert json.loads(stood_in(json.dumps(value))) == value
