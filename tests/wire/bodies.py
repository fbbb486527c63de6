"""Bodies of replies, cut anywhere or made up of anything, and what a reader makes of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import httpx
from hypothesis import strategies as st

from tests.wire.openai_server import MODEL
from tui_chat.chat.assembler import Assembler
from tui_chat.clients.reply_body import BodyReader
from tui_chat.clients.transport import Answer
from tui_chat.domain.errors import ProviderError
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.providers import Provider

PROVIDER = Provider(name="acme", label="Acme")

Outcome = tuple[dict[str, Any], str]


class Cut(Answer):
    """An answer whose body comes in these pieces and no others."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__(PROVIDER, httpx.Response(200), None, "")
        self._pieces = pieces

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        for piece in self._pieces:
            yield piece


async def outcome(reader: type[BodyReader], *pieces: bytes) -> Outcome:
    """Return the reply that a body makes up, and the error that it ends with."""
    assembler = Assembler(ChatMessage(id="m", session_id="s", role=Role.ASSISTANT), clock=lambda: 0)
    failed = ""
    try:
        async for one in reader(PROVIDER, MODEL, "").read(Cut(*pieces)):
            assembler.add(one)
        assembler.end()
    except ProviderError as error:
        failed = f"{type(error).__name__}: {error.text}: {error.server_words}"
        assembler.fail(error)
    return assembler.message.model_dump(exclude={"created_at"}), failed


async def check_cuts(reader: type[BodyReader], body: bytes) -> None:
    """Check that a body gives the same reply when it comes in two pieces, cut at every byte, and byte by byte."""
    expected = await outcome(reader, body)
    for at in range(1, len(body)):
        assert await outcome(reader, body[:at], body[at:]) == expected, body[:at]
    assert await outcome(reader, *(bytes([byte]) for byte in body)) == expected


async def check_beginnings(reader: type[BodyReader], body: bytes) -> None:
    """Check that each part of a stream gives a part of its text, which is complete only if it says so."""
    whole = "".join(part["text"] for part in (await outcome(reader, body))[0]["parts"])
    for size in range(len(body)):
        reply, _ = await outcome(reader, body[:size])
        assert whole.startswith("".join(part["text"] for part in reply["parts"]))
        assert reply["status"] != "complete" or reply["parts"]


async def check_any(reader: type[BodyReader], body: bytes) -> None:
    """Check that a body of JSON, whatever is in it, gives a reply or an error of ours."""
    reply, failed = await outcome(reader, body)
    assert failed or reply["status"] in ("complete", "interrupted")


#: Bytes that are no reply, alone or as an event.
NO_REPLY = st.binary() | st.binary().map(lambda data: b"data: " + data + b"\n\n")


async def check_no_reply(reader: type[BodyReader], body: bytes) -> None:
    """Check that bytes that are no reply give an error of ours."""
    _, failed = await outcome(reader, body)
    assert failed


def check_models(read: Callable[[Provider, bytes], object], body: bytes | str) -> None:
    """Check that a list of models, whatever is in it, is read or gives an error of ours."""
    try:
        found = read(PROVIDER, body.encode() if isinstance(body, str) else body)
    except ProviderError:
        return
    models, following = found if isinstance(found, tuple) else (found, "")
    assert isinstance(models, list)
    assert isinstance(following, str)


#: Half surrogate pairs too: JSON can hold them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=9)


def anything(*likely: str) -> st.SearchStrategy[Any]:
    """Return any JSON value; some texts are likelier than others."""
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(likely or ("",)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    )


def shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with some of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return all places of a JSON value: the list or object, and the index or name there."""
    inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    return [place for at, one in inner for place in ((value, at), *_places(one))]


@st.composite
def with_an_oddity(
    draw: st.DrawFn, values: st.SearchStrategy[list[Any]], oddities: st.SearchStrategy[Any]
) -> Sequence[Any]:
    """Return values, with an oddity in one place of every other."""
    made, is_odd = draw(values), draw(st.booleans())
    found = _places(made)
    if found and is_odd:
        holder, at = draw(st.sampled_from(found))
        holder[at] = draw(oddities)
    return made
