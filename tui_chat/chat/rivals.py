"""Several models answer the same prompt at once."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn
from tui_chat.domain.messages import ChatMessage, MessageStatus
from tui_chat.domain.requests import Action

FEWEST, MOST = 2, 4
"""How many models are compared."""


def rivals(
    services: Services, opened: OpenSession, prompt: ChatMessage, models: Sequence[tuple[str, str]]
) -> list[Turn]:
    """Return the turns in which models answer a prompt that is saved already; their replies are siblings.

    Args:
        services: What the turns work with.
        opened: The session.
        prompt: What is answered.
        models: Provider and model of each.
    """
    has_answer = bool(opened.tree.children(prompt.id))
    turns: list[Turn] = []
    for provider, model in models:
        action = Action.VARIANT if has_answer or turns else Action.NEXT
        turns.append(Turn(services, opened, opened.add_reply(prompt.id, provider=provider, model=model), action=action))
    return turns


def settle(opened: OpenSession, winner: ChatMessage) -> None:
    """Let the session go on with one of the answers; none of the others is touched."""
    opened.select(winner.id)
    if winner.status is not MessageStatus.STREAMING:
        opened.update(winner)
