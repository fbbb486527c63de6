"""What became of a reply, below its text: sources, interrupted, failed, waiting for the next try."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from rich.cells import cell_len, set_cell_size

from tui_chat.app.motion import counts
from tui_chat.app.transcript import inks
from tui_chat.app.transcript.entries import Hints
from tui_chat.app.transcript.lines import Run, StyleKey
from tui_chat.app.transcript.plain import paragraphs, pieces, printable
from tui_chat.app.transcript.rows import Frame, Row, Section, blank, cells, keys, row
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.domain.events import Retrying
from tui_chat.domain.messages import CitationPart, FinishReason, MessageError

METER = 20
"""Cells of the meter that runs down until the next try."""
_SECTION = Section.AFTER
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_CUT = {
    FinishReason.LENGTH: "the reply reached its token limit",
    FinishReason.FILTER: "stopped by the provider's filter",
    FinishReason.REFUSAL: "the model declined to go on",
}


def sources(citations: Sequence[CitationPart], width: int, line: int) -> list[Row]:
    """Return the sources of a reply, one a row: number, title, site."""
    rows: list[Row] = []
    for one in citations:
        number = f"{one.number} "
        site = _site(one.url)
        title = one_line(one.title or one.url or one.description or "source")
        room = max(1, width - len(number))
        if cell_len(title) + len(site) + 1 > room:
            site = site if cell_len(site) <= room // 3 else ""
            most = room - (len(site) + 1 if site else 0)
            title = title if cell_len(title) <= most else set_cell_size(title, max(0, most - 1)).rstrip() + "…"
        runs: list[Run] = [(number, inks.MUTED), (title, inks.link(one.url) if one.url else inks.TEXT)]
        if site:
            runs.append((f" {site}", inks.MUTED))
        rows.append(row(runs, section=_SECTION, line=line + len(rows)))
    return rows


def interrupted(hints: Hints, width: int, line: int, *, has_text: bool) -> list[Row]:
    """Return the mark of a reply that was stopped or cut off, with the keys that go on from here."""
    kept = " · all that came is kept" if has_text else ""
    return _mark("interrupted", kept, hints, width, line)


def cut_short(reason: FinishReason | None, words: str, hints: Hints, width: int, line: int) -> list[Row]:
    """Return the mark of a reply that the model or the provider ended early, and why; nothing for any other."""
    if reason not in _CUT:
        return []
    said = _linked(words, width, line + 1, Frame.PAGE) if words.strip() else []
    return _mark(_CUT[reason], "", hints, width, line, said)


def _mark(state: str, more: str, hints: Hints, width: int, line: int, said: Sequence[Row] = ()) -> list[Row]:
    state = f"■ {state}"
    right = keys(hints)
    room = width - cells(right) - 3
    more = more if len(state) + len(more) <= max(room, width if not right else 0) else ""
    runs = [(state, inks.WARNING), (more, inks.MUTED)]
    if len(state) + len(more) <= room or not right:
        return [row(runs, section=_SECTION, line=line, right=right), *said]
    below = said[-1].line.logical + 1 if said else line + 1
    return [row(runs, section=_SECTION, line=line), *said, *_keys(hints, width, below, Frame.PAGE)]


def failed(error: MessageError | None, hints: Hints, width: int, line: int) -> list[Row]:
    """Return the card of a reply that failed: what happened, why, what to do, the keys."""
    error = error or MessageError(kind="", text="The reply failed")
    status = str(error.status or "")
    rows = _title(error.text, inks.ERROR_TITLE, status, width, line, Frame.ERROR)
    for words in (error.server_words, error.advice):
        if words.strip():
            rows += _linked(words, width, line + len(rows), Frame.ERROR)
    return _card(rows, hints, width, line, Frame.ERROR)


def waiting(event: Retrying, left: int, hints: Hints, width: int, line: int) -> list[Row]:
    """Return the card of a request that is going to be repeated, with its countdown."""
    rows = _title(event.why, inks.WARNING_TITLE, str(event.status or ""), width, line, Frame.WARNING)
    if event.server_words.strip():
        rows += _linked(event.server_words, width, line + len(rows), Frame.WARNING)
    full = min(METER, round(METER * left / event.delay)) if event.delay else 0
    runs: list[Run] = [("Next try in ", inks.TEXT), (f"{left} s", inks.STRONG)]
    if not counts():
        runs = [("Next try after ", inks.TEXT), (f"{max(1, round(event.delay))} s", inks.STRONG)]
    elif width >= 2 * METER:
        runs += [("   ", inks.TEXT), ("━" * full, inks.WARNING), ("━" * (METER - full), inks.EDGE)]
    rows.append(row(runs, frame=Frame.WARNING, section=_SECTION, line=line + len(rows)))
    return _card(rows, hints, width, line, Frame.WARNING)


def _card(rows: list[Row], hints: Hints, width: int, line: int, frame: Frame) -> list[Row]:
    if hints:
        after = line + len(rows)
        rows = [*rows, blank(_SECTION, after, frame), *_keys(hints, width, after, frame)]
    last = rows[-1].line.logical + 1
    return [blank(_SECTION, line, Frame.CAP_ABOVE), *rows, blank(_SECTION, last, Frame.CAP_BELOW)]


def _title(text: str, ink: StyleKey, status: str, width: int, line: int, frame: Frame) -> list[Row]:
    rows = paragraphs(text.strip().replace("\n", " "), width, ink, section=_SECTION, frame=frame, line=line)
    last = rows[-1]
    if status and last.line.width + 3 + len(status) <= width:
        runs = (*last.line.runs, (f"   {status}", inks.MUTED))
        rows[-1] = row(runs, frame=frame, section=_SECTION, line=last.line.logical, start=last.line.start)
    return rows


def _linked(text: str, width: int, line: int, frame: Frame) -> list[Row]:
    """Return foreign words with their addresses as links."""
    rows: list[Row] = []
    for number, logical in enumerate(printable(text.strip()).split("\n"), line):
        links = [(found.start(), found.end(), found[0]) for found in _ADDRESS.finditer(logical)]
        for start, piece in pieces(logical, width):
            runs: list[Run] = []
            at = start
            for first, last, address in links:
                first, last = max(first, start), min(last, start + len(piece))
                if first < last:
                    runs += [(logical[at:first], inks.TEXT), (logical[first:last], inks.link(address))]
                    at = last
            runs.append((logical[at : start + len(piece)], inks.TEXT))
            shown = [run for run in runs if run[0]]
            rows.append(row(shown, frame=frame, section=_SECTION, line=number, start=start))
    return rows


def _keys(hints: Hints, width: int, line: int, frame: Frame) -> list[Row]:
    """Return keys, in as many rows as they need; a key is never parted from its word."""
    rows: list[Row] = []
    waiting_hints = list(hints)
    while waiting_hints:
        count = len(waiting_hints)
        while count > 1 and cells(keys(waiting_hints[:count])) > width:
            count -= 1
        rows.append(row(keys(waiting_hints[:count]), frame=frame, section=_SECTION, line=line + len(rows)))
        del waiting_hints[:count]
    return rows


def _site(url: str) -> str:
    """Return the site of an address, without ``www``; empty if it is none."""
    try:
        address = urlsplit(url)
    except ValueError:
        return ""
    return one_line(address.netloc.removeprefix("www.")) if address.scheme in ("http", "https") else ""
