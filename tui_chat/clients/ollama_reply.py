"""Reads a reply of Ollama: lines of JSON."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import Any

from tui_chat.clients.deltas import ThinkTags
from tui_chat.clients.ndjson import NDJSONDecoder
from tui_chat.clients.ollama_wire import Chunk, Message
from tui_chat.clients.reply_body import END_WAIT, BodyReader, parsed
from tui_chat.clients.transport import WHOLE_BODY, Answer
from tui_chat.clients.words import find_words, read_words
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider
from tui_chat.domain.usage import Usage

_REASONS = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH}


class ReplyReader(BodyReader):
    """Reads one reply; see the base class."""

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        super().__init__(provider, model, key)
        self._tags = ThinkTags()
        self._has_call = False

    async def _batches(self, answer: Answer) -> AsyncGenerator[Iterable[StreamEvent], None]:
        decoder: NDJSONDecoder | None = None
        start = bytearray()
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                if decoder is None:
                    start += piece
                    if len(start) > WHOLE_BODY:
                        raise self._bad("sent far too much")
                    if not _is_stream(start):
                        continue
                    decoder, piece = NDJSONDecoder(self._provider.label), bytes(start)
                yield self._lines(decoder.feed(piece))
                if self._has_ended:
                    answer.silence = END_WAIT
                    await anext(pieces, None)
                    return
        if decoder is None:
            yield self._whole(bytes(start))
            return
        # What is no JSON was cut by the end of the stream.
        yield self._lines(line for line in decoder.end() if parsed(line) is not None)

    def _lines(self, lines: Iterable[str]) -> Iterator[StreamEvent]:
        for line in lines:
            if self._has_ended:
                return
            value = parsed(line)
            if value is None:
                words = read_words(line.encode("utf-8", "replace"), self._key).message
                raise self._bad("sent something that is not JSON", words)
            yield from self._take(self._checked(value), "")

    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        chunk = self._validated(Chunk, value)
        yield from self._started(chunk.model, None)
        yield from self._deltas(chunk.message or Message())
        if chunk.done:
            reason = _REASONS.get(chunk.done_reason or "stop", FinishReason.OTHER)
            self._reason = FinishReason.TOOL if self._has_call and reason is FinishReason.STOP else reason
            self._said = chunk.done_reason or ""
            self._usage = _usage(chunk)
            self._has_ended = True

    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        raise self._no_reply(find_words(value, self._key).message)

    def _deltas(self, message: Message) -> Iterator[StreamEvent]:
        self._has_call = self._has_call or bool(message.tool_calls)  # none was offered, so there is nothing to call
        if message.thinking:
            yield from self._seen([ReasoningDelta(text=message.thinking)])
        # Older servers leave the thoughts of a model in its text.
        yield from self._seen(self._tags.feed(message.content or ""))

    def _held_back(self) -> Iterator[StreamEvent]:
        yield from self._seen(self._tags.end())

    def _seen(self, deltas: Iterable[TextDelta | ReasoningDelta]) -> Iterator[StreamEvent]:
        for delta in deltas:
            self._has_content = True
            yield delta


def _is_stream(start: bytes | bytearray) -> bool:
    """Return whether a body begins with an object; labels of servers often lie."""
    return start[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")[:1] == b"{"


def _usage(chunk: Chunk) -> Usage | None:
    if chunk.prompt_eval_count is None and chunk.eval_count is None:
        return None
    return Usage(
        input_tokens=chunk.prompt_eval_count or 0,
        output_tokens=chunk.eval_count or 0,
        generation_seconds=chunk.eval_duration / 1e9 if chunk.eval_duration else None,
    )
