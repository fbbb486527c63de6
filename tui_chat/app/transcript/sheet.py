"""One message of the pane: its rows once it has been laid out, an estimate of their number before that."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.arrival import Arrival
from tui_chat.app.transcript.attachments import attached, attachments, ends_in_picture
from tui_chat.app.transcript.bodies import LONG, Body
from tui_chat.app.transcript.entries import Entry, HintsFor
from tui_chat.app.transcript.heads import details, prompt_head, reply_head, running_head, summary_line
from tui_chat.app.transcript.images import Gallery, View
from tui_chat.app.transcript.notices import cut_short, failed, interrupted, sources, waiting
from tui_chat.app.transcript.rows import Frame, Row, Section, blank, edge
from tui_chat.app.transcript.thoughts import thought_rows
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage, FinishReason, ImagePart, MessageStatus, Part, Role

_LAST = 1 << 24
"""Logical line of the blank row between reasoning and text, after all attachments."""


class Sheet:
    """A message, its state on the screen (folded, detailed, arriving) and its rows."""

    def __init__(self, entry: Entry, gallery: Gallery) -> None:
        self.entry = entry
        self._gallery = gallery
        self.unfolded = False
        """Whether the reasoning is open."""
        self.detailed = False
        """Whether all facts are shown."""
        self.arrival = Arrival(entry.message) if entry.message.is_running else None
        """The state of a reply that is arriving; ``None`` for all other messages."""
        self._text = entry.message.text
        self._pieces: list[str] = []
        self.measured: tuple[int, int] | None = None
        """What `measure` found; ``None`` when the text has changed since."""
        self._is_stale = False
        self._thought_seconds: float | None = None
        self._width = 0
        self._head: list[Row] | None = None
        self._attached: tuple[tuple[int, Frame, list[tuple[Part, View]]] | None, list[Row]] = (None, [])
        self._body: Body | None = None
        self._after: list[Row] = []

    # ---- what it is -------------------------------------------------------------------------------------------------

    @property
    def message(self) -> ChatMessage:
        """The message that is shown."""
        return self.entry.message

    @property
    def is_prompt(self) -> bool:
        """Whether the user wrote it."""
        return self.entry.message.role is Role.USER

    @property
    def text(self) -> str:
        """The text as it is now, of a running reply all that has come."""
        if self._pieces:
            self._text = "".join([self._text, *self._pieces])
            self._pieces.clear()
        return self._text

    # ---- its rows ---------------------------------------------------------------------------------------------------

    @property
    def is_laid_out(self) -> bool:
        """Whether it has rows."""
        return self._head is not None

    @property
    def is_growing(self) -> bool:
        """Whether there is text without rows yet."""
        return self._body is not None and self._body.is_growing

    @property
    def is_long(self) -> bool:
        """Whether it is laid out in slices, since all of it at once would take too long."""
        return (self.measured or self.measure())[1] > LONG

    def __len__(self) -> int:
        """Number of rows it has been laid out in."""
        return len(self._head or ()) + len(self._body or ()) + len(self._after)

    def rows(self, start: int, end: int) -> list[Row]:
        """Return its rows from one to before another."""
        head, body, after = self._head or [], self._body.rows if self._body else [], self._after
        below, last = len(head), len(head) + len(body)
        return [
            *head[start:end],
            *body[max(0, start - below) : max(0, end - below)],
            *after[max(0, start - last) : max(0, end - last)],
        ]

    @property
    def head(self) -> Sequence[Row]:
        """Its rows above the text."""
        return self._head or ()

    @property
    def ends_in_card(self) -> bool:
        """Whether its last row is the edge of a card, which stands in for a blank row."""
        if self._head is None:
            return self.is_prompt or self.message.status is MessageStatus.ERROR
        last = self.rows(len(self) - 1, len(self))
        return bool(last) and (last[0].frame.is_cap or last[0].line.kind == "cap")

    @property
    def codes(self) -> list[tuple[str, str]]:
        """Language and text of its code blocks, as far as they are laid out."""
        return self._body.codes if self._body else []

    @property
    def cited(self) -> set[int]:
        """Numbers of its sources."""
        citations = self.arrival.citations if self.arrival is not None else self.message.citations
        return {one.number for one in citations}

    @property
    def headings(self) -> list[tuple[str, int, int]]:
        """Words, level and logical line of its headings, as far as they are laid out."""
        return self._body.headings if self._body else []

    @property
    def has_hints(self) -> bool:
        """Whether keys may be shown on it."""
        message = self.message
        is_cut = message.finish_reason not in (None, FinishReason.STOP)
        return message.status in (MessageStatus.INTERRUPTED, MessageStatus.ERROR) or is_cut or self.arrival is not None

    @property
    def logical(self) -> list[str]:
        """Its text line by line as it is copied, without wraps, as far as it is laid out."""
        return self._body.logical if self._body else []

    def estimate(self, width: int) -> int:
        """Return about how many rows it will take in a width, without laying it out."""
        rows, characters = self.measured or self.measure()
        return rows + characters // width

    def measure(self) -> tuple[int, int]:
        """Return what an estimate needs: rows that it takes in any width, and characters that are wrapped.

        It is kept in ``measured``, so that a change of width costs next to nothing for ten thousand messages.
        """
        text, message = self.text, self.message
        rows = 1 + text.count("\n") + bool(text)
        if self.is_prompt:
            rows += 2
        else:
            rows += (6 if message.status is MessageStatus.ERROR else 0) + (2 if len(message.parts) > 1 else 0)
        self.measured = (rows, len(text))
        return self.measured

    def forget(self) -> None:
        """Drop the rows, to save memory or because the width has changed."""
        self._head = None
        self._body = None
        self._after = []

    def lay_out(self, width: int, hints: HintsFor) -> None:
        """Make the rows, or as many of a very long text as there is time for.

        Args:
            width: Cells of the text.
            hints: Tells the keys that act on it.
        """
        self._width = width
        if self.is_prompt:
            self._body = Body.plain(self.text, width, inks.MUTED if self.message.excluded else inks.TEXT, self._frame)
        else:
            self._body = Body.markdown(self.text, width, is_open=self.arrival is not None)
        self.refresh(hints)

    def refresh(self, hints: HintsFor) -> None:
        """Make everything but the text anew."""
        if self._body is None:
            return
        self._is_stale = False
        self._head = self._prompt_head() if self.is_prompt else self._reply_head()
        self._after = [blank(Section.AFTER, 0, Frame.CAP_BELOW)] if self.is_prompt else self._reply_end(hints)

    def grow(self, hints: HintsFor, *, is_all: bool = False) -> None:
        """Lay out the text that came since; of much text a part, unless all of it is wanted."""
        if self._body is None:
            return
        edges = self._body.edges
        self._body.grow(is_all=is_all)
        if self._is_stale or edges != self._body.edges:
            self.refresh(hints)

    # ---- what happens to it -----------------------------------------------------------------------------------------

    def take(self, event: StreamEvent) -> None:
        """Take in a piece of the running reply."""
        if self.arrival is None:
            return
        state = self.arrival.state
        text = self.arrival.take(event)
        self._is_stale = self._is_stale or not text or state != self.arrival.state
        if text:
            self.measured = None
            self._pieces.append(text)
            if self._body is not None:
                self._body.feed(text)

    def take_over(self, old: Sheet) -> None:
        """Take over what another sheet of the same message knows besides the message."""
        self.unfolded, self.detailed = old.unfolded, old.detailed
        self._thought_seconds = old._thought_seconds
        if self.arrival is not None and old.arrival is not None:
            self.arrival = old.arrival

    def replace(self, entry: Entry, hints: HintsFor) -> None:
        """Show the message as it is now; rows of a text that has not changed are kept."""
        had = self.entry
        self.measured = None
        thought_seconds = self.arrival.thought_seconds if self.arrival else None
        self.entry = entry
        if not entry.message.is_running:
            self.arrival = None
        elif self.arrival is None or entry.message.created_at != had.message.created_at:
            self.arrival = Arrival(entry.message)
        self._thought_seconds = thought_seconds if thought_seconds is not None else self._thought_seconds
        text, before = entry.message.text, self.text
        looks_same = had.message.excluded == entry.message.excluded and had.message.status == entry.message.status
        if text == before and (looks_same or not self.is_prompt):
            if self._body is not None and self.arrival is None:
                self._body.finish()
        elif not self.is_prompt and text.startswith(before) and self.arrival is not None:
            self._pieces.append(text[len(before) :])
            if self._body is not None:
                self._body.feed(text[len(before) :])
        else:
            self._text = text
            self.forget()
            return
        self.refresh(hints)

    def _attachments(self, frame: Frame) -> list[Row]:
        """Return the rows of images, files and tool calls: the same ones as long as nothing about them has changed."""
        parts = self.message.parts
        if self.arrival is not None:
            parts = [*(part for part in parts if not isinstance(part, ImagePart)), *self.arrival.images]
        key = (self._width, frame, attached(parts, self._width, self._gallery))
        if key != self._attached[0]:
            self._attached = key, attachments(key[2], self._width, frame)
        return self._attached[1]

    # ---- prompts ----------------------------------------------------------------------------------------------------

    @property
    def _frame(self) -> Frame:
        return Frame.CARD if self.message.status is MessageStatus.QUEUED else Frame.PROMPT

    def _prompt_head(self) -> list[Row]:
        frame, width = self._frame, self._width
        rows = [blank(Section.HEAD, 0, Frame.CAP_ABOVE), prompt_head(self.entry, width, frame)]
        if self.detailed:
            rows += details(self.message, width, frame)
            rows.append(blank(Section.HEAD, len(rows), frame))
        rows += self._attachments(frame)
        return [*rows, blank(Section.THOUGHT, _LAST, frame)] if ends_in_picture(rows) and self.text else rows

    # ---- replies ----------------------------------------------------------------------------------------------------

    def _reply_head(self) -> list[Row]:
        width = self._width
        if self.arrival is not None:
            rows = [running_head(self.entry, self.arrival.progress, width)]
        else:
            is_summary = self.message.sums_up and not self.message.excluded
            rows = [*([summary_line(width)] if is_summary else []), reply_head(self.entry, width)]
        if self.detailed:
            rows += details(self.message, width, Frame.PAGE)
        if (thought := self._thought()) and self.detailed:
            rows.append(blank(Section.HEAD, len(rows)))
        rows += thought
        rows += self._attachments(Frame.PAGE)
        first, _last = self._body.edges if self._body is not None else ("", "")
        if first == "code":
            return [*rows, edge("▄", width, Section.THOUGHT, _LAST)]
        return [*rows, blank(Section.THOUGHT, _LAST)] if len(rows) > 1 and first else rows

    def _thought(self) -> list[Row]:
        arrival = self.arrival
        thought = arrival.thought if arrival is not None else self.message.reasoning
        is_thinking = arrival is not None and arrival.is_thinking
        seconds = self._seconds_thought()
        return thought_rows(thought, self._width, seconds, is_thinking=is_thinking, is_unfolded=self.unfolded)

    def _seconds_thought(self) -> float | None:
        if self.arrival is not None and self.arrival.thought_seconds is not None:
            return self.arrival.thought_seconds
        timing = self.message.timing
        return timing.reasoning if timing and timing.reasoning is not None else self._thought_seconds

    def _reply_end(self, hints: HintsFor) -> list[Row]:
        message, width = self.message, self._width
        keys = hints(message)
        _first, last = self._body.edges if self._body is not None else ("", "")
        gap = [edge("▀", width, Section.AFTER, 0)] if last == "code" else [blank(Section.AFTER, 0)] if last else []
        rows = gap if last == "code" else []
        if citations := self.arrival.citations if self.arrival is not None else message.citations:
            rows = [*gap, *sources(citations, width, 1)]
            gap = [blank(Section.AFTER, len(rows))]
        line = len(rows) + 1
        if self.arrival is not None:
            retry = self.arrival.retry
            return rows + (waiting(*retry, keys, width, line) if retry else [])
        if message.status is MessageStatus.ERROR:
            return rows + failed(message.error, keys, width, line)
        if message.status is MessageStatus.INTERRUPTED:
            mark = interrupted(keys, width, line, has_text=bool(message.parts))
        else:
            mark = cut_short(message.finish_reason, message.finish_words, keys, width, line)
        if not mark:
            return rows
        return [*(rows if citations else []), *gap, *mark]
