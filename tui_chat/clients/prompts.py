"""What is written into prompts, whatever the protocol: text files, and the wish to go on."""

from __future__ import annotations

import re

from tui_chat.domain.messages import FilePart, Role
from tui_chat.domain.requests import Action, ChatRequest

#: Asks for the rest of a reply that was cut off.
GO_ON = (
    "Your last reply was cut off. Go on exactly where it stopped, in the middle of a word if need be. "
    "Repeat nothing of it, and write no introduction."
)


def goes_on(request: ChatRequest) -> bool:
    """Return whether a request asks for the rest of a reply, and so has to end with `GO_ON`."""
    last = request.messages[-1] if request.messages else None
    return request.action is Action.CONTINUE and last is not None and last.role is Role.ASSISTANT and bool(last.text)


def fenced(text: str, language: str = "") -> str:
    """Return a text as Markdown, in a fence that nothing inside it can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def file_text(part: FilePart) -> str:
    """Return a text file as it stands in a prompt: its name, and what is in it."""
    return f"{part.name}:\n\n{fenced(part.text)}"
