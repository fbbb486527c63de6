"""Plain text: what was said, below a line that tells who and when. Nothing is marked up, nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from tui_chat.domain.attachments import size_in_words
from tui_chat.domain.messages import (
    ChatMessage,
    FilePart,
    ImagePart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.base import Export
from tui_chat.exporters.words import (
    amount,
    head_facts,
    joined_parts,
    shown_messages,
    speaker,
    stamp,
    state,
    thought,
)


def render(export: Export) -> str:
    """Return the session as text."""
    blocks = ["\n".join(_head(export))]
    if export.session.system_prompt:
        blocks.append(_block("system", [export.session.system_prompt]))
    tree = MessageTree(export.tree)
    blocks += [_block(_speaks(export, message, tree), _body(export, message)) for message in shown_messages(export)]
    return "\n\n\n".join(blocks) + "\n"


def _head(export: Export) -> Iterator[str]:
    session = export.session
    yield _line(session.name)
    if session.tags:
        yield _line(" ".join(f"#{tag}" for tag in session.tags))
    if export.options.facts:
        cost = amount(session.usage.cost)
        facts = [stamp(session.created_at), session.model, f"${cost}" if cost else ""]
        yield _line(" · ".join(fact for fact in facts if fact))


def _speaks(export: Export, message: ChatMessage, tree: MessageTree) -> str:
    who = _line(speaker(message, facts=export.options.facts))
    return " · ".join((who, *head_facts(export, message, tree)))


def _block(head: str, body: list[str] | Iterator[str]) -> str:
    text = "\n\n".join(piece.strip("\r\n") for piece in body if piece.strip("\r\n"))
    rule = "-" * len(head)
    return f"{head}\n{rule}\n{text}".rstrip("\n")


def _body(export: Export, message: ChatMessage) -> Iterator[str]:
    for part in joined_parts(message, reasoning=export.options.reasoning):
        yield _part(part, message)
    if message.citations:
        yield "\n".join(_line(f"[{one.number}] {one.title} {one.url}") for one in message.citations)
    if words := state(message):
        yield f"({words})"


def _part(part: Part, message: ChatMessage) -> str:
    match part:
        case TextPart():
            return part.text
        case ReasoningPart():
            return f"({thought(message)})\n\n{part.text}\n\n(end of the thought)"
        case ImagePart():
            facts = [part.name or "image", part.url or (size_in_words(len(part.data) * 3 // 4) if part.data else "")]
            return _line(f"(image: {' · '.join(fact for fact in facts if fact)})")
        case FilePart():
            return f"({_line(part.name)})\n\n{part.text.rstrip()}\n\n(end of {_line(part.name)})"
        case ToolCallPart():
            return f"(tool {_line(part.name)})\n\n{part.arguments}"
        case ToolResultPart():
            return f"({'error' if part.is_error else 'result'})\n\n{part.text}"
    return ""


def _line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())
