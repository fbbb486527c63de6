"""The guide: it answers questions about tui-chat from its manual, without a network and without a model."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator

from tui_chat.clients.base import ChatClient, KeySource, no_key
from tui_chat.clients.guide_index import Hit, find, sections, words_of
from tui_chat.domain.events import Finished, Started, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.providers import Credentials, ModelInfo, Provider
from tui_chat.domain.requests import Action, ChatRequest

#: Seconds between two words, so that the answer can be read as it comes.
PACE = 0.012

#: Environment variable that sets another pace; 0 does without pauses.
PACE_VARIABLE = "TUI_CHAT_GUIDE_PACE"

_HONEST = "I am the built-in guide: I look things up in the manual of tui-chat, and I am **no language model**."
_CONNECT = (
    "To chat with a language model, set a key such as `OPENAI_API_KEY` and start again, start a local server such as"
    " Ollama, or point to any OpenAI-compatible API with `--base-url`. `Ctrl+L` shows who can answer."
)
_GREETING = re.compile(
    r"^\W*(hi|hello|hey|hallo|moin|servus|good (morning|evening|day)|yo|ping|test)\b[\w\s!.,]{0,20}$", re.I
)
_WHO = re.compile(
    r"\b(who|what) are you\b|\bare you (an? )?(ai|bot|model|llm|human|chatgpt|claude)\b|\byour name\b", re.I
)
_THANKS = re.compile(r"^\W*(thanks?|thank you|thx|danke|merci)\b.{0,20}$", re.I)


class GuideClient(ChatClient):
    """Answers from the manual, streamed like any other reply."""

    def __init__(self, provider: Provider, key_source: KeySource = no_key, pace: float | None = None) -> None:
        super().__init__(provider, key_source)
        self._pace = pace if pace is not None else float(os.environ.get(PACE_VARIABLE) or PACE)

    async def open(self) -> None:
        """Do nothing: the manual is read with the first question."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to let go of."""

    async def is_authenticated(self) -> bool:
        """Return that no key is needed."""
        return True

    async def refresh(self) -> Credentials:
        """Return that no key is needed."""
        return Credentials(is_valid=True)

    async def models(self) -> list[ModelInfo]:
        """Return the one name it goes by."""
        return [ModelInfo(name="guide", provider=self.provider.name)]

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Yield the answer word by word."""
        messages = list(request.messages)
        there = ""
        if request.action is Action.CONTINUE and messages and messages[-1].role is Role.ASSISTANT:
            there = messages.pop().text
        yield Started(model="guide")
        text = answer(messages, is_variant=request.action is Action.VARIANT)
        rest = text.removeprefix(there) if text.startswith(there) else text
        for piece in re.findall(r"\s*\S+\s*", rest):
            yield TextDelta(text=piece)
            await asyncio.sleep(self._pace)
        yield Finished()


def answer(messages: list[ChatMessage], *, is_variant: bool = False) -> str:
    """Return the answer to the last prompt, as Markdown.

    Args:
        messages: The session so far; a follow-up that names nothing is understood from the prompt before.
        is_variant: Whether the first answer did not help, so that other sections are worth a look.
    """
    prompts = [message.text for message in messages if message.role is Role.USER]
    question = prompts[-1] if prompts else ""
    is_first = len(prompts) <= 1
    if _THANKS.match(question):
        return "You are welcome. Ask on whenever you like."
    if _WHO.search(question) or _GREETING.match(question) or not words_of(question):
        return _introduction()
    hits = find(question)
    if len(prompts) > 1 and (not hits or len(words_of(question)) < 2):
        hits = find(f"{question} {prompts[-2]}") or hits
    if is_variant and len(hits) > 1:
        hits = [*hits[1:], hits[0]]
    if not hits:
        return _nothing_fits()
    return _from_sections(hits, is_first=is_first)


def _introduction() -> str:
    some = "\n".join(f"- {section.heading}" for section in sections()[:6])
    return f"Hello. {_HONEST}\n\n{_CONNECT}\n\nYou can ask me, for example:\n\n{some}"


def _nothing_fits() -> str:
    return (
        f"I find nothing about that in the manual of tui-chat. {_HONEST} So I cannot answer questions about the world"
        f" or write for you.\n\n{_CONNECT}"
    )


def _from_sections(hits: list[Hit], *, is_first: bool) -> str:
    best = hits[0].section
    others = [hit.section.heading for hit in hits[1:] if hit.score > hits[0].score / 4]
    parts = [f"**{best.heading}**", best.text]
    if others:
        parts.append("See also:\n\n" + "\n".join(f"- {heading}" for heading in others))
    if is_first:
        parts.append(f"*{_HONEST.replace('**', '')}*")
    return "\n\n".join(parts)
