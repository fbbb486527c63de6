"""Which client speaks which protocol."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from tui_chat.clients.base import ChatClient, KeySource
from tui_chat.domain.providers import Protocol, Provider

PROTOCOLS: dict[Protocol, str] = {
    Protocol.OPENAI_CHAT: "tui_chat.clients.openai_chat:OpenAIChatClient",
    Protocol.OPENAI_RESPONSES: "tui_chat.clients.openai_responses:OpenAIResponsesClient",
    Protocol.ANTHROPIC: "tui_chat.clients.anthropic:AnthropicClient",
    Protocol.GEMINI: "tui_chat.clients.gemini:GeminiClient",
    Protocol.OLLAMA: "tui_chat.clients.ollama:OllamaClient",
    Protocol.ABACUS: "tui_chat.clients.abacus:AbacusClient",
    Protocol.INKEEP: "tui_chat.clients.inkeep:InkeepClient",
    Protocol.GUIDE: "tui_chat.clients.guide:GuideClient",
    Protocol.SCRIPTED: "tui_chat.clients.scripted:ScriptedClient",
}
"""Module and class of each protocol's client."""


def client_class(protocol: Protocol) -> type[ChatClient]:
    """Return the class that speaks a protocol.

    Its module is imported here and not above: most need httpx, which takes longer to import than the first frame.
    """
    module, _, name = PROTOCOLS[protocol].partition(":")
    return cast("type[ChatClient]", getattr(import_module(module), name))


def make_client(provider: Provider, key_source: KeySource) -> ChatClient:
    """Return a client for a provider; it is not open yet."""
    return client_class(provider.protocol)(provider, key_source)


def prepare_client(provider: Provider) -> None:
    """Load what the first request to a provider will need, in the caller's thread; reads no key, sends nothing."""
    client_class(provider.protocol).prepare(provider)
