"""The user's settings, as they stand in ``config.toml``. Each field's docstring is its manual."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Record
from tui_chat.domain.sessions import Params


class LookSettings(Record):
    """How the app looks."""

    model_config = ConfigDict(extra="forbid")

    theme: str = "ink"
    """Name of the theme: ``ink``, ``paper``, or any of Textual's."""
    footer: bool = True
    """Whether the keys are shown below the input."""
    cursor_blink: bool = False
    """Whether the cursor of the input blinks while nothing else moves."""


class ChatSettings(Record):
    """Who answers, and how."""

    model_config = ConfigDict(extra="forbid")

    provider: str = ""
    """Name of the provider for new sessions; empty takes the last one used, else the first that can answer."""
    model: str = ""
    """Name of the model for new sessions; empty takes the provider's default."""
    system_prompt: str = ""
    """Sent before the messages of every new session."""
    params: Params = Field(default_factory=Params)
    """Parameters of new sessions: ``temperature``, ``top_p``, ``max_tokens``, ``seed``, ``reasoning_effort``."""


class Settings(Record):
    """All settings."""

    model_config = ConfigDict(extra="forbid")

    look: LookSettings = Field(default_factory=LookSettings)
    """Theme, glyphs, footer."""
    chat: ChatSettings = Field(default_factory=ChatSettings)
    """Default provider, model, system prompt and parameters."""
    providers: dict[str, Provider] = {}
    """Further providers, or changes to built-in ones, by name."""
