"""What is drawn of a message: its head, its text, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content

from tui_chat.app.transcript.text import inline, printable, styled
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role

Hints = Sequence[tuple[str, str]]
"""Keys and their words."""

HintsFor = Callable[[ChatMessage], Hints]
"""Tells the keys that act on a message where the user is."""

MUTED = "$foreground-muted"


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its place among its siblings."""

    message: ChatMessage
    sibling: int = 1
    """Its place, from 1."""
    siblings: int = 1
    """How many there are."""


def head(entry: Entry, *, is_detailed: bool) -> Content:
    """Return the quiet line above a message."""
    message = entry.message
    time = message.created_at.astimezone().strftime("%H:%M")
    if message.role is Role.USER:
        words = Content.assemble(("you", "bold"), (f" · {time}", MUTED))
        state = "queued" if message.status is MessageStatus.QUEUED else ""
    else:
        facts = " · ".join([time, *_facts(message)])
        words = Content.assemble(printable(message.model or message.role.value), (f" · {facts}", MUTED))
        state = ""
    marks = [
        mark
        for mark, holds in (("always sent", message.pinned), ("not sent", message.excluded), (state, bool(state)))
        if holds
    ]
    if entry.siblings > 1:
        marks.append(f"‹ {entry.sibling}/{entry.siblings} ›")
    if marks:
        words = Content.assemble(words, (f"   {'   '.join(marks)}", MUTED))
    return Content.assemble(words, "\n", details(message)) if is_detailed else words


def running_head(message: ChatMessage, seconds: int, *, state: str) -> Content:
    """Return the head of a reply that is arriving.

    Args:
        message: The reply.
        seconds: Since the request left.
        state: ``waiting``, ``thinking`` or ``writing``.
    """
    mark = "•" if state == "waiting" else "●"
    model = printable(message.model or message.provider)
    return Content.assemble((f"{mark} ", "$text-primary"), model, (f" · {state} · {seconds} s", MUTED))


def details(message: ChatMessage) -> Content:
    """Return everything that is known about a message, a fact a line."""
    usage, error = message.usage, message.error
    facts = {
        "id": message.id,
        "provider": message.provider,
        "model": message.model,
        "time": message.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        "first token": _seconds(message.timing.first_token) if message.timing else "",
        "tokens": f"{usage.input_tokens} read, {usage.output_tokens} written" if usage else "",
        "estimated": "yes, the server reported none" if usage and usage.estimated else "",
        "ended": message.finish_reason.value if message.finish_reason else "",
        "status": str(error.status or "") if error else "",
        "request": error.request_id if error else "",
        "server": error.server_words if error else "",
    }
    lines = [(f"{name:<12}", printable(value)) for name, value in facts.items() if value]
    return Content("\n").join([Content.assemble((name, MUTED), value) for name, value in lines] + [Content()])


def body(message: ChatMessage, *, unfolded: bool) -> Content:
    """Return the text of a message, with its reasoning, its sources and its attachments."""
    parts: list[Content] = []
    if message.reasoning:
        parts.append(_reasoning(message, unfolded=unfolded))
    if message.text:
        text = message.text
        parts.append(Content(printable(text)) if message.role is Role.USER else styled(text))
    sources = [
        Content.assemble((f"{one.number} ", MUTED), (printable(one.title or one.url), "underline $text-primary"))
        for one in message.citations
    ]
    if sources:
        parts.append(Content("\n").join(sources))
    return Content("\n\n").join(parts)


def outcome(message: ChatMessage, hints: Hints) -> Content | None:
    """Return what to say below a reply that was cut off; ``None`` below any other."""
    if message.status is not MessageStatus.INTERRUPTED:
        return None
    kept = " · all that came is kept" if message.parts else ""
    return Content.assemble(("■ interrupted", "$text-warning"), (f"{kept}   ", MUTED), keys(hints))


def failure(message: ChatMessage, hints: Hints) -> Content | None:
    """Return the notice of a reply that failed: what happened, why, what to do, the keys."""
    error = message.error
    if message.status is not MessageStatus.ERROR or error is None:
        return None
    title = Content.assemble(
        (printable(error.text), "bold $text-error"), (f"   {error.status}" if error.status else "", MUTED)
    )
    lines = [title, *(inline(words) for words in (error.server_words, error.advice) if words), Content(), keys(hints)]
    return Content("\n").join(lines)


def waiting(why: str, seconds: int, total: float, hints: Hints) -> Content:
    """Return the notice of a request that is going to be repeated, with its countdown."""
    left = min(20, round(20 * seconds / total)) if total else 0
    meter = Content.assemble(("━" * left, "$text-warning"), ("━" * (20 - left), "$border-blurred"))
    return Content("\n").join(
        [
            Content.assemble((printable(why), "bold $text-warning")),
            Content.assemble("Next try in ", (f"{seconds} s", "bold"), "   ", meter),
            Content(),
            keys(hints),
        ]
    )


def keys(hints: Hints) -> Content:
    """Return keys with their words."""
    return Content("   ").join(Content.assemble((key, "bold"), (f" {word}", MUTED)) for key, word in hints)


def _reasoning(message: ChatMessage, *, unfolded: bool) -> Content:
    seconds = message.timing.reasoning if message.timing else None
    words = f"thought for {seconds:.0f} s" if seconds is not None else "thinking" if message.is_running else "thought"
    if not unfolded:
        return Content.assemble((f"► {words}", MUTED))
    lines = "\n".join(f"│ {line}" for line in printable(message.reasoning).splitlines())
    return Content.assemble((f"▼ {words}\n{lines}", MUTED))


def _facts(message: ChatMessage) -> list[str]:
    facts = [_seconds(message.timing.total)] if message.timing and message.timing.total is not None else []
    if message.usage and message.usage.output_tokens:
        facts.append(f"{'~' if message.usage.estimated else ''}{message.usage.output_tokens} tok")
    return facts


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
