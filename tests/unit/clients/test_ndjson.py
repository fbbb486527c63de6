"""Lines of JSON."""

from __future__ import annotations

import itertools
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.clients.ndjson import NDJSONDecoder
from tui_chat.domain.errors import BadStream

LINES = st.sampled_from(["", " ", '{"a": 1}', '{"ü": "\u2028😀\u0085\x0b"}', "no JSON", "\ufeff{}", '{"cut'])
STREAMS = st.builds(
    lambda parts, start: start + "".join(line + end for line, end in parts).encode(),
    st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n", "\r", "\n\n"])), max_size=12),
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff"]),
)


def decoded(*pieces: bytes) -> list[str]:
    decoder = NDJSONDecoder()
    lines = [line for piece in pieces for line in decoder.feed(piece)]
    return lines + decoder.end()


@given(STREAMS, st.lists(st.integers(0, 200), max_size=6))
def test_any_cut_gives_the_same_lines(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(edges)]
    whole = decoded(stream)
    assert decoded(*pieces) == whole
    assert decoded(*(bytes([byte]) for byte in stream)) == whole


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers()), max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_values_come_back_as_they_were(values: list[dict[str, object]], end: str) -> None:
    stream = "".join(json.dumps(value, ensure_ascii=False) + end for value in values)
    assert [json.loads(line) for line in decoded(stream.encode())] == values


@pytest.mark.parametrize(
    ("stream", "lines"),
    [
        (b"{}\n", ["{}"]),
        (b"{}\n[]\n", ["{}", "[]"]),
        (b"{}", ["{}"]),
        (b"", []),
        (b"\n\n \r\n", []),
        (b"{}\r\n 7 \n", ["{}", "7"]),
        (b"a\rb\n", ["a\rb"]),
        (b"\xef\xbb\xbf{}\n\xef\xbb\xbf{}\n", ["{}", "\ufeff{}"]),
        (b"\xff\n", ["\ufffd"]),
        ('"\u2028\u2029\u0085\x0b\x0c\x1c"\n'.encode(), ['"\u2028\u2029\u0085\x0b\x0c\x1c"']),
    ],
)
def test_lines_are_told_apart(stream: bytes, lines: list[str]) -> None:
    assert decoded(stream) == lines


def test_a_line_comes_as_soon_as_it_has_ended() -> None:
    decoder = NDJSONDecoder()
    assert decoder.feed(b'{"a": ') == []
    assert decoder.feed(b"1}\n{") == ['{"a": 1}']
    assert decoder.feed(b"}\n") == ["{}"]
    assert decoder.end() == []


@pytest.mark.parametrize("piece", [b"0123456789", b"\n" + b"0123456789" * 11])
def test_an_endless_line_is_refused(piece: bytes) -> None:
    decoder = NDJSONDecoder("Acme", longest=100)
    with pytest.raises(BadStream, match="Acme sent a line of more than 100 bytes"):
        for _ in range(100):
            decoder.feed(piece)


def test_an_endless_line_takes_no_more_memory_than_it_may() -> None:
    decoder = NDJSONDecoder(longest=1024 * 1024)
    piece = b"x" * 1024
    tracemalloc.start()
    try:
        with pytest.raises(BadStream):
            for _ in range(100_000):
                decoder.feed(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * 1024 * 1024


def test_many_lines_are_not_kept() -> None:
    decoder = NDJSONDecoder(longest=100)
    for _ in range(1000):
        assert decoder.feed(b'{"still": "working"}\n') == ['{"still": "working"}']
