"""The branches of a session, for formats that hold one line of messages and no tree."""

from __future__ import annotations

from tui_chat.domain.messages import ChatMessage, FilePart, Role, TextPart
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.base import Export


def branches(export: Export) -> list[list[ChatMessage]]:
    """Return the visible branch; if the whole tree is asked for, the paths to all leaves, oldest leaf first."""
    if not export.options.tree:
        return [export.messages]
    tree = MessageTree(export.tree)
    return [tree.branch(one.id) for one in tree if not tree.children(one.id)] or [export.messages]


def answered(branch: list[ChatMessage]) -> list[ChatMessage]:
    """Return a branch up to its last reply, as training wants it; all of it if it holds no reply."""
    last = max((place for place, one in enumerate(branch) if one.role is Role.ASSISTANT), default=len(branch))
    return branch[: last + 1]


def plain_text(message: ChatMessage) -> str:
    """Return the texts of a message and the files that were sent with it."""
    pieces = ["".join(part.text for part in message.parts if isinstance(part, TextPart))]
    pieces += [f"{part.name}:\n\n{part.text}" for part in message.parts if isinstance(part, FilePart)]
    return "\n\n".join(piece for piece in pieces if piece)
