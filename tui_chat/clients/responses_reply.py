"""Reads a response of the Responses API: typed server-sent events, or all of it as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tui_chat.clients import failures
from tui_chat.clients import responses_wire as wire
from tui_chat.clients.reply_body import BodyReader
from tui_chat.clients.responses_request import REASONING
from tui_chat.clients.words import clean, find_words
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider
from tui_chat.domain.usage import Usage

_INCOMPLETE = {"max_output_tokens": FinishReason.LENGTH, "content_filter": FinishReason.FILTER}

#: Items by which the model asks for a tool that only the client has.
_CALLS = ("function_call", "custom_tool_call")


class ReplyReader(BodyReader):
    """Reads one response; see the base class.

    A text comes in deltas, then whole with its piece, its item and the response. The deltas are what is shown; where a
    server sends none of an item, the item's own text is.
    """

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        super().__init__(provider, model, key)
        self._shown: set[tuple[str | int, ...]] = set()
        """What has come: text or reasoning, of which item, and of which piece of it."""
        self._has_call = False
        self._has_refusal = False

    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        kind = value.get("type", event) if isinstance(value, dict) else event
        match kind:
            case "response.created" | "response.queued" | "response.in_progress":
                response = self._event(value).response or wire.Response()
                yield from self._started(response.model, response.id)
            case "response.output_text.delta" | "response.refusal.delta":
                yield from self._text_delta(self._event(value), kind)
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                yield from self._reasoning_delta(self._event(value), kind)
            case "response.output_text.annotation.added":
                yield from self._annotations([self._event(value).annotation])
            case "response.output_item.done":
                one = self._event(value)
                yield from self._item(one.item, one.output_index or 0)
            case "response.completed" | "response.incomplete" | "response.failed":
                yield from self._end(self._event(value).response or wire.Response(), kind.removeprefix("response."))
            case _:
                pass  # announcements, repetitions, steps of tools, and what later versions may add

    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        response = self._validated(wire.Response, value)
        if response.output is None:
            raise self._no_reply(find_words(value, self._key).message)
        yield from self._end(response, response.status or "completed")

    def _event(self, value: Any) -> wire.Event:
        return self._validated(wire.Event, value)

    def _text_delta(self, event: wire.Event, kind: str) -> Iterator[StreamEvent]:
        self._has_refusal = self._has_refusal or kind == "response.refusal.delta"
        yield from self._text(event.delta, event.output_index or 0)

    def _reasoning_delta(self, event: wire.Event, kind: str) -> Iterator[StreamEvent]:
        piece = event.content_index if kind == "response.reasoning_text.delta" else event.summary_index
        yield from self._reasoning(event.delta, event.output_index or 0, piece or 0)

    def _text(self, text: str | None, item: int) -> Iterator[StreamEvent]:
        """Yield more of a text; the messages of a response are set apart."""
        if text:
            yield TextDelta(text=self._apart(text, "text", item))

    def _reasoning(self, text: str | None, item: int, piece: int) -> Iterator[StreamEvent]:
        """Yield more of the reasoning; its pieces are set apart, each has a heading of its own."""
        if text:
            yield ReasoningDelta(text=self._apart(text, REASONING, item, piece))

    def _apart(self, text: str, what: str, *place: int) -> str:
        """Return a text as it is shown: as a new paragraph where what came before stands at another place."""
        is_another = (what,) in self._shown and (what, *place) not in self._shown
        self._shown |= {(what,), (what, place[0]), (what, *place)}
        self._has_content = True
        return f"\n\n{text}" if is_another else text

    def _item(self, value: Any, number: int) -> Iterator[StreamEvent]:
        """Yield what an item adds to what has come of it."""
        kind = value.get("type") if isinstance(value, dict) else None
        self._has_call = self._has_call or kind in _CALLS
        if kind == "message":
            yield from self._message(self._validated(wire.Item, value), number)
        elif kind == REASONING:
            yield from self._thoughts(self._validated(wire.Item, value), number)
        elif kind == "image_generation_call":
            item = self._validated(wire.Item, value)
            if item.result:
                self._has_content = True
                yield self._image(f"image/{clean(item.output_format or 'png', self._key)}", item.result)

    def _message(self, item: wire.Item, number: int) -> Iterator[StreamEvent]:
        is_new = ("text", number) not in self._shown
        for content in item.content or []:
            self._has_refusal = self._has_refusal or bool(content.refusal)
            if is_new:
                yield from self._text(content.text or content.refusal, number)
            yield from self._annotations(content.annotations or [])

    def _thoughts(self, item: wire.Item, number: int) -> Iterator[StreamEvent]:
        """Yield reasoning that has not come in deltas, and what has to be sent back of it."""
        summary = [piece.text or "" for piece in item.summary or []]
        if (REASONING, number) not in self._shown:
            for at, text in enumerate(summary or [piece.text or "" for piece in item.content or []]):
                yield from self._reasoning(text, number, at)
        if item.encrypted_content:
            sent: dict[str, object] = {"type": REASONING, "id": item.id} if item.id else {"type": REASONING}
            sent["summary"] = [{"type": "summary_text", "text": text} for text in summary]
            sent["encrypted_content"] = item.encrypted_content
            # Each item has a name of its own: the metadata of neighbours is joined.
            yield ReasoningDelta(text="", metadata={item.id or f"item {number}": sent})

    def _annotations(self, annotations: Iterable[wire.Annotation | None]) -> Iterator[StreamEvent]:
        sources = ((one.url or "", one.title or one.filename or "", "") for one in annotations if one is not None)
        yield from self._citations(source for source in sources if any(source))

    def _end(self, response: wire.Response, status: str) -> Iterator[StreamEvent]:
        if status == "failed":
            words = find_words({"error": response.error}, self._key)
            raise failures.from_stream(self._provider, words, key=self._key, model=self._model)
        yield from self._started(response.model, response.id)
        if response.usage is not None:
            self._usage = _usage(response.usage)
        if not self._has_content:
            for number, item in enumerate(response.output or []):
                yield from self._item(item, number)
        if status == "incomplete":
            self._said = (response.incomplete_details and response.incomplete_details.reason) or ""
            self._reason = _INCOMPLETE.get(self._said, FinishReason.OTHER)
        elif status == "completed":
            self._reason = FinishReason.TOOL if self._has_call else FinishReason.STOP
            if self._has_refusal:
                self._reason = FinishReason.REFUSAL
        self._has_ended = True


def _usage(usage: wire.Usage) -> Usage:
    cached = usage.input_tokens_details.cached_tokens if usage.input_tokens_details else None
    reasoning = usage.output_tokens_details.reasoning_tokens if usage.output_tokens_details else None
    return Usage(
        input_tokens=usage.input_tokens or 0,
        output_tokens=usage.output_tokens or 0,
        reasoning_tokens=reasoning or 0,
        cached_tokens=cached or 0,
    )
