"""Where models live: a provider is an endpoint with credentials, a model is what answers there.

Three axes that never mix: the *protocol* names the client that speaks the wire, the *provider* is data
(a preset or a table of the user's config), the *capabilities* of a model are data too.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import Field, field_validator

from tui_chat.domain.record import Value

#: What is shorter is a placeholder for a local server, and may well be an ordinary word.
SHORTEST_SECRET = 6

# Compiled when they are needed, which they rarely are.
_TELLING = r"(?i)auth|key|token|secret|cookie|password|signature"
_IN_ADDRESS = r"(?<=://)(?:[^/?#@]*:)?([^/?#]*)@"


class Protocol(StrEnum):
    """A wire protocol; each is spoken by one client."""

    OPENAI_CHAT = "openai-chat"
    OPENAI_RESPONSES = "openai-responses"
    """The newer protocol of OpenAI, which gives a model its earlier reasoning back."""
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    INKEEP = "inkeep"
    """Inkeep's own protocol, whose server keeps the history."""
    ABACUS = "abacus"
    """Chat Completions, and the chat sessions that Abacus.AI keeps."""
    OLLAMA = "ollama"
    """Ollama's own protocol, which also tells about its models and downloads them."""
    GUIDE = "guide"
    SCRIPTED = "scripted"


class Retries(Value):
    """When and how often a failed request is repeated; never once content has come.

    The names and limits follow the backoff configuration of the Inkeep SDK.
    """

    attempts: int = Field(default=3, ge=1)
    """Requests in all; 1 turns retrying off."""
    initial: float = Field(default=0.5, ge=0)
    """Seconds before the second request."""
    maximum: float = Field(default=60.0, ge=0)
    """Longest wait between two requests, in seconds."""
    exponent: float = Field(default=1.5, ge=1)
    """By what the wait grows each time."""
    total: float = Field(default=30.0, ge=0, le=3600)
    """Seconds after which no further request is begun, an hour at most."""
    connection_errors: bool = True
    """Whether a connection that failed is tried again too."""
    statuses: frozenset[int] = frozenset({429, 500, 502, 503, 504, 529})
    """HTTP statuses that are worth another try."""


class Timeouts(Value):
    """Limits in seconds; ``None`` waits for ever, and so does 0, since a config file has no word for nothing."""

    connect: float | None = Field(default=10.0, ge=0)
    first_byte: float | None = Field(default=120.0, ge=0)
    """Until the answer begins."""
    silence: float | None = Field(default=120.0, ge=0)
    """Between two pieces of an answer."""

    @field_validator("*")
    @classmethod
    def _without_zero(cls, seconds: float | None) -> float | None:
        return seconds or None


class ModelFacts(Value):
    """What is known of a model besides what its provider tells. ``None`` is unknown."""

    context_window: int | None = None
    """Tokens it can read."""
    input_price: float | None = None
    """US dollars for a million tokens read."""
    output_price: float | None = None
    """US dollars for a million tokens written."""
    cached_price: float | None = None
    """US dollars for a million tokens read from the provider's cache; without it they cost as much as others."""
    capabilities: frozenset[str] | None = None
    """Of ``images``, ``reasoning``, ``tools``."""


class Provider(Value):
    """An endpoint with its credentials' sources. Presets and the user's config make these."""

    name: str
    """How the user calls it: ``openai``, ``ollama``, …"""
    label: str
    """How it is shown: ``OpenAI``, ``Ollama``, …"""
    preset: str = ""
    """The built-in provider that it is another account of, if it is one."""
    protocol: Protocol = Protocol.OPENAI_CHAT
    base_url: str = ""
    base_url_variable: str = ""
    """Environment variable that replaces ``base_url``."""
    key_variable: str = ""
    """Environment variable that holds the key; empty if it needs none."""
    more_key_variables: tuple[str, ...] = ()
    """Further variables that may hold it, where the first is not set."""
    key_command: str = ""
    """The user's shell command that prints the key."""
    key_header: str = "Authorization"
    """Header that carries the key; in ``Authorization`` it is sent as a bearer token."""
    key_page: str = ""
    """Where a key can be made, to tell the user."""
    default_model: str = ""
    """The model to begin with; empty takes the first the server lists."""
    is_local: bool = False
    """Whether it runs on this machine and needs no key."""
    headers: dict[str, str] = {}
    """Sent with every request."""
    body: dict[str, object] = {}
    """Fields added to the body of every chat request."""
    proxy: str = ""
    ca_bundle: str = ""
    """Path of a file with further certificates."""
    timeouts: Timeouts = Field(default_factory=Timeouts.model_construct)
    retries: Retries = Field(default_factory=Retries.model_construct)
    models: dict[str, ModelFacts] = {}
    """Models by name that the user knows better, or that the provider does not list; they win over its list."""

    @property
    def address(self) -> str:
        """Its base URL as it may be shown: without a name and a password."""
        return re.sub(_IN_ADDRESS, "", self.base_url) if "@" in self.base_url else self.base_url

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the user has put into its headers and its address, and nobody may see."""
        headers = (value for name, value in self.headers.items() if re.search(_TELLING, name))
        found = (*(value.rpartition(" ")[2] for value in headers), *re.findall(_IN_ADDRESS, self.base_url))
        return tuple(one for one in found if len(one) >= SHORTEST_SECRET)

    @property
    def is_built_in(self) -> bool:
        """Whether it is part of the program: there is no server to ask."""
        return self.protocol in (Protocol.GUIDE, Protocol.SCRIPTED)

    @property
    def vendor(self) -> str:
        """The name under which this program knows what is behind it."""
        return self.preset or self.name

    @property
    def needs_key(self) -> bool:
        """Whether requests without a key are bound to fail."""
        return bool(self.key_variable) and not self.is_local

    @property
    def lacks(self) -> str:
        """What has to be set besides a key before it can be asked, such as a variable; empty if nothing is missing."""
        if self.is_built_in:
            return ""
        if not self.base_url:
            return self.base_url_variable or "base_url"
        is_without = self.protocol is Protocol.INKEEP and not self.body.get("integration_id")
        return "INKEEP_INTEGRATION_ID" if is_without else ""

    @property
    def key_advice(self) -> str:
        """What to do where its key is missing or refused."""
        page = f" Keys are made at {self.key_page}." if self.key_page else ""
        if self.key_command:
            return f"Check what the provider's api_key_command prints, then try again.{page}"
        if self.key_variable:
            return f"Set {self.key_variable} to a valid key, then try again.{page}"
        return f"Set a valid key, then try again.{page}"


class ModelInfo(Value):
    """A model as a provider lists it. Unknown facts are 0 or ``None``."""

    name: str
    provider: str
    context_window: int = 0
    """Tokens it can read."""
    input_price: float | None = None
    """US dollars for a million tokens read."""
    output_price: float | None = None
    """US dollars for a million tokens written."""
    cached_price: float | None = None
    """US dollars for a million tokens read from the provider's cache."""
    capabilities: frozenset[str] | None = None
    """Of ``images``, ``reasoning``, ``tools``; ``None`` if the provider does not tell."""
    family: str = ""
    """The family that a local model belongs to: ``llama``, ``qwen3``, …"""
    size: int | None = None
    """Bytes of a local model on disk."""

    def can(self, capability: str) -> bool | None:
        """Return whether it has a capability; ``None`` if that is not known."""
        return None if self.capabilities is None else capability in self.capabilities


class Credentials(Value):
    """A key as it may be shown: masked, with where it came from."""

    masked: str = ""
    """``…`` and the last four characters; empty if there is no key."""
    source: str = ""
    """Where it came from, for example ``OPENAI_API_KEY``."""
    is_valid: bool | None = None
    """Whether the server accepted it; ``None`` if it was not asked."""


def masked(key: str) -> str:
    """Return a key as it may be shown: its last four characters, or less of a short one."""
    return f"…{key[-4:]}" if len(key) >= 12 else "…" if key else ""
