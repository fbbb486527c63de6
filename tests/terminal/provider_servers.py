"""Every protocol's loopback server, with what the program needs to know of it and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.wire import (
    abacus_server,
    anthropic_server,
    gemini_server,
    inkeep_server,
    ollama_server,
    openai_server,
    protocols,
    responses_server,
)
from tests.wire.openai_server import Reply, resets, sends, whole
from tui_chat.domain.providers import Protocol


@dataclass(frozen=True)
class Wire:
    """A provider: its server, and what it says in its own words."""

    protocol: Protocol
    variable: str
    """Holds the key; empty if none is needed."""
    address: str
    """The variable that moves it to the server; empty if the config has to."""
    model: str
    """The model that answers if none is asked for."""
    overloaded: Reply
    too_many: Reply
    """Asks to wait for an hour."""
    too_long: Reply
    unknown: Reply
    """Refuses the model ``bogus``."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further variables."""
    too_long_words: str = "is longer than .* can read"
    unknown_words: str = "does not know the model bogus"

    @property
    def spoken(self) -> protocols.Wire:
        """Its protocol: the server, and how a reply looks."""
        return next(one for one in protocols.WIRES if one.protocol is self.protocol)

    @property
    def cut(self) -> Reply:
        """Says ``Half of`` and is cut."""
        return sends(self.spoken.beginning("Half of"), media_type=self.spoken.media_type, then=resets)


def _openai(protocol: Protocol, variable: str, address: str, model: str) -> Wire:
    failure = openai_server.failure
    return Wire(
        protocol=protocol,
        variable=variable,
        address=address,
        model=model,
        overloaded=failure(503, "Busy"),
        too_many=failure(429, "Slow down", headers={"Retry-After": "3600"}),
        too_long=failure(400, "Too long", code="context_length_exceeded"),
        unknown=failure(404, "The model `bogus` does not exist", code="model_not_found"),
    )


#: All protocols, and one of the presets that speak Chat Completions. A comment stands where more than the key is set.
WIRES: dict[str, Wire] = {
    "openai": _openai(Protocol.OPENAI_CHAT, "OPENAI_API_KEY", "OPENAI_BASE_URL", "gpt-5-mini"),
    "openai-responses": Wire(
        protocol=Protocol.OPENAI_RESPONSES,
        variable="OPENAI_API_KEY",
        address="OPENAI_BASE_URL",
        model="gpt-5-mini",
        overloaded=openai_server.failure(503, "Busy"),
        too_many=responses_server.too_many("3600"),
        too_long=responses_server.too_long(),
        unknown=responses_server.unknown_model("bogus"),
        more={"TUI_CHAT_PROVIDER": "openai-responses"},  # the same key is Chat Completions' first
    ),
    "anthropic": Wire(
        protocol=Protocol.ANTHROPIC,
        variable="ANTHROPIC_API_KEY",
        address="ANTHROPIC_BASE_URL",
        model="claude-sonnet-5-5",
        overloaded=anthropic_server.overloaded(),
        too_many=anthropic_server.too_many("3600"),
        too_long=anthropic_server.too_long(),
        unknown=anthropic_server.unknown_model("bogus"),
    ),
    "gemini": Wire(
        protocol=Protocol.GEMINI,
        variable="GEMINI_API_KEY",
        address="GOOGLE_GEMINI_BASE_URL",
        model="gemini-flash-latest",
        overloaded=gemini_server.overloaded(),
        too_many=gemini_server.too_many("3600s"),
        too_long=gemini_server.too_long(),
        unknown=gemini_server.unknown_model("bogus"),
    ),
    "ollama": Wire(
        protocol=Protocol.OLLAMA,
        variable="",
        address="OLLAMA_HOST",
        model=openai_server.MODEL,
        overloaded=ollama_server.failure(503, "server busy"),
        too_many=whole({"error": "too many requests"}, 429, {"Retry-After": "3600"}),
        too_long=ollama_server.failure(400, "the prompt exceeds the context length"),
        unknown=ollama_server.unknown_model("bogus"),
    ),
    "inkeep": Wire(
        protocol=Protocol.INKEEP,
        variable="INKEEP_API_KEY",
        address="INKEEP_BASE_URL",
        model="auto",
        overloaded=inkeep_server.failure(503, "Busy"),
        too_many=inkeep_server.failure(429, "Slow down", {"Retry-After": "3600"}),
        too_long=inkeep_server.invalid((["body", "message"], "Input is too long", "value_error")),
        unknown=inkeep_server.invalid((["body", "chat_mode"], "Unknown mode bogus", "value_error")),
        # The id of the integration is needed besides the key.
        more={"INKEEP_INTEGRATION_ID": inkeep_server.INTEGRATION},
        unknown_words="Inkeep does not accept the request",  # it has modes, and refuses a field
    ),
    "abacus": _openai(Protocol.ABACUS, "ABACUS_API_KEY", "ABACUS_BASE_URL", abacus_server.MODEL),
    "perplexity": _openai(
        Protocol.OPENAI_CHAT, "PERPLEXITY_API_KEY", "", "sonar"
    ),  # its address is moved by the config
}
