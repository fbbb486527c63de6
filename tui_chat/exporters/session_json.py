"""JSON, complete: the session and the whole tree as they are stored, to be read back without loss."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from tui_chat.domain.errors import TransferError
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.base import Export
from tui_chat.exporters.json_text import json_text

FORMAT = "tui-chat-session"
VERSION = 1
"""Raised when an older program could no longer read the file."""


def render(export: Export) -> str:
    """Return the session and all its messages, whatever the options say: this is the format that keeps everything."""
    # Not to_dict(): leaving out what is empty would lose an empty text part, which cannot be read back.
    plain = {
        "format": FORMAT,
        "version": VERSION,
        "session": export.session.model_dump(mode="json"),
        "messages": [message.model_dump(mode="json") for message in export.tree],
    }
    return json_text(plain, indent=2) + "\n"


def parse(text: str) -> tuple[ChatSession, list[ChatMessage]]:
    """Return the session and the messages that were written by ``render``.

    Raises:
        TransferError: It is another format, a newer version, or damaged.
    """
    plain = _load(text)
    if plain.get("format") != FORMAT:
        raise TransferError("This is not a session exported by tui-chat.", advice="Name the format of the file.")
    version = plain.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise TransferError(f"The file has version {version}; known is up to {VERSION}.", advice="Update tui-chat.")
    messages = plain.get("messages")
    if not isinstance(messages, list):
        raise TransferError("The file holds no list of messages.", advice="Export the session again.")
    try:
        session = ChatSession.model_validate(plain.get("session"))
        return session, [ChatMessage.model_validate(message) for message in messages]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or error.title
        raise TransferError(f"The file is damaged at {where}: {first['msg']}.") from error


def _load(text: str) -> dict[str, Any]:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TransferError("The file is not JSON, or not all of it.", advice="Export the session again.") from error
    return plain if isinstance(plain, dict) else {}
