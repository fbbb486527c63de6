"""The loopback servers and clients of them, as fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.wire.abacus_server import AbacusServer
from tests.wire.anthropic_server import AnthropicServer
from tests.wire.fixtures import opens, points, runs
from tests.wire.gemini_server import GeminiServer
from tests.wire.inkeep_server import INTEGRATION, InkeepServer
from tests.wire.ollama_server import OllamaServer
from tests.wire.openai_server import OpenAIServer
from tests.wire.protocols import KEY, WIRES, Wire, keeps
from tests.wire.responses_server import ResponsesServer
from tui_chat.clients.abacus import AbacusClient
from tui_chat.clients.anthropic import AnthropicClient
from tui_chat.clients.gemini import GeminiClient
from tui_chat.clients.http_client import HTTPClient
from tui_chat.clients.inkeep import InkeepClient
from tui_chat.clients.ollama import OllamaClient
from tui_chat.clients.openai_chat import OpenAIChatClient
from tui_chat.clients.openai_responses import OpenAIResponsesClient
from tui_chat.domain.providers import Provider, Retries


@pytest.fixture(params=WIRES, ids=str)
def wire(request: pytest.FixtureRequest) -> Wire:
    """Each protocol in turn, for what holds for all of them."""
    found = request.param
    assert isinstance(found, Wire)
    return found


@pytest.fixture
def wire_server(wire: Wire) -> Iterator[OpenAIServer]:
    """A running server that speaks the protocol."""
    with wire.server() as server:
        yield server


@pytest.fixture
def wire_provider(wire: Wire, wire_server: OpenAIServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return wire.provider(wire_server)


@pytest.fixture
async def wire_client(wire: Wire, wire_provider: Provider) -> AsyncIterator[HTTPClient]:
    """An open client of the test server."""
    async with wire.client(wire_provider, keeps(KEY)) as opened:
        yield opened


openai_server = runs(OpenAIServer)


@pytest.fixture
def provider(openai_server: OpenAIServer) -> Provider:
    """The test server as a provider that is no preset; failed requests are repeated at once."""
    return Provider(
        name="acme",
        label="Acme",
        base_url=openai_server.base_url,
        base_url_variable="ACME_BASE_URL",
        key_variable="ACME_API_KEY",
        key_page="https://acme.invalid/keys",
        retries=Retries(initial=0.001),
    )


client = opens(OpenAIChatClient, "provider")

responses_server = runs(ResponsesServer)
responses_provider = points("openai-responses", "responses_server")
responses = opens(OpenAIResponsesClient, "responses_provider")

anthropic_server = runs(AnthropicServer)
anthropic_provider = points("anthropic", "anthropic_server")
claude = opens(AnthropicClient, "anthropic_provider")

gemini_server = runs(GeminiServer)
gemini_provider = points("gemini", "gemini_server")
gemini = opens(GeminiClient, "gemini_provider")

ollama_server = runs(OllamaServer)
ollama_provider = points("ollama", "ollama_server")
ollama = opens(OllamaClient, "ollama_provider")

inkeep_server = runs(InkeepServer)
inkeep_provider = points("inkeep", "inkeep_server", body={"integration_id": INTEGRATION})
inkeep = opens(InkeepClient, "inkeep_provider")

abacus_server = runs(AbacusServer)
abacus_provider = points("abacus", "abacus_server")
abacus = opens(AbacusClient, "abacus_provider")
