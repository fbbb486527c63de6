"""Reads a reply of Chat Completions, streamed or whole, with the oddities of the servers that follow it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import Any

from pydantic import ConfigDict, ValidationError

from tui_chat.clients import failures
from tui_chat.clients.deltas import Increments, ThinkTags, merged
from tui_chat.clients.sse import ServerSentEvent, SSEDecoder
from tui_chat.clients.transport import WHOLE_BODY, Answer
from tui_chat.clients.words import find_words, read_words
from tui_chat.domain.errors import BadStream, ContentBlocked, ProviderError
from tui_chat.domain.events import Finished, ReasoningDelta, Started, StreamEvent, TextDelta, UsageReported
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Record
from tui_chat.domain.usage import Usage

#: Seconds to wait for the usage and the end of a stream once the model has said that it is done.
LAST_WAIT = 5.0

#: Seconds to wait for the end of a body after its end mark, so that the connection can be used again.
END_WAIT = 0.25

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

#: Ends a stream.
_END = "[DONE]"


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
    object: Any = None
    error: Any = None


class ReplyReader:
    """Reads one reply.

    Args:
        provider: Who answers.
        model: The model that was asked for.
        key: The key that was sent, which must not show up in errors.
    """

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        self._provider = provider
        self._model = model
        self._key = key
        self._text = Increments()
        self._reasoning = Increments()
        self._tags = ThinkTags()
        self._has_started = False
        self._has_content = False
        self._has_ended = False
        self._reason: FinishReason | None = None
        self._usage: _Usage | None = None

    async def read(self, answer: Answer) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of a reply.

        Raises:
            ProviderError: if it is cut, empty, or not what the protocol allows.
        """
        try:
            async with aclosing(self._batches(answer)) as batches:
                async for batch in batches:
                    for event in merged(event for chunk in batch for event in self._take(chunk)):
                        yield event
                    if self._reason is not None:
                        answer.silence = min(LAST_WAIT, answer.silence or LAST_WAIT)
        except ProviderError:
            for event in self._held_back():
                yield event
            if self._reason is None:
                raise
        for event in self._held_back():
            yield event
        self._check_content()
        if self._usage is not None:
            yield UsageReported(usage=_usage(self._usage))
        if self._reason is not None:
            yield Finished(reason=self._reason)

    async def _batches(self, answer: Answer) -> AsyncGenerator[Iterable[_Completion], None]:
        """Yield what came together, to be read before the next is asked for."""
        decoder: SSEDecoder | None = None
        start = bytearray()
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                if decoder is None:
                    start += piece
                    if len(start) > WHOLE_BODY:
                        raise self._bad("sent far too much")
                    if not _is_stream(start):
                        continue
                    decoder, piece = SSEDecoder(self._provider.label), bytes(start)
                yield self._chunks(decoder.feed(piece))
                if self._has_ended:
                    answer.silence = END_WAIT
                    await anext(pieces, None)
                    return
        if decoder is None:
            yield [self._whole(bytes(start))]
            return
        # What is no JSON was cut by the end of the stream.
        yield self._chunks(event for event in decoder.end() if event.data == _END or _is_json(event.data))

    def _chunks(self, events: Iterable[ServerSentEvent]) -> Iterator[_Completion]:
        for event in events:
            if event.data == _END:
                self._reason = self._reason or FinishReason.STOP
                self._has_ended = True
                return
            yield self._chunk(event.data, event.event)

    def _whole(self, body: bytes) -> _Completion:
        text = body.decode("utf-8", "replace").lstrip("\ufeff")
        if not text.strip():
            return _Completion()
        if not _is_json(text):
            kind = "a web page" if text.lstrip().startswith("<") else "something else"
            raise self._bad(f"sent {kind} instead of a reply", read_words(body, self._key).message)
        completion = self._chunk(text)
        if not completion.choices:
            raise self._bad("sent something else instead of a reply", read_words(body, self._key).message)
        self._reason = FinishReason.STOP
        return completion

    def _chunk(self, data: str, event: str = "") -> _Completion:
        try:
            chunk = _Completion.model_validate_json(data)
        except ValidationError:
            return self._odd_chunk(data, event)
        return self._odd_chunk(data, event) if chunk.error or "error" in (event, chunk.object) else chunk

    def _odd_chunk(self, data: str, event: str) -> _Completion:
        """Read what is an error, or what pydantic's strict JSON refuses, such as half a surrogate pair."""
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            raise self._bad("sent something that is not JSON", read_words(data.encode(), self._key).message) from None
        if isinstance(value, dict) and (value.get("error") or "error" in (event, value.get("object"))):
            raise failures.from_stream(self._provider, find_words(value, self._key), key=self._key, model=self._model)
        try:
            return _Completion.model_validate(value)
        except ValidationError as error:
            where = ".".join(str(step) for step in error.errors()[0]["loc"])
            raise self._bad("sent something that its protocol does not know", where) from None

    def _take(self, chunk: _Completion) -> Iterator[StreamEvent]:
        if not self._has_started:
            self._has_started = True
            yield Started(model=chunk.model or self._model, message_remote_id=chunk.id or "")
        self._usage = chunk.usage or self._usage
        for choice in (chunk.choices or [])[:1]:
            yield from self._deltas(choice.delta or choice.message or _Delta())
            if choice.finish_reason and self._reason is not FinishReason.REFUSAL:
                self._reason = _REASONS.get(choice.finish_reason, FinishReason.OTHER)

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

    def _check_content(self) -> None:
        if self._has_content:
            return
        if self._reason is FinishReason.FILTER:
            raise ContentBlocked(
                f"The filter of {self._provider.label} held the reply back", provider=self._provider.name
            )
        if self._reason in (None, FinishReason.STOP):
            raise self._bad("sent an empty answer", advice="Try again, or choose another model.")

    def _bad(self, what: str, words: str = "", advice: str = "") -> BadStream:
        label, name = self._provider.label, self._provider.name
        return BadStream(f"{label} {what}", advice=advice, provider=name, server_words=words)


def _is_stream(start: bytes | bytearray) -> bool:
    """Return whether a body begins with a field of an event or with a comment; labels of servers often lie."""
    return start[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")[:1] in (b"d", b"e", b"i", b"r", b":")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


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
