"""Makes fixtures: a running server, a provider that points to it, an open client of that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from tests.wire.openai_server import OpenAIServer
from tests.wire.protocols import KEY, keeps
from tui_chat.clients.base import KeySource
from tui_chat.clients.http_client import HTTPClient
from tui_chat.config.presets import presets
from tui_chat.domain.providers import Provider, Retries


def runs(kind: Callable[[], OpenAIServer]) -> Any:
    """Return the fixture of a running server; see the modules of the servers for how to script them."""

    @pytest.fixture
    def server() -> Iterator[OpenAIServer]:
        with kind() as running:
            yield running

    return server


def points(preset: str, server: str, **changes: object) -> Any:
    """Return the fixture of a built-in provider that points to a test server; failed requests are repeated at once.

    Args:
        preset: Its name.
        server: The fixture of the server.
        changes: What else differs from the preset.
    """

    @pytest.fixture
    def provider(request: pytest.FixtureRequest) -> Provider:
        base_url = request.getfixturevalue(server).base_url
        return presets()[preset].model_copy(update={"base_url": base_url, "retries": Retries(initial=0.001), **changes})

    return provider


def opens(kind: Callable[[Provider, KeySource], HTTPClient], provider: str) -> Any:
    """Return the fixture of an open client; without a key where none is needed.

    Args:
        kind: The client's class.
        provider: The fixture of the provider.
    """

    @pytest.fixture
    async def client(request: pytest.FixtureRequest) -> AsyncIterator[HTTPClient]:
        found = request.getfixturevalue(provider)
        async with kind(found, keeps("" if found.is_local else KEY)) as opened:
            yield opened

    return client


def opens_once(kind: Callable[[Provider, KeySource], HTTPClient], provider: str) -> Any:
    """Return the fixture of an open client that tries only once.

    Args:
        kind: The client's class.
        provider: The fixture of the provider.
    """

    @pytest.fixture
    async def client(request: pytest.FixtureRequest) -> AsyncIterator[HTTPClient]:
        found = request.getfixturevalue(provider)
        changes = {"retries": Retries(attempts=1)}
        async with kind(found.model_copy(update=changes), keeps("" if found.is_local else KEY)) as opened:
            yield opened

    return client
