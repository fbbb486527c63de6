"""The user's settings, as they stand in ``config.toml``. Each field's docstring is its manual."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Record
from tui_chat.domain.sessions import Params


class LookSettings(Record):
    """How the app looks."""

    model_config = ConfigDict(extra="forbid")

    theme: str = "ink"
    """Name of the theme: ``ink``, ``paper``, ``contrast``, or any of Textual's."""
    transparent: bool = False
    """Whether the page keeps the terminal's own background; from the next start on."""
    glyphs: Literal["auto", "unicode", "ascii"] = "auto"
    """Whether marks such as bars and bullets are drawn in ASCII; ``auto`` does so where the locale is not UTF-8."""
    footer: bool = True
    """Whether the keys are shown below the input."""
    cursor_blink: bool = False
    """Whether the cursor of the input blinks while nothing else moves."""
    motion: Literal["normal", "none"] = "normal"
    """Whether seconds and speed are counted while a reply runs; with ``none`` only its text moves."""


class ChatSettings(Record):
    """Who answers, and how."""

    model_config = ConfigDict(extra="forbid")

    provider: str = ""
    """Name of the provider for new sessions; empty takes the last one used, else the first that can answer."""
    model: str = ""
    """Name of the model for new sessions; empty takes the provider's default."""
    name_sessions: bool = True
    """Whether the model is asked for a name after the first exchange of a session; else its first words are it."""
    system_prompt: str = ""
    """Sent before the messages of every new session."""
    fold_pastes: int = Field(default=2000, ge=0)
    """Characters above which a paste is attached rather than written, as is one of more than 20 lines; 0: never."""
    params: Params = Field(default_factory=Params.model_construct)
    """Those of new sessions: ``temperature``, ``top_p``, ``max_tokens``, ``stop``, ``seed``, ``reasoning_effort``."""


class PrivacySettings(Record):
    """What is looked at before it leaves this computer."""

    model_config = ConfigDict(extra="forbid")

    warn_of_secrets: bool = True
    """Whether to ask before a prompt is sent that seems to hold a key, a token, a password or a card number."""
    redact_copies: bool = False
    """Whether a session that is copied has keys, mail addresses and the like replaced."""


class NoticeSettings(Record):
    """What is done when a reply has ended."""

    model_config = ConfigDict(extra="forbid")

    when: Literal["away", "always", "never"] = "away"
    """When to tell that a reply has ended: while another window has the keys, always, or never."""
    bell: bool = True
    """Whether the terminal's bell is rung then."""
    desktop: bool = True
    """Whether the desktop shows a notification then, where terminal or desktop know how."""
    title: bool = True
    """Whether the title of the window tells it, until the keys are back."""


class KeySettings(Record):
    """Which keys do what. Further fields are ids of commands with their keys: ``"session.new" = "ctrl+t, f3"``."""

    model_config = ConfigDict(extra="forbid")

    preset: str = "default"
    """The keys to begin with: ``default``, or ``vim`` for those nearer to that editor's."""
    send: Literal["enter", "alt+enter", "ctrl+enter"] = "enter"
    """What sends the prompt. With ``alt+enter`` or ``ctrl+enter``, ``Enter`` is a newline."""
    commands: dict[str, str] = {}
    """Keys by the id of the command, such as ``session.new``; several with commas between."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:
        """Take all other fields as ids of commands; without quotes TOML reads ``session.new`` as a table."""
        if not isinstance(raw, dict):
            return raw
        own = {name: value for name, value in raw.items() if name in cls.model_fields}
        others = _flat({name: value for name, value in raw.items() if name not in own})
        commands = own.get("commands", {})
        return {**own, "commands": {**commands, **others}} if isinstance(commands, dict) else own


def _flat(tables: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tables.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


class Settings(Record):
    """All settings."""

    model_config = ConfigDict(extra="forbid")

    look: LookSettings = Field(default_factory=LookSettings.model_construct)
    """Theme, glyphs, footer."""
    chat: ChatSettings = Field(default_factory=ChatSettings.model_construct)
    """Default provider, model, system prompt and parameters."""
    privacy: PrivacySettings = Field(default_factory=PrivacySettings.model_construct)
    """What is looked at before it leaves this computer."""
    notices: NoticeSettings = Field(default_factory=NoticeSettings.model_construct)
    """What is done when a reply has ended."""
    keys: KeySettings = Field(default_factory=KeySettings.model_construct)
    """Which keys do what."""
    providers: dict[str, Provider] = {}
    """Further providers, or changes to built-in ones, by name."""
