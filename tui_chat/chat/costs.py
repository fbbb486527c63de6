"""What a turn costs: tokens as the server reported them, else an estimate; money from the prices that are known."""

from __future__ import annotations

from collections.abc import Iterable

from tui_chat.chat.models import Models, priced
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, MessageStatus, Part, ReasoningPart, TextPart
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.usage import Usage, estimate_tokens

#: Tokens of an image, for estimates. Vendors count some 85 to 1,600, by its size.
IMAGE_TOKENS = 1_000

#: Tokens that a protocol spends on the role of each message, for estimates.
ROLE_TOKENS = 4


def message_tokens(message: ChatMessage) -> int:
    """Estimate the tokens of a message when it is sent; its reasoning is not."""
    return ROLE_TOKENS + parts_tokens(message.parts)


def parts_tokens(parts: Iterable[Part]) -> int:
    """Estimate the tokens of parts of a message."""
    tokens = 0
    for part in parts:
        if isinstance(part, TextPart | FilePart):
            tokens += estimate_tokens(part.text)
        elif isinstance(part, ImagePart):
            tokens += IMAGE_TOKENS
    return tokens


def estimated_usage(request: ChatRequest, reply: ChatMessage) -> Usage:
    """Estimate the tokens of a turn whose server reported none."""
    system = estimate_tokens(request.system_prompt)
    thought = sum(estimate_tokens(part.text) for part in reply.parts if isinstance(part, ReasoningPart))
    return Usage(
        input_tokens=system + sum(message_tokens(message) for message in request.messages),
        output_tokens=thought + estimate_tokens(reply.text),
        reasoning_tokens=thought,
        estimated=True,
    )


def turn_usage(
    request: ChatRequest, reply: ChatMessage, models: Models, *, before: Usage | None = None
) -> Usage | None:
    """Return what a reply has cost, once it has ended.

    Args:
        request: What was sent.
        reply: What came, with the usage that the server reported, if it did.
        models: What the prices are known from.
        before: What the reply had cost when it was let go on; the reply still has this usage if nothing was reported.

    Returns:
        ``None`` if nothing came and nothing was reported.
    """
    reported = reply.usage if reply.usage is not before else None
    if reported is None and not reply.parts:
        return before
    usage = reported or estimated_usage(request, reply)
    if reply.status is not MessageStatus.COMPLETE and before is None:
        usage = _at_least(usage, estimated_usage(request, reply))
    names = dict.fromkeys((request.model, reply.model))
    usage = priced(usage, *(models.info(reply.provider, name) for name in names))
    return usage if before is None else before + usage


def _at_least(reported: Usage, estimated: Usage) -> Usage:
    """Return a usage that was reported before the reply was cut off, with all that has come of it."""
    if reported.output_tokens >= estimated.output_tokens:
        return reported
    counts = {"output_tokens": estimated.output_tokens, "reasoning_tokens": estimated.reasoning_tokens}
    return reported.model_copy(update={**counts, "estimated": True})
