"""Local servers are found by themselves."""

from __future__ import annotations

import socket
from time import monotonic

import pytest

from tests.wire.openai_server import MODEL, OpenAIServer, failure, page, waits
from tui_chat.clients.discovery import find_local
from tui_chat.domain.providers import Provider


def local(name: str, base_url: str) -> Provider:
    return Provider(name=name, label=name, base_url=base_url, is_local=True)


async def test_servers_that_run_are_found(openai_server: OpenAIServer) -> None:
    with OpenAIServer() as odd, socket.create_server(("127.0.0.1", 0)) as absent:
        odd.models_reply = page()
        port = absent.getsockname()[1]
        absent.close()
        found = await find_local(
            [
                local("absent", f"http://127.0.0.1:{port}/v1"),
                local("odd", odd.base_url),
                local("wrong", "http://127.0.0.1:port/v1"),
                local("empty", ""),
                local("unknown", "http://nowhere.invalid/v1"),
                local("acme", openai_server.base_url),
            ],
            timeout=5,
        )
    assert {name: [model.name for model in models] for name, models in found.items()} == {"acme": [MODEL]}


@pytest.mark.parametrize("reply", [waits, failure(401, "No")])
async def test_a_server_that_does_not_tell_is_passed_over(openai_server: OpenAIServer, reply: object) -> None:
    openai_server.models_reply = reply  # type: ignore[assignment]
    began = monotonic()
    assert await find_local([local("acme", openai_server.base_url)], timeout=0.2) == {}
    assert monotonic() - began < 2
