"""Server-sent events."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.clients.sse import ServerSentEvent, SSEDecoder
from tui_chat.domain.errors import BadStream

FIELDS = ["event: e", "id: 7", "id: \0", "retry: 10", "retry: x", "other: y", ": hello"]
DATA = ["data", "data:", "data:  x", 'data: {"a": "ü\u2028😀\u0085"}', "\ufeffdata: z"]
LINES = st.sampled_from(["", *FIELDS, *DATA])
STREAMS = st.builds(
    lambda parts, start: start + "".join(line + end for line, end in parts).encode(),
    st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r", "\r\n"])), max_size=12),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff"]),
)


def decoded(*pieces: bytes) -> list[ServerSentEvent]:
    decoder = SSEDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return events + decoder.end()


@given(STREAMS, st.lists(st.integers(0, 200), max_size=6))
def test_any_cut_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(edges)]
    whole = decoded(stream)
    assert decoded(*pieces) == whole
    assert decoded(*(bytes([byte]) for byte in stream)) == whole


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [ServerSentEvent("a")]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", [ServerSentEvent("a"), ServerSentEvent("b"), ServerSentEvent("c")]),
        (b"data: a\ndata:b\ndata\n\n", [ServerSentEvent("a\nb\n")]),
        (b": note\n\n:\n\ndata: a\n\n", [ServerSentEvent("a")]),
        (b"\xef\xbb\xbfdata: a\n\n", [ServerSentEvent("a")]),
        (b"event: e\nid: 1\nretry: 5\ndata: a\n\ndata: b\n\n", [
            ServerSentEvent("a", "e"), ServerSentEvent("b", "message")]),
        (b"event: lonely\n\ndata: a\n\n", [ServerSentEvent("a")]),
        (b"data: a", [ServerSentEvent("a")]),
        (b"data: a\n", [ServerSentEvent("a")]),
        (b"", []),
        ("data: \u2028\u0085\x0b\x0c\n\n".encode(), [ServerSentEvent("\u2028\u0085\x0b\x0c")]),
    ],
)  # fmt: skip
def test_events_are_told_apart(stream: bytes, events: list[ServerSentEvent]) -> None:
    assert decoded(stream) == events


@pytest.mark.parametrize("piece", [b"data: 0123456789", b"data: 0123456789\n", b"data\n"])
def test_an_endless_event_is_refused(piece: bytes) -> None:
    decoder = SSEDecoder("Acme", longest=100)
    with pytest.raises(BadStream, match="Acme sent an event of more than 100 bytes"):
        for _ in range(100):
            decoder.feed(piece)


def test_endless_comments_are_not_kept() -> None:
    decoder = SSEDecoder(longest=100)
    for _ in range(100):
        assert decoder.feed(b": still working\n") == []
    assert decoder.feed(b"data: a\n\n") == [ServerSentEvent("a")]
