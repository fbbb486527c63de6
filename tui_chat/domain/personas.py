"""A persona: who a session talks to, by name."""

from __future__ import annotations

from pydantic import Field

from tui_chat.domain.record import Value
from tui_chat.domain.sessions import Params


class Persona(Value):
    """A system prompt, a model and parameters that a session can be given together."""

    name: str
    system_prompt: str = ""
    provider: str = ""
    """Name of the provider that answers; empty leaves the session's."""
    model: str = ""
    """The LLM that answers; empty takes the default of a provider that is named, else leaves the session's."""
    params: Params = Field(default_factory=Params)
