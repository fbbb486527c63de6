"""Reads a reply of Gemini: server-sent events, or all of it as JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing

from pydantic import ValidationError

from tui_chat.clients import failures
from tui_chat.clients.deltas import merged
from tui_chat.clients.gemini_request import (
    IMAGE_SIGNATURE,
    SIGNED_CHARACTERS,
    TEXT_SIGNATURE,
    THOUGHT_SIGNATURE,
    fenced,
)
from tui_chat.clients.gemini_wire import Blob, Candidate, Part, PromptFeedback, Response, SafetyRating, UsageMetadata
from tui_chat.clients.sse import SSEDecoder
from tui_chat.clients.transport import ERROR_BODY, WHOLE_BODY, Answer
from tui_chat.clients.words import clean, find_words, read_words
from tui_chat.domain.errors import BadStream, ContentBlocked, ProviderError
from tui_chat.domain.events import (
    CitationsAdded,
    Finished,
    ImageAdded,
    ReasoningDelta,
    Started,
    StreamEvent,
    TextDelta,
    UsageReported,
)
from tui_chat.domain.messages import CitationPart, FinishReason, ImagePart
from tui_chat.domain.providers import Provider
from tui_chat.domain.usage import Usage

#: Seconds to wait for the end of a stream once the model has said why it stopped.
LAST_WAIT = 5.0

_REASONS = {
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "CONTINUATION": FinishReason.LENGTH,
    "MALFORMED_FUNCTION_CALL": FinishReason.TOOL,
    "UNEXPECTED_TOOL_CALL": FinishReason.TOOL,
    "TOO_MANY_TOOL_CALLS": FinishReason.TOOL,
    **dict.fromkeys(
        (
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "MODEL_ARMOR",
            "ESCALATION",
            "PUP_LIMITED_DISABLED",
        ),
        FinishReason.FILTER,
    ),
}

#: An error that comes in the middle of a stream stands there as bare JSON, over several lines.
_BARE_ERROR = re.compile(r'^[\[,\s]*(?=\{\s*"error"\s*:)', re.MULTILINE)


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
        self._has_started = False
        self._has_content = False
        self._has_call = False
        self._reason: FinishReason | None = None
        self._said = ""
        """Why it stopped, in the server's words."""
        self._blocked: PromptFeedback | None = None
        self._usage: dict[str, int] = {}
        self._sources: list[CitationPart] = []

    async def read(self, answer: Answer) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of a reply.

        Raises:
            ProviderError: if it is cut, empty, blocked, or not what the protocol allows.
        """
        try:
            async with aclosing(self._batches(answer)) as batches:
                async for batch in batches:
                    for event in merged(event for response in batch for event in self._take(response)):
                        yield event
                    if self._reason is not None:
                        answer.silence = min(LAST_WAIT, answer.silence or LAST_WAIT)
        except ProviderError:
            if self._reason is None:
                raise
        if self._usage:
            yield UsageReported(usage=_usage(UsageMetadata.model_validate(self._usage)))
        self._check()
        if self._reason is not None:
            yield Finished(reason=self._reason)

    async def _batches(self, answer: Answer) -> AsyncGenerator[Iterable[Response], None]:
        """Yield what came together, to be read before the next is asked for."""
        decoder: SSEDecoder | None = None
        start, end = bytearray(), b""
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                if decoder is None:
                    start += piece
                    if len(start) > WHOLE_BODY:
                        raise self._bad("sent far too much")
                    if not _is_stream(start):
                        continue
                    decoder, piece = SSEDecoder(self._provider.label), bytes(start)
                events = decoder.feed(piece)
                end = piece if events else (end + piece)[-ERROR_BODY:]
                yield (self._response(event.data) for event in events)
        if decoder is None:
            yield self._whole(bytes(start))
            return
        # What is no JSON was cut by the end of the stream.
        yield [self._response(event.data) for event in decoder.end() if _parsed(event.data) is not None]
        if self._reason is None:
            self._check_for_error(end.decode("utf-8", "replace"))

    def _whole(self, body: bytes) -> Iterator[Response]:
        """Yield what a body without events holds: one response, or a list of them."""
        text = body.decode("utf-8", "replace").lstrip("\ufeff")
        if not text.strip():
            return
        value = _parsed(text)
        if value is None:
            kind = "a web page" if text.lstrip().startswith("<") else "something else"
            raise self._bad(f"sent {kind} instead of a reply", read_words(body, self._key).message)
        for item in value if isinstance(value, list) else [value]:
            response = self._validated(item)
            if not response.candidates and not response.prompt_feedback and not response.usage_metadata:
                raise self._bad("sent something else instead of a reply", read_words(body, self._key).message)
            yield response

    def _response(self, data: str) -> Response:
        try:
            response = Response.model_validate_json(data)
        except ValidationError:
            # No JSON, or what pydantic's strict JSON refuses, such as half a surrogate pair.
            value = _parsed(data)
            if value is None:
                words = read_words(data.encode("utf-8", "replace"), self._key).message
                raise self._bad("sent something that is not JSON", words) from None
            return self._validated(value)
        if response.error:
            raise self._error(response.error)
        return response

    def _validated(self, value: object) -> Response:
        if isinstance(value, dict) and value.get("error"):
            raise self._error(value["error"])
        try:
            return Response.model_validate(value)
        except ValidationError as error:
            where = ".".join(str(step) for step in error.errors()[0]["loc"])
            raise self._bad("sent something that its protocol does not know", clean(where, self._key)) from None

    def _error(self, error: object) -> ProviderError:
        words = find_words({"error": error}, self._key)
        return failures.from_stream(self._provider, words, key=self._key, model=self._model)

    def _check_for_error(self, text: str) -> None:
        """Raise the error, if there is one, that a stream ends with."""
        for found in reversed(list(_BARE_ERROR.finditer(text))):
            try:
                value, _ = json.JSONDecoder().raw_decode(text, found.end())
            except (ValueError, RecursionError):
                continue
            self._validated(value)

    def _take(self, response: Response) -> Iterator[StreamEvent]:
        if not self._has_started:
            self._has_started = True
            yield Started(
                model=response.model_version or self._model,
                message_remote_id=response.response_id or "",
            )
        if response.usage_metadata is not None:
            self._usage |= response.usage_metadata.model_dump(exclude_none=True)
        if response.prompt_feedback is not None and response.prompt_feedback.block_reason:
            self._blocked = response.prompt_feedback
        for candidate in response.candidates or []:
            if not candidate.index:  # only the first of several, which is what one reply can show
                yield from self._candidate(candidate)

    def _candidate(self, candidate: Candidate) -> Iterator[StreamEvent]:
        for part in (candidate.content and candidate.content.parts) or []:
            for event in self._part(part):
                self._has_content = True
                yield event
        yield from self._citations(_sources(candidate))
        if candidate.finish_reason:
            reason = _REASONS.get(candidate.finish_reason, FinishReason.OTHER)
            self._reason = FinishReason.TOOL if self._has_call and reason is FinishReason.STOP else reason
            self._said = _joined(candidate.finish_reason, candidate.finish_message, candidate.safety_ratings)

    def _part(self, part: Part) -> Iterator[StreamEvent]:
        signature = part.thought_signature
        if part.thought:
            if part.text or signature:
                metadata = {THOUGHT_SIGNATURE: signature} if signature else {}
                yield ReasoningDelta(text=part.text or "", metadata=metadata)
            return
        if part.function_call is not None:
            self._has_call = True  # none was offered, so there is nothing to call
            return
        text = _text(part)
        if text:
            yield TextDelta(text=text)
        if part.inline_data is not None:
            yield self._inline(part.inline_data)
            if signature:
                yield ReasoningDelta(text="", metadata={IMAGE_SIGNATURE: signature})
        elif signature:
            size = len(part.text or "")
            yield ReasoningDelta(text="", metadata={TEXT_SIGNATURE: signature, SIGNED_CHARACTERS: size})

    def _inline(self, blob: Blob) -> StreamEvent:
        media_type = clean(blob.mime_type or "application/octet-stream", self._key)
        if not media_type.startswith("image/"):
            return TextDelta(text=f"\n\n*{media_type}, which cannot be shown here*\n\n")
        data = (blob.data or "").replace("-", "+").replace("_", "/")
        try:
            base64.b64decode(data, validate=True)
        except binascii.Error:
            raise self._bad("sent an image that cannot be read") from None
        return ImageAdded(image=ImagePart(media_type=media_type, data=data))

    def _citations(self, sources: Iterable[tuple[str, str, str]]) -> Iterator[StreamEvent]:
        """Yield what is new: a stream tells the same sources again and again."""
        new = []
        for url, title, description in sources:
            if all((url, title) != (known.url, known.title) for known in self._sources):
                number = len(self._sources) + 1
                new.append(CitationPart(number=number, title=title, url=url, description=description))
                self._sources.append(new[-1])
        if new:
            yield CitationsAdded(citations=new)

    def _check(self) -> None:
        label, name = self._provider.label, self._provider.name
        if self._blocked is not None:
            blocked = self._blocked
            words = _joined(blocked.block_reason, blocked.block_reason_message, blocked.safety_ratings)
            raise ContentBlocked(
                f"The filter of {label} refused the prompt", provider=name, server_words=clean(words, self._key)
            )
        if self._has_content or self._reason in (FinishReason.LENGTH, FinishReason.TOOL):
            return
        words = clean(self._said, self._key)
        if self._reason is FinishReason.FILTER:
            raise ContentBlocked(f"The filter of {label} held the reply back", provider=name, server_words=words)
        raise self._bad("sent an empty answer", words, advice="Try again, or choose another model.")

    def _bad(self, what: str, words: str = "", advice: str = "") -> BadStream:
        label, name = self._provider.label, self._provider.name
        return BadStream(f"{label} {what}", advice=advice, provider=name, server_words=words)


def _is_stream(start: bytes | bytearray) -> bool:
    """Return whether a body begins with a field of an event or with a comment, whatever its label says."""
    return start[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")[:1] in (b"d", b"e", b"i", b"r", b":")


def _parsed(text: str) -> object:
    """Return the value of a JSON text; ``None`` if it is none."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _text(part: Part) -> str:
    """Return the text of a part; code and its results become Markdown."""
    text = part.text or ""
    if part.executable_code is not None and part.executable_code.code:
        text += f"\n\n{fenced(part.executable_code.code, _language(part.executable_code.language))}\n"
    if part.code_execution_result is not None:
        result = part.code_execution_result
        text += f"\n\n{fenced(result.output or result.outcome or '')}\n"
    return text


def _language(name: str | None) -> str:
    return name.lower() if name and name.isalnum() and name != "LANGUAGE_UNSPECIFIED" else ""


def _sources(candidate: Candidate) -> Iterator[tuple[str, str, str]]:
    """Yield address, title and description of what a reply is grounded on and of what it quotes."""
    grounding = candidate.grounding_metadata
    for chunk in (grounding and grounding.grounding_chunks) or []:
        source = chunk.web or chunk.retrieved_context or chunk.maps or chunk.image
        if source is not None and (source.uri or source.title):
            yield source.uri or "", source.title or "", ""
    quoting = candidate.citation_metadata
    for source in (quoting and quoting.citation_sources) or []:
        if source.uri or source.title:
            yield source.uri or "", source.title or "", f"License: {source.license}" if source.license else ""


def _joined(reason: str | None, message: str | None, ratings: list[SafetyRating] | None) -> str:
    """Return why a filter, or the model, stopped: reason, message and the categories that the filter objects to."""
    categories = [rating.category for rating in ratings or [] if rating.blocked and rating.category]
    return ": ".join(word for word in (reason, message, ", ".join(categories)) if word)


def _usage(usage: UsageMetadata) -> Usage:
    thoughts = usage.thoughts_token_count or 0
    return Usage(
        input_tokens=(usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0),
        output_tokens=(usage.candidates_token_count or 0) + thoughts,
        reasoning_tokens=thoughts,
        cached_tokens=usage.cached_content_token_count or 0,
    )
