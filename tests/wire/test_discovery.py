"""Local servers are found by themselves."""

from __future__ import annotations

import socket
from time import monotonic

import pytest

from tests.wire.openai_server import MODEL, OpenAIServer, Reply, failure, page, waits
from tests.wire.protocols import KEY, keeps
from tui_chat.clients.base import Key, no_key
from tui_chat.clients.discovery import LocalServer, find_local
from tui_chat.domain.errors import ConfigError
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
            seconds=5,
        )
    assert {name: [model.name for model in server.models] for name, server in found.items()} == {"acme": [MODEL]}


@pytest.mark.parametrize("reply", [waits, failure(500, "No")])
async def test_a_server_that_does_not_tell_is_passed_over(openai_server: OpenAIServer, reply: Reply) -> None:
    openai_server.models_reply = reply
    began = monotonic()
    assert await find_local([local("acme", openai_server.base_url)], seconds=0.2) == {}
    assert monotonic() - began < 2


async def test_a_server_that_wants_a_key_is_found_locked(openai_server: OpenAIServer) -> None:
    openai_server.key = KEY
    acme = local("acme", openai_server.base_url)
    assert await find_local([acme], seconds=5) == {"acme": LocalServer([], is_locked=True)}
    found = await find_local([acme], lambda provider: keeps(KEY), seconds=5)
    assert [model.name for model in found["acme"].models] == [MODEL]
    assert not found["acme"].is_locked


async def test_a_key_that_cannot_be_read_hides_its_server_only(openai_server: OpenAIServer) -> None:
    async def broken() -> Key:
        raise ConfigError("The api_key_command failed.")

    providers = [local("acme", openai_server.base_url), local("other", openai_server.base_url)]
    found = await find_local(providers, lambda one: broken if one.name == "acme" else no_key, seconds=5)
    assert list(found) == ["other"]
