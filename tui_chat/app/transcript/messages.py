"""What the message pane tells."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class LinkClicked(Message):
    """A link was clicked. The pane opens nothing."""

    url: str


@dataclass
class SiblingWanted(Message):
    """The arrow beside the place among siblings was clicked, in the head of a message."""

    message_id: str
    step: int
    """-1 for the sibling before, 1 for the next."""


@dataclass
class LinkPointed(Message):
    """The pointer came to another link, or left one."""

    url: str
    """Where it goes; empty for none."""


@dataclass
class HitShown(Message):
    """One went to a hit of what is looked for."""

    at: int
    """Which one, from 1."""
    count: int


class SelectingChanged(Message):
    """Text begins to be selected by keyboard, or no longer is."""


@dataclass
class CopyRequested(Message):
    """Text that was selected by keyboard is to be copied."""

    text: str


@dataclass
class BrowsingEnded(Message):
    """The keys belong to the input again."""

    character: str | None
    """What was typed, if it means nothing here and belongs into the input."""


@dataclass
class CursorMoved(Message):
    """Another message is browsed."""

    message_id: str
    index: int
    """Its place in the branch, from 0."""
    count: int


@dataclass
class FollowChanged(Message):
    """The pane let go of the end or came back to it, or more is new below."""

    is_following: bool
    new_lines: int
