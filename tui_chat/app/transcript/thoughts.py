"""The reasoning of a reply: folded to a row, or open; while it comes, its last line."""

from __future__ import annotations

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.plain import paragraphs
from tui_chat.app.transcript.rows import Row, Section, row
from tui_chat.app.transcript.sanitize import one_line


def thought_rows(thought: str, width: int, seconds: float | None, *, is_thinking: bool, is_unfolded: bool) -> list[Row]:
    """Return the rows of a reasoning.

    Args:
        thought: All of it that has come.
        width: Cells of the text.
        seconds: How long it took; ``None`` if nobody knows.
        is_thinking: Whether more is to come.
        is_unfolded: Whether the user has opened it.
    """
    if not thought.strip():
        return []
    rows: list[Row] = []
    if not is_thinking or is_unfolded:
        words = (
            "thinking" if is_thinking else "thought" if seconds is None else f"thought for {max(1, round(seconds))} s"
        )
        rows.append(row([(f"{'▼' if is_unfolded else '►'} {words}", inks.MUTED)], section=Section.THOUGHT))
    if is_unfolded:
        edge = [("│ ", inks.EDGE)]
        rows += paragraphs(thought.strip(), width, inks.MUTED, section=Section.THOUGHT, line=1, lead=edge)
    elif is_thinking:
        last = one_line(thought.rstrip().rpartition("\n")[2])
        rows += paragraphs(last, width, inks.THOUGHT, section=Section.THOUGHT)[-1:]
    return rows
