"""Reads a reply of Anthropic's Messages API: typed server-sent events, or all of it as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tui_chat.clients import anthropic_wire as wire
from tui_chat.clients.anthropic_request import REDACTED, THINKING
from tui_chat.clients.reply_body import BodyReader
from tui_chat.clients.words import clean, find_words
from tui_chat.domain.errors import ContentBlocked
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider
from tui_chat.domain.usage import Usage

_REASONS = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL,
    "refusal": FinishReason.REFUSAL,
}


class _Thought:
    """A block of thinking while it comes."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.signature = ""

    def block(self) -> dict[str, str]:
        """Return the block exactly as it came, which is how the vendor wants it back."""
        return {"type": THINKING, "thinking": "".join(self.texts), "signature": self.signature}


class ReplyReader(BodyReader):
    """Reads one reply; see the base class."""

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        super().__init__(provider, model, key)
        self._thoughts: dict[int, _Thought] = {}
        """The blocks of thinking that have not ended, by their number."""
        self._last_thought: int | None = None
        """The block that the reasoning before the next one is from; ``None`` where a text stands between them."""
        self._has_text = False
        self._has_gap = False
        """Whether something that is not shown stands between the text so far and the next."""
        self._counts: dict[str, Any] = {}

    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        kind = value.get("type", event) if isinstance(value, dict) else event
        match kind:
            case "message_start":
                message = self._event(value).message or wire.Message()
                yield from self._started(message.model, message.id)
                self._count(message.usage)
            case "content_block_start":
                one = self._event(value)
                yield from self._begin_block(one.content_block, one.index or 0)
            case "content_block_delta":
                one = self._event(value)
                yield from self._content(one.delta or wire.Delta(), one.index or 0)
            case "content_block_stop":
                yield from self._end_block(self._event(value).index or 0)
            case "message_delta":
                one = self._event(value)
                self._count(one.usage)
                self._stop(one.delta or wire.Delta())
            case "message_stop":
                self._reason = self._reason or FinishReason.STOP
                self._has_ended = True
            case _:
                pass  # pings, and what later versions may add

    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        message = self._validated(wire.Message, value)
        if message.content is None:
            raise self._no_reply(find_words(value, self._key).message)
        yield from self._started(message.model, message.id)
        for index, block in enumerate(message.content):
            yield from self._begin_block(block, index)
            yield from self._end_block(index)
        self._count(message.usage)
        self._reason = FinishReason.STOP
        self._stop(message)

    def _check(self) -> None:
        if self._reason is FinishReason.REFUSAL and not self._has_content:
            words = clean(self._said, self._key)
            text = f"{self._provider.label} refused to answer"
            raise ContentBlocked(text, provider=self._provider.name, server_words=words)
        super()._check()

    def _event(self, value: Any) -> wire.Event:
        return self._validated(wire.Event, value)

    def _begin_block(self, value: Any, index: int) -> Iterator[StreamEvent]:
        """Yield what a block has from the beginning, which is all of it where nothing is streamed."""
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in ("text", THINKING, REDACTED):
            self._has_gap = self._has_text  # calls of tools, and what came of them
            return
        block = self._validated(wire.Block, value)
        if kind == REDACTED:
            yield _kept(index, {"type": REDACTED, "data": block.data or ""})
            return
        delta = wire.Delta(text=block.text, thinking=block.thinking, signature=block.signature)
        yield from self._content(delta, index)
        yield from self._cited(block.citations or [])

    def _content(self, delta: wire.Delta, index: int) -> Iterator[StreamEvent]:
        if delta.thinking:
            yield self._reasoning(delta.thinking, index)
        if delta.signature:
            self._thoughts.setdefault(index, _Thought()).signature = delta.signature
        if delta.text:
            yield self._text(delta.text)
        if delta.citation is not None:
            yield from self._cited([delta.citation])

    def _end_block(self, index: int) -> Iterator[StreamEvent]:
        thought = self._thoughts.pop(index, None)
        if thought is not None:
            yield _kept(index, thought.block())

    def _reasoning(self, text: str, index: int) -> ReasoningDelta:
        """Return more of the reasoning; its blocks are set apart."""
        is_another = self._last_thought not in (None, index)
        self._thoughts.setdefault(index, _Thought()).texts.append(text)
        self._last_thought = index
        self._has_content = True
        return ReasoningDelta(text=f"\n\n{text}" if is_another else text)

    def _text(self, text: str) -> TextDelta:
        """Return more of the text; what stands before and after a tool's work is set apart."""
        has_gap, self._has_gap = self._has_gap, False
        self._last_thought = None
        self._has_text = self._has_content = True
        return TextDelta(text=f"\n\n{text}" if has_gap else text)

    def _cited(self, citations: Iterable[wire.Citation]) -> Iterator[StreamEvent]:
        sources = (
            (one.url or one.source or "", one.title or one.document_title or "", clean(one.cited_text or "", self._key))
            for one in citations
        )
        yield from self._citations(source for source in sources if source[0] or source[1])

    def _stop(self, about: wire.Delta | wire.Message) -> None:
        if about.stop_reason:
            self._reason = _REASONS.get(about.stop_reason, FinishReason.OTHER)
            details = about.stop_details or wire.StopDetails()
            said = (about.stop_reason, details.category, details.explanation)
            self._said = ": ".join(word for word in said if word)

    def _count(self, usage: wire.Usage | None) -> None:
        """Take in counts: each is a sum so far, and replaces the one before it."""
        if usage is not None:
            self._counts |= usage.model_dump(exclude_none=True)
            self._usage = _usage(wire.Usage.model_validate(self._counts))


def _kept(index: int, block: dict[str, str]) -> ReasoningDelta:
    """Return a block to keep. Each has a name of its own, since the metadata of neighbours is joined."""
    return ReasoningDelta(text="", metadata={f"block {index}": block})


def _usage(usage: wire.Usage) -> Usage:
    cached = usage.cache_read_input_tokens or 0
    details = usage.output_tokens_details or wire.OutputDetails()
    return Usage(
        input_tokens=(usage.input_tokens or 0) + (usage.cache_creation_input_tokens or 0) + cached,
        output_tokens=usage.output_tokens or 0,
        reasoning_tokens=details.thinking_tokens or 0,
        cached_tokens=cached,
    )
