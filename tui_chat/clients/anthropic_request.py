"""The body of a request to Anthropic's Messages API, and what is learnt from its refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypedDict

from tui_chat.clients.openai_request import refused_field
from tui_chat.clients.prompts import GO_ON, file_text, goes_on
from tui_chat.domain.errors import ContextTooLong, RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, ReasoningPart, Role, TextPart
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import ChatRequest

#: The types of blocks that hold thinking; the metadata of a reasoning part keeps such blocks to send back.
THINKING, REDACTED = "thinking", "redacted_thinking"

#: The longest reply where the session sets no limit, since the API wants one. Models that write less say how much.
MAX_TOKENS = 32_000

#: The two ways to ask for thinking: the model decides how much, or it gets a number of tokens. Which of them a model
#: takes depends on its age.
_ADAPTIVE, _BUDGET = "adaptive", "enabled"

_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high"}
_BUDGETS = {"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}

#: Stands where a session begins with a reply, which the API does not take.
_BEGINNING = "(The beginning of this session is left out.)"

# How Anthropic says it, in lower case: "max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens
# for …", "messages.1.content.0: Invalid `signature` in `thinking` block", "adaptive thinking is not supported on this
# model", "This model does not support the effort parameter.", "`temperature` is deprecated for this model."
_MOST_TOKENS = re.compile(r"max_tokens: \d+ > (\d+)")
_EARLIER_THINKING = re.compile(r"signature|thinking`? blocks?\b")
_NEW_THINKING = re.compile(r"thinking|effort|output_config|budget_tokens")
_NOT_TAKEN = re.compile(r"deprecated|removed|unsupported|(not|n't) (be )?(support|permit|allow|accept)|may only be")


class _Message(TypedDict):
    """What one side says in one go."""

    role: str
    content: list[dict[str, object]]


class Refusals:
    """What one model does not take, as its server's refusals have told."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        """Fields, and ways to ask for thinking."""
        self._most_tokens: int | None = None
        self._stale: set[str] = set()
        """Ids of the replies whose thinking is not sent back: it is of another model, or what led to it has changed."""

    def learn(self, error: RequestRejected, request: ChatRequest, body: dict[str, Any]) -> None:
        """Take in why a request was refused.

        Args:
            error: What the server said.
            request: What was asked.
            body: What was sent.
        """
        said = error.server_words.lower()
        if isinstance(error, ContextTooLong):
            return
        if found := _MOST_TOKENS.search(said):
            self._most_tokens = int(found[1])
        elif _EARLIER_THINKING.search(said) and any(self._kept(message) for message in request.messages):
            self._stale |= {message.id for message in request.messages if self._kept(message)}
        elif THINKING in body and _NEW_THINKING.search(said):
            self._names.add(str(body[THINKING].get("type")))
        elif _NOT_TAKEN.search(said) and (field := refused_field(error, body, ("temperature", "top_p"))):
            self._names.add(field)

    def request_body(self, provider: Provider, request: ChatRequest) -> dict[str, Any]:
        """Return the body of a streaming request.

        Args:
            provider: Its further body fields win over all others.
            request: What to ask.
        """
        body: dict[str, Any] = {
            "model": request.model,
            "max_tokens": self._up_to(request.params.max_tokens or MAX_TOKENS),
            "messages": self._messages(request),
            "stream": True,
        }
        if request.system_prompt.strip():
            body["system"] = request.system_prompt
        if request.params.stop:
            body["stop_sequences"] = list(request.params.stop)
        body |= self._thinking(request) or self._sampling(request)
        return body | provider.body

    def _up_to(self, tokens: int) -> int:
        return tokens if self._most_tokens is None else min(tokens, self._most_tokens)

    def _thinking(self, request: ChatRequest) -> dict[str, Any]:
        """Return the fields that ask for thinking, if the session wants some and the model can."""
        effort = (request.params.reasoning_effort or "").lower()
        if effort not in _EFFORTS:
            return {}
        if _ADAPTIVE not in self._names:
            # Without the wish for a summary, newer models think in silence.
            thinking = {"type": _ADAPTIVE, "display": "summarized"}
            return {THINKING: thinking, "output_config": {"effort": _EFFORTS[effort]}}
        if _BUDGET in self._names:
            return {}
        budget = _BUDGETS[effort]
        if self._most_tokens is not None:
            budget = min(budget, self._most_tokens // 2)
        # The limit counts the thinking too, and has to be greater than the budget.
        most = self._up_to(budget + (request.params.max_tokens or MAX_TOKENS))
        return {THINKING: {"type": _BUDGET, "budget_tokens": budget}, "max_tokens": most}

    def _sampling(self, request: ChatRequest) -> dict[str, Any]:
        """Return the temperature or what stands in for it: models take one of the two, and neither while thinking."""
        params = request.params
        if params.temperature is not None and "temperature" not in self._names:
            return {"temperature": params.temperature}
        if params.top_p is not None and "top_p" not in self._names:
            return {"top_p": params.top_p}
        return {}

    def _messages(self, request: ChatRequest) -> list[_Message]:
        messages: list[_Message] = []
        for message in request.messages:
            if message.role is Role.ASSISTANT:
                content = list(self._reply(message))
                if content and not messages:
                    _add(messages, "user", [_text(_BEGINNING)])
                _add(messages, "assistant", content)
            else:
                _add(messages, "user", [block for part in message.parts if (block := _block(part)) is not None])
        if goes_on(request):
            _add(messages, "user", [_text(GO_ON)])
        return messages

    def _reply(self, message: ChatMessage) -> Iterator[dict[str, object]]:
        """Yield the blocks of a reply. Thinking that no text came of is refused, and left out."""
        thoughts: list[dict[str, object]] = []
        for part in message.parts:
            if isinstance(part, ReasoningPart) and message.id not in self._stale:
                thoughts += _thoughts(part)
            elif isinstance(part, TextPart) and part.text.strip():
                yield from thoughts
                yield _text(part.text)
                thoughts = []

    def _kept(self, message: ChatMessage) -> bool:
        """Return whether thinking of a message is sent back."""
        return any(block["type"] != "text" for block in self._reply(message))


def _add(messages: list[_Message], role: str, content: list[dict[str, object]]) -> None:
    """Add what a side says; no two neighbours have the same role, and none is empty."""
    if messages and messages[-1]["role"] == role:
        messages[-1]["content"] += content
    elif content:
        messages.append({"role": role, "content": content})


def _thoughts(part: ReasoningPart) -> list[dict[str, object]]:
    kept = part.metadata.values()
    return [one for one in kept if isinstance(one, dict) and one.get("type") in (THINKING, REDACTED)]


def _text(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}


def _block(part: Part) -> dict[str, object] | None:
    match part:
        case TextPart() if part.text.strip():
            return _text(part.text)
        case FilePart():
            return _text(file_text(part))
        case ImagePart() if part.data:
            source = {"type": "base64", "media_type": part.media_type, "data": part.data}
            return {"type": "image", "source": source}
        case ImagePart():
            return {"type": "image", "source": {"type": "url", "url": part.url}}
        case _:
            return None
