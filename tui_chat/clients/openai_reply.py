"""Reads a reply of Chat Completions, streamed or whole, with the oddities of the servers that follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ConfigDict

from tui_chat.clients.deltas import Increments, ThinkTags
from tui_chat.clients.reply_body import BodyReader
from tui_chat.clients.words import find_words
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Record
from tui_chat.domain.usage import Usage

_REASONS = {
    "stop": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "eos_token": FinishReason.STOP,
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "content_filter": FinishReason.FILTER,
    "refusal": FinishReason.REFUSAL,
    "tool_calls": FinishReason.TOOL,
    "function_call": FinishReason.TOOL,
}


class _Wire(Record):
    """Something a server sent. Servers do not agree on whether an id is a number."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


class _Content(_Wire):
    """One piece of a content that is a list, as Mistral's reasoning models send it."""

    text: str | None = None
    thinking: list[_Content] | str | None = None


class _Delta(_Wire):
    """``choices[].delta`` of a stream, ``choices[].message`` of a whole reply."""

    content: str | list[_Content] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None


class _Choice(_Wire):
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None


class _InputDetails(_Wire):
    cached_tokens: int | None = None


class _OutputDetails(_Wire):
    reasoning_tokens: int | None = None


class _Usage(_Wire):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None
    prompt_cache_hit_tokens: int | None = None
    """DeepSeek's word for cached tokens."""
    cost: float | None = None
    """US dollars, from OpenRouter."""


class _Completion(_Wire):
    """A chunk of a stream, or a whole reply."""

    id: str | None = None
    model: str | None = None
    choices: list[_Choice] | None = None
    usage: _Usage | None = None


class ReplyReader(BodyReader):
    """Reads one reply; see the base class."""

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        super().__init__(provider, model, key)
        self._text = Increments()
        self._reasoning = Increments()
        self._tags = ThinkTags()

    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        yield from self._completion(self._validated(_Completion, value))

    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        completion = self._validated(_Completion, value)
        if not completion.choices:
            raise self._no_reply(find_words(value, self._key).message)
        self._reason = FinishReason.STOP
        yield from self._completion(completion)

    def _completion(self, chunk: _Completion) -> Iterator[StreamEvent]:
        yield from self._started(chunk.model, chunk.id)
        if chunk.usage is not None:
            self._usage = _usage(chunk.usage)
        for choice in (chunk.choices or [])[:1]:
            yield from self._deltas(choice.delta or choice.message or _Delta())
            if choice.finish_reason and self._reason is not FinishReason.REFUSAL:
                self._reason = _REASONS.get(choice.finish_reason, FinishReason.OTHER)
                self._said = choice.finish_reason

    def _deltas(self, delta: _Delta) -> Iterator[StreamEvent]:
        text, reasoning = _split(delta.content)
        reasoning = self._reasoning.feed(delta.reasoning_content or delta.reasoning or reasoning)
        if reasoning:
            self._has_content = True
            yield ReasoningDelta(text=reasoning)
        if delta.refusal:
            text += delta.refusal
            self._reason = FinishReason.REFUSAL
        yield from self._seen(self._tags.feed(self._text.feed(text)))

    def _held_back(self) -> Iterator[StreamEvent]:
        reasoning = self._reasoning.end()
        if reasoning:
            yield from self._seen([ReasoningDelta(text=reasoning)])
        yield from self._seen(self._tags.feed(self._text.end()))
        yield from self._seen(self._tags.end())

    def _seen(self, deltas: Iterable[TextDelta | ReasoningDelta]) -> Iterator[StreamEvent]:
        for delta in deltas:
            self._has_content = True
            yield delta


def _split(content: str | list[_Content] | None) -> tuple[str, str]:
    """Return the text and the reasoning of a content."""
    if content is None or isinstance(content, str):
        return content or "", ""
    text = "".join(piece.text or "" for piece in content)
    thoughts = [_split(piece.thinking)[0] for piece in content]
    return text, "".join(thoughts)


def _usage(usage: _Usage) -> Usage:
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
    reasoning = usage.completion_tokens_details.reasoning_tokens if usage.completion_tokens_details else None
    return Usage(
        input_tokens=usage.prompt_tokens or 0,
        output_tokens=usage.completion_tokens or 0,
        reasoning_tokens=reasoning or 0,
        cached_tokens=cached or usage.prompt_cache_hit_tokens or 0,
        cost=usage.cost,
    )
