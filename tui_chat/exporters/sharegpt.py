"""ShareGPT: a list of conversations, one for each branch, in which people and models take turns."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.exporters.base import Export
from tui_chat.exporters.branches import answered, branches, plain_text
from tui_chat.exporters.json_text import json_text

_SPEAKERS = {Role.SYSTEM: "system", Role.USER: "human", Role.ASSISTANT: "gpt", Role.TOOL: "observation"}


def render(export: Export) -> str:
    """Return the visible branch or, with the whole tree, every branch."""
    session = export.session
    head = [{"from": "system", "value": session.system_prompt}] if session.system_prompt else []
    found = branches(export)
    rows = []
    for number, branch in enumerate(found, start=1):
        name = session.id if len(found) == 1 else f"{session.id}-{number}"
        rows.append({"id": name, "conversations": [*head, *_turns(answered(branch))]})
    return json_text(rows, indent=2) + "\n"


def _turns(branch: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """Return one row a turn: readers expect people and models to alternate, so neighbours of one side are joined."""
    rows = []
    for role, group in groupby(branch, key=lambda message: message.role):
        value = "\n\n".join(text for message in group if (text := plain_text(message)))
        if value:
            rows.append({"from": _SPEAKERS[role], "value": value})
    return rows
