"""Answers that make it hard, in any protocol: slow, silent, huge, packed, wrongly encoded, moved, broken."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterable

import pytest

from tests.wire.asking import ask, fail, kinds, text_of
from tests.wire.openai_server import Exchange, OpenAIServer, Reply, hangs_up, page, resets, sends, waits, whole
from tests.wire.protocols import KEY, WIRES, Wire, keeps
from tui_chat.clients import transport
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import BadStream, ConnectionFailed, Overloaded, ProviderError, TimedOut
from tui_chat.domain.providers import Provider, Retries, Timeouts

TEXT = "Hellö \u2028 🙂"


@pytest.fixture
async def once(wire: Wire, wire_provider: Provider) -> AsyncIterator[HTTPClient]:
    """A client that tries only once."""
    changes = {"retries": Retries(attempts=1)}
    async with wire.client(wire_provider.model_copy(update=changes), keeps(KEY)) as opened:
        yield opened


@pytest.fixture
def hasty(wire: Wire, wire_provider: Provider) -> Callable[..., HTTPClient]:
    """Make a client that tries only once and does not wait for long: only for who never answers in time."""

    def client(**limits: float) -> HTTPClient:
        changes = {"retries": Retries(attempts=1), "timeouts": Timeouts(**limits)}
        return wire.client(wire_provider.model_copy(update=changes), keeps(KEY))

    return client


def answers(body: bytes, media_type: str, *headers: str, status: str = "200 OK", version: str = "1.1") -> Reply:
    """Reply with these bytes and these headers, and close the connection."""
    lines = [f"HTTP/{version} {status}", f"Content-Type: {media_type}", "Connection: close", *headers]
    head = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"

    def reply(exchange: Exchange) -> None:
        exchange.wfile.write(head + body)
        exchange.hang_up()

    return reply


def drips(pieces: Iterable[bytes], media_type: str) -> Reply:
    """Reply with a byte a piece."""
    return sends((bytes([byte]) for byte in b"".join(pieces)), media_type=media_type)


def packed(wire: Wire, coding: str, pack: Callable[[bytes], bytes]) -> Reply:
    """Reply with a packed stream."""
    return answers(pack(b"".join(wire.stream(TEXT))), wire.media_type, f"Content-Encoding: {coding}")


def deflated(data: bytes) -> bytes:
    """Return data packed by deflate without a header, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


UNDERSTOOD: dict[str, Callable[[Wire], Reply]] = {
    "byte by byte": lambda wire: drips(wire.stream(TEXT), wire.media_type),
    "in one packet": lambda wire: sends([b"".join(wire.stream(TEXT))], media_type=wire.media_type),
    "packed by gzip": lambda wire: packed(wire, "gzip", gzip.compress),
    "packed by deflate": lambda wire: packed(wire, "deflate", zlib.compress),
    "packed by bare deflate": lambda wire: packed(wire, "deflate", deflated),
    "in the words of HTTP 1.0": lambda wire: answers(b"".join(wire.stream(TEXT)), wire.media_type, version="1.0"),
    "without a media type": lambda wire: answers(b"".join(wire.stream(TEXT)), ""),
    "as something else": lambda wire: answers(b"".join(wire.stream(TEXT)), "image/png"),
    "with a mark at the beginning": lambda wire: sends([b"\xef\xbb\xbf", *wire.stream(TEXT)]),
    "after early hints": lambda wire: lambda exchange: _hints(exchange, wire),
    "with trailing headers": lambda wire: lambda exchange: _trails(exchange, wire),
}


def _hints(exchange: Exchange, wire: Wire) -> None:
    exchange.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    sends(wire.stream(TEXT), media_type=wire.media_type)(exchange)


def _trails(exchange: Exchange, wire: Wire) -> None:
    exchange.begin(wire.media_type)
    for piece in wire.stream(TEXT):
        exchange.send_piece(piece)
    exchange.wfile.write(b"0\r\nX-Cost: 7\r\n\r\n")


@pytest.mark.parametrize("name", UNDERSTOOD)
async def test_it_is_understood(wire: Wire, once: HTTPClient, wire_server: OpenAIServer, name: str) -> None:
    wire_server.script(UNDERSTOOD[name](wire))
    events = await ask(once)
    assert text_of(events) == TEXT
    assert events[-1].kind == "finished"


async def test_what_is_not_utf8_is_marked(wire: Wire, once: HTTPClient, wire_server: OpenAIServer) -> None:
    pieces = [piece.replace("ö".encode(), b"\xf6") for piece in wire.stream("Hellö")]
    wire_server.script(sends(pieces, media_type=wire.media_type))
    assert text_of(await ask(once)) == "Hell\ufffd"


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("Hi 1", "2 you"), "Hi 🙂 you"),
        (("Hi ", "12", " you"), "Hi 🙂 you"),
        (("Hi 1", " you"), "Hi \ufffd you"),
        (("Hi", " you 1"), "Hi you \ufffd"),
        (("2 Hi",), "\ufffd Hi"),
    ],
)
async def test_half_a_character_waits_for_the_other(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer, pieces: tuple[str, ...], text: str
) -> None:
    halves = {"1": "\uf001", "2": "\uf002"}
    marked = ["".join(halves.get(mark, mark) for mark in piece) for piece in pieces]
    stream = [
        piece.replace("\uf001".encode(), b"\\ud83d").replace("\uf002".encode(), b"\\ude42")
        for piece in wire.stream(*marked)
    ]
    wire_server.script(sends(stream, media_type=wire.media_type))
    events = await ask(once)
    assert (text_of(events), events[-1].kind) == (text, "finished")


async def test_a_huge_piece_is_no_trouble(wire: Wire, once: HTTPClient, wire_server: OpenAIServer) -> None:
    text = "Hellö " * 200_000
    wire_server.script(sends(wire.stream(text), media_type=wire.media_type))
    assert text_of(await ask(once)) == text


async def test_many_small_pieces_are_no_trouble(wire: Wire, once: HTTPClient, wire_server: OpenAIServer) -> None:
    pieces = [*wire.beginning("x"), *wire.beginning("x")[-1:] * 20_000, *wire.ending("x")]
    wire_server.script(sends([b"".join(pieces)], media_type=wire.media_type))
    assert text_of(await ask(once)) == "x" * 20_001


async def test_silence_within_its_limit_is_waited_for(wire: Wire, once: HTTPClient, wire_server: OpenAIServer) -> None:
    def reply(exchange: Exchange) -> None:
        exchange.begin(wire.media_type)
        for piece in wire.stream("Hel", "lo"):
            exchange.send_piece(piece)
            exchange.owner.stopping.wait(0.03)
        exchange.end()

    wire_server.script(reply)
    assert text_of(await ask(once)) == "Hello"


def broken_gzip(wire: Wire) -> Reply:
    body = gzip.compress(b"".join(wire.stream(TEXT)))
    return answers(body[:10] + b"\xff" * 40, wire.media_type, "Content-Encoding: gzip")


FAILED: dict[str, tuple[Callable[[Wire], Reply], type[ProviderError], str]] = {
    "moved for ever": (
        lambda wire: whole({}, 301, {"Location": "https://acme.invalid/v2"}),
        BadStream,
        "Acme has moved: ADDRESS points to https://acme.invalid/v2",
    ),
    "moved for now": (
        lambda wire: whole({}, 307, {"Location": f"/login?key={KEY}"}),
        BadStream,
        "Acme has moved: ADDRESS points to /login?key=…6789",
    ),
    "moved nowhere": (
        lambda wire: whole({}, 302),
        BadStream,
        "Acme has moved: ADDRESS points to another address",
    ),
    "not changed": (
        lambda wire: answers(b"", "", status="304 Not Modified"),
        BadStream,
        "Acme has moved: ADDRESS points to another address",
    ),
    "a page": (lambda wire: page(), BadStream, "Acme sent a web page instead of a reply"),
    "plain text": (
        lambda wire: sends([b"Hello"], media_type="text/plain"),
        BadStream,
        "Acme sent something else instead of a reply",
    ),
    "an image": (
        lambda wire: answers(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        BadStream,
        "Acme sent something else instead of a reply",
    ),
    "another encoding": (
        lambda wire: sends(["".join(piece.decode() for piece in wire.stream("Hi")).encode("utf-16")]),
        BadStream,
        "Acme sent something else instead of a reply",
    ),
    "nothing": (lambda wire: sends([], media_type=wire.media_type), BadStream, "Acme sent an empty answer"),
    "no content": (
        lambda wire: answers(b"", wire.media_type, status="204 No Content"),
        BadStream,
        "Acme sent an empty answer",
    ),
    "packed wrongly": (broken_gzip, BadStream, "Acme sent an answer that cannot be unpacked"),
    "not packed at all": (
        lambda wire: answers(b"".join(wire.stream(TEXT)), wire.media_type, "Content-Encoding: gzip"),
        BadStream,
        "Acme sent an answer that cannot be unpacked",
    ),
    "packed in a way nobody knows": (
        lambda wire: answers(b"\xa1\x07\xc0" * 9, wire.media_type, "Content-Encoding: zstd-x"),
        BadStream,
        "Acme sent something else instead of a reply",
    ),
    "hung up": (lambda wire: hangs_up, ConnectionFailed, "Acme closed the connection without an answer"),
    "reset": (lambda wire: resets, ConnectionFailed, "Acme closed the connection without an answer"),
    "no HTTP": (
        lambda wire: lambda exchange: _raw(exchange, b"SSH-2.0-OpenSSH_9.9\r\n"),
        ConnectionFailed,
        "Acme closed the connection without an answer",
    ),
    "endless headers": (
        lambda wire: lambda exchange: _raw(exchange, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000),
        ConnectionFailed,
        "Acme closed the connection without an answer",
    ),
    "shorter than it says": (
        lambda wire: answers(b"{", "application/json", "Content-Length: 99"),
        ConnectionFailed,
        "The connection to Acme was cut",
    ),
    "wrong chunks": (
        lambda wire: answers(b"zz\r\nhello", wire.media_type, "Transfer-Encoding: chunked"),
        ConnectionFailed,
        "Acme closed the connection without an answer",
    ),
}


def _raw(exchange: Exchange, data: bytes) -> None:
    exchange.wfile.write(data)
    exchange.hang_up()


@pytest.mark.parametrize("name", FAILED)
async def test_each_failure_has_its_sentence(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer, name: str
) -> None:
    make, kind, sentence = FAILED[name]
    wire_server.script(make(wire))
    events, error = await fail(once)
    assert type(error) is kind
    assert re.sub(r"http://127\S+", "ADDRESS", error.text) == sentence
    assert error.advice
    assert error.provider == wire.protocol.value
    assert KEY not in repr(vars(error))
    assert text_of(events) == ""
    assert len(wire_server.chats) == 1


MIDDLES: dict[str, tuple[Reply, type[ProviderError], str]] = {
    "hung up": (hangs_up, ConnectionFailed, "The connection to Acme was cut"),
    "reset": (resets, ConnectionFailed, "The connection to Acme was cut"),
    "wrong chunks": (
        lambda exchange: _raw(exchange, b"zz\r\nhello"),
        ConnectionFailed,
        "The connection to Acme was cut",
    ),
}


@pytest.mark.parametrize("name", MIDDLES)
async def test_what_had_come_stays(wire: Wire, once: HTTPClient, wire_server: OpenAIServer, name: str) -> None:
    then, kind, sentence = MIDDLES[name]
    wire_server.script(sends(wire.beginning("H", "el"), media_type=wire.media_type, then=then))
    events, error = await fail(once)
    assert (type(error), error.text) == (kind, sentence)
    assert text_of(events) == "Hel"
    assert "finished" not in kinds(events)


@pytest.mark.parametrize("reply", [waits, sends([], then=waits)], ids=["no answer", "no first byte"])
async def test_no_answer_is_not_waited_for_longer(
    hasty: Callable[..., HTTPClient], wire_server: OpenAIServer, reply: Reply
) -> None:
    wire_server.script(reply)
    async with hasty(first_byte=0.2) as client:
        events, error = await fail(client)
    assert (type(error), error.text) == (TimedOut, "Acme has not answered for 0.2 s")
    assert text_of(events) == ""
    assert len(wire_server.chats) == 1


async def test_what_had_come_before_a_silence_stays(
    wire: Wire, hasty: Callable[..., HTTPClient], wire_server: OpenAIServer
) -> None:
    # In one piece: a busy machine may be silent for longer between two.
    begun = [b"".join(wire.beginning("H", "el"))]
    wire_server.script(sends(begun, media_type=wire.media_type, then=waits))
    async with hasty(silence=0.2) as client:
        events, error = await fail(client)
    assert (type(error), error.text) == (TimedOut, "Acme has been silent for 0.2 s")
    assert text_of(events) == "Hel"
    assert "finished" not in kinds(events)


async def test_a_packed_stream_that_breaks_keeps_what_had_come(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer
) -> None:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    body = packer.compress(b"".join(wire.beginning("Hel"))) + packer.flush(zlib.Z_SYNC_FLUSH)
    wire_server.script(answers(body + b"\xff" * 40, wire.media_type, "Content-Encoding: gzip"))
    events, error = await fail(once)
    assert error.text == "Acme sent an answer that cannot be unpacked"
    assert text_of(events) in ("", "Hel")  # what comes in one piece with the break cannot be told from it


async def test_nothing_is_sent_to_where_it_moved(wire: Wire, once: HTTPClient, wire_server: OpenAIServer) -> None:
    with OpenAIServer() as elsewhere:
        wire_server.script(whole({}, 308, {"Location": elsewhere.base_url}))
        await fail(once)
        assert elsewhere.requests == []


async def test_a_refusal_without_an_end_is_not_waited_for(
    wire: Wire, once: HTTPClient, wire_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "ERROR_BODY_SECONDS", 0.1)

    def reply(exchange: Exchange) -> None:
        exchange.wfile.write(b"HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\nIt hurts")
        exchange.wait()

    wire_server.script(reply)
    _, error = await fail(once)
    assert isinstance(error, Overloaded)
    assert (error.status, error.server_words) == (500, "It hurts")


@pytest.mark.parametrize("wire", [wire for wire in WIRES if wire.lists_models], ids=str, indirect=True)
async def test_a_list_of_models_that_fails_is_said(
    once: HTTPClient, hasty: Callable[..., HTTPClient], wire_server: OpenAIServer
) -> None:
    wire_server.models_reply = waits
    async with hasty(first_byte=0.2) as client:
        with pytest.raises(TimedOut):
            await client.models()
    for reply, kind in ((hangs_up, ConnectionFailed), (page(), BadStream), (page(502), Overloaded)):
        wire_server.models_reply = reply
        with pytest.raises(kind):
            await once.models()
