"""What an exporter gets, and what it is."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from pydantic import Field

from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.record import Value
from tui_chat.domain.sessions import ChatSession


class ExportOptions(Value):
    """What goes into the file beside the texts. Formats that are meant to be complete ignore it."""

    facts: bool = True
    """Times, models, tokens and cost."""
    reasoning: bool = False
    """What the models thought before they answered."""
    tree: bool = False
    """All messages with their siblings, instead of the visible branch alone."""


class Export(Value):
    """One session, ready to be rendered."""

    session: ChatSession
    messages: list[ChatMessage]
    """The visible branch, from the root to the leaf."""
    tree: list[ChatMessage]
    """All messages of the session, in the order they were added."""
    options: ExportOptions = Field(default_factory=ExportOptions)


class Exporter(NamedTuple):
    """A format that a session can be written in."""

    name: str
    """The word for it on the command line."""
    label: str
    """The words for it in a list."""
    extension: str
    """Of its files, without the dot."""
    module: str
    """The module that renders it, by a function ``render(export: Export) -> str``."""

    def render(self, export: Export) -> str:
        """Return the whole text of the file."""
        # Imported when used: templates, Markdown and highlighting take longer to import than the app may take to start.
        text: str = import_module(self.module).render(export)
        return text
