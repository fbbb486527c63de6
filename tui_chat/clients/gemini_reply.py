"""Reads a reply of Gemini: server-sent events, or all of it as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tui_chat.clients.gemini_request import (
    IMAGE_SIGNATURE,
    SIGNED_CHARACTERS,
    TEXT_SIGNATURE,
    THOUGHT_SIGNATURE,
)
from tui_chat.clients.gemini_wire import Blob, Candidate, Part, PromptFeedback, Response, SafetyRating, UsageMetadata
from tui_chat.clients.prompts import fenced
from tui_chat.clients.reply_body import BodyReader
from tui_chat.clients.words import clean, find_words
from tui_chat.domain.errors import ContentBlocked
from tui_chat.domain.events import ReasoningDelta, StreamEvent, TextDelta
from tui_chat.domain.messages import FinishReason
from tui_chat.domain.providers import Provider
from tui_chat.domain.usage import Usage

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


class ReplyReader(BodyReader):
    """Reads one reply; see the base class."""

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        super().__init__(provider, model, key)
        self._has_call = False
        self._blocked: PromptFeedback | None = None
        self._counts: dict[str, int] = {}

    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        yield from self._response(self._validated(Response, value))

    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        """Yield what one response means, or a list of them."""
        for item in value if isinstance(value, list) else [value]:
            response = self._validated(Response, self._checked(item))
            if not response.candidates and not response.prompt_feedback and not response.usage_metadata:
                raise self._no_reply(find_words(value, self._key).message)
            yield from self._response(response)

    def _check_rest(self, rest: bytes) -> None:
        text = rest.decode("utf-8", "replace")
        for found in reversed(list(_BARE_ERROR.finditer(text))):
            try:
                value, _ = json.JSONDecoder().raw_decode(text, found.end())
            except (ValueError, RecursionError):
                continue
            self._checked(value)

    def _response(self, response: Response) -> Iterator[StreamEvent]:
        yield from self._started(response.model_version, response.response_id)
        if response.usage_metadata is not None:
            self._counts |= response.usage_metadata.model_dump(exclude_none=True)
            self._usage = _usage(UsageMetadata.model_validate(self._counts))
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
        return self._image(media_type, (blob.data or "").replace("-", "+").replace("_", "/"))

    def _check(self) -> None:
        if self._blocked is not None:
            blocked = self._blocked
            words = _joined(blocked.block_reason, blocked.block_reason_message, blocked.safety_ratings)
            label, name = self._provider.label, self._provider.name
            raise ContentBlocked(
                f"The filter of {label} refused the prompt", provider=name, server_words=clean(words, self._key)
            )
        super()._check()


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
