"""All protocols side by side, for what holds for each of them; a new one is one more row of `WIRES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.wire import (
    abacus_server,
    anthropic_server,
    gemini_server,
    inkeep_server,
    ollama_server,
    openai_server,
    responses_server,
)
from tests.wire.openai_server import OpenAIServer, Reply
from tui_chat.clients.abacus import AbacusClient
from tui_chat.clients.anthropic import AnthropicClient
from tui_chat.clients.base import Key, KeySource
from tui_chat.clients.gemini import GeminiClient
from tui_chat.clients.http_client import HTTPClient
from tui_chat.clients.inkeep import InkeepClient
from tui_chat.clients.ollama import OllamaClient
from tui_chat.clients.openai_chat import OpenAIChatClient
from tui_chat.clients.openai_responses import OpenAIResponsesClient
from tui_chat.domain.providers import Protocol, Provider, Retries

#: Key of the client that talks to a test server.
KEY = "sk-test-0123456789"


def keeps(*keys: str) -> KeySource:
    """Return a source that gives these keys one after the other, and then the last of them for ever."""
    coming = list(keys)

    async def source() -> Key:
        return Key(coming.pop(0) if len(coming) > 1 else coming[0], "TEST_API_KEY")

    return source


@dataclass(frozen=True)
class Wire:
    """A protocol: who speaks it, and how a reply looks in it."""

    protocol: Protocol
    client: Callable[[Provider, KeySource], HTTPClient]
    server: Callable[[], OpenAIServer]
    says: Callable[..., Reply]
    """Replies with a text in pieces, see `openai_server.says`."""
    beginning: Callable[..., list[bytes]]
    """The pieces of a stream with these texts that has not ended yet; each text is a piece of its own, the last too."""
    ending: Callable[..., list[bytes]]
    """The pieces after `beginning` with the same texts."""
    media_type: str = "text/event-stream"
    key_header: str = "Authorization"
    body: tuple[tuple[str, object], ...] = ()
    """What every request has to have."""
    lists_models: bool = True
    """Whether the server is asked for its models."""

    def __str__(self) -> str:
        return self.protocol.value

    def provider(self, server: OpenAIServer) -> Provider:
        """Return a test server as a provider that needs a key; failed requests are repeated at once."""
        return Provider(
            name=self.protocol.value,
            label="Acme",
            protocol=self.protocol,
            base_url=server.base_url,
            key_variable="ACME_API_KEY",
            key_header=self.key_header,
            body=dict(self.body),
            retries=Retries(initial=0.001),
        )

    def stream(self, *texts: str) -> list[bytes]:
        """Return all pieces of a stream."""
        return [*self.beginning(*texts), *self.ending(*texts)]


WIRES = (
    Wire(
        Protocol.OPENAI_CHAT,
        OpenAIChatClient,
        OpenAIServer,
        openai_server.says,
        openai_server.beginning,
        lambda *texts: openai_server.ending(),
    ),
    Wire(
        Protocol.OPENAI_RESPONSES,
        OpenAIResponsesClient,
        responses_server.ResponsesServer,
        responses_server.says,
        responses_server.beginning,
        responses_server.ending,
    ),
    Wire(
        Protocol.ANTHROPIC,
        AnthropicClient,
        anthropic_server.AnthropicServer,
        anthropic_server.says,
        anthropic_server.beginning,
        lambda *texts: anthropic_server.ending(),
        key_header="x-api-key",
    ),
    Wire(
        Protocol.GEMINI,
        GeminiClient,
        gemini_server.GeminiServer,
        gemini_server.says,
        gemini_server.beginning,
        lambda *texts: [gemini_server.ending()],
        key_header="x-goog-api-key",
    ),
    Wire(
        Protocol.OLLAMA,
        OllamaClient,
        ollama_server.OllamaServer,
        ollama_server.says,
        ollama_server.beginning,
        lambda *texts: [ollama_server.line(ollama_server.last())],
        media_type=ollama_server.NDJSON,
    ),
    Wire(
        Protocol.INKEEP,
        InkeepClient,
        inkeep_server.InkeepServer,
        inkeep_server.says,
        inkeep_server.beginning,
        lambda *texts: [inkeep_server.chunk(finish="stop")],
        body=(("integration_id", inkeep_server.INTEGRATION),),
        lists_models=False,
    ),
    Wire(
        Protocol.ABACUS,
        AbacusClient,
        abacus_server.AbacusServer,
        openai_server.says,
        openai_server.beginning,
        lambda *texts: openai_server.ending(),
    ),
)
