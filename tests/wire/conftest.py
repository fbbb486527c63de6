"""The loopback servers and clients of them, as fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.wire.abacus_server import AbacusServer
from tests.wire.anthropic_server import AnthropicServer
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
from tui_chat.domain.providers import Protocol, Provider, Retries, Timeouts


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


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A running server; see its module for how to script it."""
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def provider(openai_server: OpenAIServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return Provider(
        name="acme",
        label="Acme",
        base_url=openai_server.base_url,
        base_url_variable="ACME_BASE_URL",
        key_variable="ACME_API_KEY",
        key_page="https://acme.invalid/keys",
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def client(provider: Provider) -> AsyncIterator[OpenAIChatClient]:
    """An open client of the test server."""
    async with OpenAIChatClient(provider, keeps(KEY)) as opened:
        yield opened


@pytest.fixture
def gemini_server() -> Iterator[GeminiServer]:
    """A running server that speaks Gemini's API."""
    with GeminiServer() as server:
        yield server


@pytest.fixture
def gemini_provider(gemini_server: GeminiServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return Provider(
        name="gemini",
        label="Gemini",
        protocol=Protocol.GEMINI,
        base_url=gemini_server.base_url,
        key_variable="GEMINI_API_KEY",
        key_header="x-goog-api-key",
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def gemini(gemini_provider: Provider) -> AsyncIterator[GeminiClient]:
    """An open client of the test server."""
    async with GeminiClient(gemini_provider, keeps(KEY)) as opened:
        yield opened


@pytest.fixture
def responses_server() -> Iterator[ResponsesServer]:
    """A running server that speaks the Responses API."""
    with ResponsesServer() as server:
        yield server


@pytest.fixture
def responses_provider(responses_server: ResponsesServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return Provider(
        name="openai-responses",
        label="OpenAI Responses",
        protocol=Protocol.OPENAI_RESPONSES,
        base_url=responses_server.base_url,
        key_variable="OPENAI_API_KEY",
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def responses(responses_provider: Provider) -> AsyncIterator[OpenAIResponsesClient]:
    """An open client of the test server."""
    async with OpenAIResponsesClient(responses_provider, keeps(KEY)) as opened:
        yield opened


@pytest.fixture
def anthropic_server() -> Iterator[AnthropicServer]:
    """A running server that speaks Anthropic's Messages API."""
    with AnthropicServer() as server:
        yield server


@pytest.fixture
def anthropic_provider(anthropic_server: AnthropicServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return Provider(
        name="anthropic",
        label="Anthropic",
        protocol=Protocol.ANTHROPIC,
        base_url=anthropic_server.base_url,
        key_variable="ANTHROPIC_API_KEY",
        key_header="x-api-key",
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def claude(anthropic_provider: Provider) -> AsyncIterator[AnthropicClient]:
    """An open client of the test server."""
    async with AnthropicClient(anthropic_provider, keeps(KEY)) as opened:
        yield opened


@pytest.fixture
def inkeep_server() -> Iterator[InkeepServer]:
    """A running server that speaks Inkeep's chat-session API."""
    with InkeepServer() as server:
        yield server


@pytest.fixture
def inkeep_provider(inkeep_server: InkeepServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return Provider(
        name="inkeep",
        label="Inkeep",
        protocol=Protocol.INKEEP,
        base_url=inkeep_server.base_url,
        key_variable="INKEEP_API_KEY",
        body={"integration_id": INTEGRATION},
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def inkeep(inkeep_provider: Provider) -> AsyncIterator[InkeepClient]:
    """An open client of the test server."""
    async with InkeepClient(inkeep_provider, keeps(KEY)) as opened:
        yield opened


@pytest.fixture
def ollama_server() -> Iterator[OllamaServer]:
    """A running server that speaks Ollama's API."""
    with OllamaServer() as server:
        yield server


@pytest.fixture
def ollama_provider(ollama_server: OllamaServer) -> Provider:
    """The test server as a provider without a key; failed requests are repeated at once."""
    return Provider(
        name="ollama",
        label="Ollama",
        protocol=Protocol.OLLAMA,
        base_url=ollama_server.base_url,
        base_url_variable="OLLAMA_HOST",
        is_local=True,
        timeouts=Timeouts(first_byte=None),
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def ollama(ollama_provider: Provider) -> AsyncIterator[OllamaClient]:
    """An open client of the test server."""
    async with OllamaClient(ollama_provider) as opened:
        yield opened


@pytest.fixture
def abacus_server() -> Iterator[AbacusServer]:
    """A running server that speaks RouteLLM and the API of Abacus.AI's chat sessions."""
    with AbacusServer() as server:
        yield server


@pytest.fixture
def abacus_provider(abacus_server: AbacusServer) -> Provider:
    """The test server as a provider; failed requests are repeated at once."""
    return Provider(
        name="abacus",
        label="Abacus.AI",
        protocol=Protocol.ABACUS,
        base_url=abacus_server.base_url,
        key_variable="ABACUS_API_KEY",
        retries=Retries(initial=0.001),
    )


@pytest.fixture
async def abacus(abacus_provider: Provider) -> AsyncIterator[AbacusClient]:
    """An open client of the test server."""
    async with AbacusClient(abacus_provider, keeps(KEY)) as opened:
        yield opened
