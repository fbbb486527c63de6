"""What an exporter gets, and what it is."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, NamedTuple

from pydantic import Field

from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.record import Value
from tui_chat.domain.sessions import ChatSession

Choice = Literal["facts", "reasoning", "tree"]
"""Name of one of the `ExportOptions`."""


class ExportOptions(Value):
    """What goes into the file beside the texts. A format heeds those that its `Exporter.choices` name."""

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
    """The module that renders it, by a function ``render(export: Export) -> str | bytes``."""
    choices: tuple[Choice, ...] = ("facts", "reasoning", "tree")
    """The options that make a difference; none for a format that always keeps everything."""
    joins: bool = False
    """Whether one file can hold several sessions."""

    @property
    def is_complete(self) -> bool:
        """Whether it keeps everything, so that a session can be read back without loss."""
        return not self.choices

    def render(self, export: Export) -> str | bytes:
        """Return the whole content of the file: a text, or bytes if the format is none of text.

        Raises:
            TransferError: if what the format needs is not installed.
        """
        # Imported when used: templates, Markdown and highlighting take longer to import than the app may take to start.
        content: str | bytes = import_module(self.module).render(export)
        return content
