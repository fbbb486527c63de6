"""The quiet line above a message: who, when, how long, how much; and on request everything that is known."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from tui_chat.app.motion import counts
from tui_chat.app.transcript import inks
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.lines import Run
from tui_chat.app.transcript.plain import pieces
from tui_chat.app.transcript.rows import Frame, Row, Runs, cells, row
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.usage import money

NARROW = 55
"""With less room than this for text, a reply's head has the model and its siblings only."""
SHORTEST = 0.05
"""Seconds below which nothing is said of how long something took: it would be a zero."""
FACT_NAMES = 14
"""Width of the column of names in the details."""


class Progress(NamedTuple):
    """How far a running reply is."""

    state: str
    """``waiting``, ``thinking`` or ``writing``; empty while a failed request waits to be repeated."""
    seconds: int
    """Since the request left."""
    speed: int = 0
    """Tokens a second; 0 if that is not known yet."""
    model: str = ""
    """The model that answers, as the server calls it."""


def prompt_head(entry: Entry, width: int, frame: Frame) -> Row:
    """Return the first line of a prompt's card."""
    right = _marks(entry)
    facts = [_clock(entry.message)]
    return _head((("you", inks.STRONG),), facts, right, width, frame)


def reply_head(entry: Entry, width: int) -> Row:
    """Return the line above a reply that is not running."""
    message = entry.message
    facts = [] if width < NARROW else facts_of(message)
    name: Runs = ((_speaker(message), inks.TEXT),)
    if message.sums_up:
        name = (("summary", inks.STRONG), (f" · {_speaker(message)}", inks.MUTED))
    return _head(name, facts, _marks(entry), width, Frame.PAGE)


def summary_line(width: int) -> Row:
    """Return the line above a summary: what stands over it is no longer sent."""
    words = " what is above is no longer sent "
    room = width - len(words) - 3
    if room < 0:
        return row((), lead=[(words.strip()[:width], inks.MUTED)])
    # Drawn only: it is neither selected nor found.
    return row((), lead=[("───", inks.EDGE), (words, inks.MUTED), ("─" * room, inks.EDGE)])


def running_head(entry: Entry, progress: Progress, width: int) -> Row:
    """Return the line above a reply that is arriving."""
    model = one_line(progress.model) or _speaker(entry.message)
    if not progress.state:
        return _head(((model, inks.TEXT),), [_clock(entry.message)], _marks(entry), width, Frame.PAGE)
    mark = "•" if progress.state == "waiting" else "●"
    facts = [progress.state]
    if counts():
        facts.append(f"{progress.seconds} s")
    if counts() and progress.speed:
        facts.append(f"{progress.speed} tok/s")
    return _head(((f"{mark} ", inks.ACCENT), (model, inks.TEXT)), facts, _marks(entry), width, Frame.PAGE)


def details(message: ChatMessage, width: int, frame: Frame) -> list[Row]:
    """Return everything that is known about a message, a fact a row."""
    rows: list[Row] = []
    for name, value in _facts(message).items():
        column = min(FACT_NAMES, width // 3)
        for number, (_start, piece) in enumerate(pieces(one_line(value), max(1, width - column))):
            lead = ((set_cell_size("" if number else name, column), inks.MUTED),)
            rows.append(row([(piece, inks.TEXT)], frame=frame, line=1 + len(rows), lead=lead))
    return rows


def _head(name: Runs, facts: list[str], right: Runs, width: int, frame: Frame) -> Row:
    """Return a head; facts that do not fit are left out from the right, and the name is cut last."""
    room = width - (cells(right) + 2 if right else 0)
    shown = [fact for fact in facts if fact]
    while shown and cells(name) + sum(cell_len(fact) + 3 for fact in shown) > room:
        shown.pop()
    (last, ink) = name[-1]
    if cells(name) > room:
        most = max(1, room - cells(name[:-1]))
        name = (*name[:-1], (set_cell_size(last, most - 1).rstrip() + "…", ink))
    runs = (*name, (f" · {' · '.join(shown)}", inks.MUTED)) if shown else name
    return row(runs, frame=frame, right=right)


def _marks(entry: Entry) -> Runs:
    message = entry.message
    marks = [
        ("queued", message.status is MessageStatus.QUEUED),
        ("always sent", message.pinned),
        ("not sent", message.excluded),
    ]
    runs: list[Run] = [
        (" · ".join(word for word, is_shown in marks if is_shown), inks.MUTED),
    ]
    if not runs[0][0]:
        runs.clear()
    if entry.siblings > 1:
        runs += [
            ("   ‹ " if runs else "‹ ", inks.MUTED),
            (f"{entry.sibling}/{entry.siblings}", inks.TEXT),
            (" ›", inks.MUTED),
        ]
    return runs


def _speaker(message: ChatMessage) -> str:
    return one_line(message.model or message.provider or message.role.value)


def _clock(message: ChatMessage) -> str:
    return message.created_at.astimezone().strftime("%H:%M")


def facts_of(message: ChatMessage) -> list[str]:
    """Return when a reply came, how long it took, and what it cost."""
    facts = [_clock(message)]
    if message.timing and (message.timing.total or 0) >= SHORTEST:
        facts.append(f"{message.timing.total:.1f} s")
    if message.usage and message.usage.output_tokens:
        facts.append(f"{'~' if message.usage.estimated else ''}{message.usage.output_tokens:,} tok")
    if message.usage and message.usage.cost:
        facts.append(money(message.usage.cost, estimated=message.usage.estimated))
    return facts


def _facts(message: ChatMessage) -> dict[str, str]:
    usage, timing, error = message.usage, message.timing, message.error
    facts: dict[str, str] = {
        "id": message.id,
        "model": message.model,
        "provider": message.provider,
        "sent" if message.role is Role.USER else "time": f"{message.created_at.astimezone():%Y-%m-%d %H:%M:%S}",
        "ended": message.finish_reason.value if message.finish_reason else "",
        "because": message.finish_words,
    }
    if timing:
        facts["first token"] = _seconds(timing.first_token)
        facts["thought"] = _seconds(timing.reasoning)
        facts["took"] = _seconds(timing.total)
    if usage:
        facts["tokens"] = ", ".join(
            f"{count:,} {word}"
            for count, word in (
                (usage.input_tokens, "read"),
                (usage.cached_tokens, "of them cached"),
                (usage.output_tokens, "written"),
                (usage.reasoning_tokens, "of them thought"),
            )
            if count
        ) + (" (estimated)" if usage.estimated else "")
        facts["cost"] = f"{'~' if usage.estimated else ''}${usage.cost:.6f}" if usage.cost else ""
    if error:
        facts["error"] = error.kind
        facts["status"] = str(error.status or "")
        facts["request"] = error.request_id
        facts["server"] = error.server_words
    return {name: value for name, value in facts.items() if value.strip()}


def _seconds(value: float | None) -> str:
    return "" if value is None or value < SHORTEST else f"{value:.1f} s"
