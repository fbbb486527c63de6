"""Naming a session by the model that answers in it, once there is something to name."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.secret_rules import without_secrets
from tui_chat.chat.services import Services
from tui_chat.chat.titles import cut, name_from
from tui_chat.domain.events import TextDelta
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role, TextPart
from tui_chat.domain.providers import Protocol
from tui_chat.domain.requests import ChatRequest

#: Seconds that a name may take; after that the session keeps the one it has.
PATIENCE = 30.0
#: Characters of the prompt and of the reply that the model is shown.
_SHOWN = 1500
#: Characters after which an answer is no name any more.
_MOST = 400

SYSTEM = (
    "You name chat sessions. Answer with a name of two to six words for the exchange you are shown, in its language,"
    " and with nothing else: no quotes, no full stop, no explanation."
)

#: Protocols in which a question of our own would be a session of its own at the server, or is no model's business.
_NEVER = frozenset({Protocol.GUIDE, Protocol.SCRIPTED, Protocol.INKEEP})
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_PREFACE = re.compile(r"^(?:session |chat )?(?:name|title)\s*:\s*", re.IGNORECASE)
_QUOTES = "\"'`*_#“”„«»‘’ "


def is_to_be_named(services: Services, opened: OpenSession, reply: ChatMessage) -> bool:
    """Return whether a model may name a session now: after its first exchange, unless the user has named it."""
    branch = opened.branch
    if not services.settings.chat.name_sessions or len(opened.tree) != 2 or len(branch) != 2:
        return False
    provider = services.providers.get(reply.provider)
    return (
        branch[1].id == reply.id
        and reply.status is MessageStatus.COMPLETE
        and bool(reply.text)
        and opened.session.name == name_from(branch[0].text)
        and provider is not None
        and provider.protocol not in _NEVER
    )


async def name_by_model(services: Services, opened: OpenSession, reply: ChatMessage) -> str:
    """Return what the model calls the exchange; empty if that is no name.

    Raises:
        ChatError: if it could not be asked.
        TimeoutError: if it took too long.
    """
    prompt = opened.branch[0]
    said = f"User: {prompt.text[:_SHOWN]}\n\nAssistant: {reply.text[:_SHOWN]}\n\nThe name:"
    question = ChatMessage(session_id="naming", role=Role.USER, parts=[TextPart(text=said)])
    request = ChatRequest(model=reply.model, messages=[question], system_prompt=SYSTEM)
    client = await services.client(reply.provider)
    text = ""
    stream = client.stream(request)
    try:
        async with asyncio.timeout(PATIENCE):
            async for event in stream:
                if isinstance(event, TextDelta):
                    text += event.text
                if len(text) > _MOST and "<think" not in text:
                    break
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
    return clean_answer(text)


def clean_answer(text: str) -> str:
    """Return the name that a model answered with; empty if there is none or it says a secret."""
    for line in _THOUGHTS.sub("", text).splitlines():
        words = _PREFACE.sub("", line.strip(_QUOTES)).strip(_QUOTES)
        if any(character.isalnum() for character in words):
            return cut(words) if without_secrets(words) == words else ""
    return ""
