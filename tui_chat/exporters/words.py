"""The words that several formats share: who speaks, when, and what it took."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from tui_chat.domain.messages import ChatMessage, Part, ReasoningPart, Role, TextPart
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.base import Export

_SPEAKERS = {Role.USER: "you", Role.ASSISTANT: "assistant", Role.SYSTEM: "system", Role.TOOL: "tool"}


def local(moment: datetime) -> datetime:
    """Return a moment in the zone of this computer; as it is where that cannot be told (the years 1 and 9999)."""
    try:
        return moment.astimezone()
    except (OSError, OverflowError, ValueError):
        return moment


def clock(moment: datetime, beginning: datetime) -> str:
    """Return the time of day, with the date if it is not the day on which the session began."""
    here = local(moment)
    return f"{here:%H:%M}" if here.date() == local(beginning).date() else f"{here:%Y-%m-%d %H:%M}"


def stamp(moment: datetime) -> str:
    """Return a moment for machines: ``2026-11-20T13:02:11Z``."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def speaker(message: ChatMessage, *, facts: bool) -> str:
    """Return who speaks: ``you``, or the model that answered."""
    if message.role is Role.ASSISTANT and facts and message.model:
        return message.model
    return _SPEAKERS[message.role]


def seconds(duration: float) -> str:
    """Return a duration in words: ``3.1 s``, ``4 min 5 s``."""
    if duration < 10:
        return f"{duration:.1f}".removesuffix(".0") + " s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def thought(message: ChatMessage) -> str:
    """Return the words for folded reasoning: ``thought for 4 s``."""
    timing = message.timing
    return f"thought for {seconds(timing.reasoning)}" if timing and timing.reasoning else "thought"


def amount(cost: float | None) -> str:
    """Return US dollars as a plain number, exact to six places; empty where unknown or nothing."""
    if not cost or not math.isfinite(cost):
        return ""
    return f"{cost:.6f}".rstrip("0").removesuffix(".")


def shown_messages(export: Export) -> list[ChatMessage]:
    """Return the visible branch or, if asked for, the whole tree: every message directly before its first answer."""
    if not export.options.tree:
        return export.messages
    tree = MessageTree(export.tree)
    return [message for root in tree.children(None) for message in tree.below(root.id)]


def sibling_place(tree: MessageTree, message: ChatMessage) -> tuple[int, int]:
    """Return the place of a message among its siblings, from 1, and their number."""
    siblings = tree.siblings(message.id)
    return siblings.index(message) + 1, len(siblings)


def head_facts(export: Export, message: ChatMessage, tree: MessageTree) -> Iterator[str]:
    """Yield what stands behind the speaker in the head of a message: the time, the place among siblings, a remark."""
    if export.options.facts:
        yield clock(message.created_at, export.session.created_at)
    if export.options.tree:
        place, number = sibling_place(tree, message)
        if number > 1:
            yield f"{place}/{number}"
    if message.excluded:
        yield "not sent"


def joined_parts(message: ChatMessage, *, reasoning: bool) -> Iterator[Part]:
    """Yield the parts in order, neighbouring texts joined. Citations are left out: they stand at a message's end.

    Args:
        message: The message.
        reasoning: Whether reasoning is among them.
    """
    for kind, group in groupby(message.parts, key=lambda part: part.kind):
        if kind == "text":
            yield TextPart(text="".join(part.text for part in group if isinstance(part, TextPart)))
        elif kind == "reasoning":
            text = "".join(part.text for part in group if isinstance(part, ReasoningPart))
            if reasoning and text:
                yield ReasoningPart(text=text)
        elif kind != "citation":
            yield from group


def state(message: ChatMessage) -> str:
    """Return how a message ended, if it is not complete: ``interrupted · all that came is kept``."""
    if message.error is not None:
        words = ["failed", message.error.text, message.error.advice]
        return " · ".join(word for word in words if word)
    return {
        "interrupted": "interrupted · all that came is kept",
        "error": "failed",
        "queued": "queued",
        "streaming": "still arriving when this was written",
    }.get(message.status, "")
