"""What holds for each failure, whatever the protocol: which error it is, what it says, what stays of the reply."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.wire.asking import ask, fail, kinds, text_of
from tests.wire.openai_server import Exchange, OpenAIServer, Reply, sends
from tests.wire.protocols import KEY
from tui_chat.clients.base import ChatClient
from tui_chat.domain.errors import ProviderError
from tui_chat.domain.events import Retrying

Case = tuple[Reply, type[ProviderError], str]
"""What the server does, the error that it is, and its sentence; ``PORT`` stands for the server's."""


async def check_refusal(client: ChatClient, server: OpenAIServer, case: Case) -> ProviderError:
    """Check what becomes of a request that the server refuses."""
    reply, kind, sentence = case
    server.script(reply)
    events, error = await fail(client)
    assert type(error) is kind
    assert re.sub(r":\d+/", ":PORT/", error.text) == sentence
    assert error.advice
    assert error.provider == client.provider.name
    assert KEY not in repr(vars(error))
    assert text_of(events) == ""
    assert len(server.chats) == 1
    return error


async def check_middle(
    client: ChatClient, server: OpenAIServer, beginning: Iterable[bytes], case: Case, text: str = "Hel"
) -> None:
    """Check that what had come of a reply stays when something happens in the middle of it.

    Args:
        client: A client that tries once.
        server: Who answers.
        beginning: The pieces of a reply.
        case: What happens after them.
        text: What they say.
    """
    then, kind, sentence = case
    server.script(sends(beginning, then=then))
    events, error = await fail(client)
    assert type(error) is kind
    assert error.text == sentence
    assert text_of(events) == text
    assert "finished" not in kinds(events)


async def check_repeated(client: ChatClient, server: OpenAIServer, reply: Reply) -> None:
    """Check that a request that fails twice in the same way is sent a third time, which is answered."""
    server.script(reply, reply)
    events = await ask(client)
    assert [one.attempt for one in events if isinstance(one, Retrying)] == [2, 3]
    assert text_of(events) == "Hello from the test server."


def piece(data: bytes) -> Reply:
    """Send a piece, and leave the reply open."""
    return lambda exchange: exchange.send_piece(data)


def last_piece(data: bytes) -> Reply:
    """Send a piece, and end the reply."""

    def reply(exchange: Exchange) -> None:
        exchange.send_piece(data)
        exchange.end()

    return reply
