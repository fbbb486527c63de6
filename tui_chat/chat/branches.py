"""The tree of a session's messages, row by row."""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.tree import MessageTree


class BranchRow(NamedTuple):
    """A message in the map of branches."""

    message: ChatMessage
    level: int
    """How many times the way to it has divided."""
    is_shown: bool
    """Whether the visible branch goes through it."""


def branch_rows(tree: MessageTree, leaf_id: str | None) -> list[BranchRow]:
    """Return all messages, each before what follows from it, oldest answers first.

    Args:
        tree: The messages.
        leaf_id: The end of the visible branch.
    """
    shown = {message.id for message in tree.branch(leaf_id)}
    roots = tree.children(None)
    waiting = [(root, int(len(roots) > 1)) for root in reversed(roots)]
    rows: list[BranchRow] = []
    while waiting:
        message, level = waiting.pop()
        rows.append(BranchRow(message, level, message.id in shown))
        below = tree.children(message.id)
        waiting.extend((child, level + int(len(below) > 1)) for child in reversed(below))
    return rows
