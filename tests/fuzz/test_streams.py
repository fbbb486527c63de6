"""Any bytes from a server: decoded the same however they are cut, or refused; drawn in lines that fit."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.fuzz.damage import damaged
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.plain import paragraphs
from tui_chat.app.transcript.rows import Section
from tui_chat.clients.ndjson import NDJSONDecoder
from tui_chat.clients.sse import SSEDecoder
from tui_chat.domain.errors import BadStream

SSE = (
    b': hello\r\nevent: e\r\nid: 7\r\ndata: {"a": "\xc3\xa4"}\r\ndata: more\r\n\r\n'
    b"data:x\n\nretry: 10\rdata: y\r\rdata: [DONE]\n\n"
)
NDJSON = b'{"a": 1}\n{"\xc3\xbc": "\xe2\x80\xa8"}\r\n\n{"last": [1, 2, {"x": null}]}'

MARKDOWN = (
    b"# Title\n\n1. one\n   - two\n\n> quote\n> ```py\n> x = 1\n\n| a | b |\n|---|:-:|\n| `c|d` | **e** |\n\n"
    b'[l](http://x.invalid/?a=b "t") ![i](x.png) <b>html</b> &amp; &#0; ~~s~~ $x$\n\n```\nopen'
)

Decode = Callable[[list[bytes]], object]


def sse(pieces: list[bytes]) -> object:
    decoder = SSEDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)] + decoder.end()


def ndjson(pieces: list[bytes]) -> object:
    decoder = NDJSONDecoder()
    return [line for piece in pieces for line in decoder.feed(piece)] + decoder.end()


def outcome(decode: Decode, pieces: list[bytes]) -> object:
    try:
        return decode(pieces)
    except BadStream:
        return BadStream


@pytest.mark.parametrize(("decode", "whole"), [(sse, SSE), (ndjson, NDJSON)], ids=["SSE", "NDJSON"])
@given(data=st.data())
def test_any_bytes_are_decoded_the_same_however_they_are_cut(decode: Decode, whole: bytes, data: st.DataObject) -> None:
    stream = data.draw(damaged(whole) | st.binary(max_size=200))
    edges = [0, *sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6))), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(edges)]
    assert outcome(decode, pieces) == outcome(decode, [stream])


@given(damaged(MARKDOWN), st.integers(8, 100))
def test_any_markdown_is_drawn_in_lines_that_fit(data: bytes, width: int) -> None:
    source = data.decode("utf-8", "replace")
    typed = paragraphs(source, width, (), section=Section.BODY)
    for line in [*layout_markdown(source, width).lines, *(row.line for row in typed)]:
        shown = "".join(text for text, _ in line.runs)
        assert cell_len(shown) == line.width <= width, shown
        assert not any(ord(one) < 32 or 127 <= ord(one) < 160 for one in shown), shown
