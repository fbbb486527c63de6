"""Images, files and tool calls of a message: a row each, and under an image its picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.images import UNSEEN, Gallery, View, image_rows
from tui_chat.app.transcript.rows import Frame, Row, Section, blank, row
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.domain.attachments import facts
from tui_chat.domain.messages import FilePart, ImagePart, Part, ToolCallPart, ToolResultPart


def attached(parts: Iterable[Part], width: int, gallery: Gallery) -> list[tuple[Part, View]]:
    """Return the parts that have rows of their own, with what there is to see of the images among them."""
    return [
        (part, gallery.view(part, width) if isinstance(part, ImagePart) else UNSEEN)
        for part in parts
        if isinstance(part, ImagePart | FilePart | ToolCallPart | ToolResultPart)
    ]


def attachments(parts: Sequence[tuple[Part, View]], width: int, frame: Frame) -> list[Row]:
    """Return a row for each image, file and tool call of a message, and the pictures of the images."""
    rows: list[Row] = []
    for number, (part, view) in enumerate(parts):
        line = _FIRST + number * _STEP
        rows += [blank(Section.THOUGHT, line - 1, frame)] if ends_in_picture(rows) else []
        card = _card(_facts(part, view), width, frame, line)
        rows += image_rows(card, part, view) if isinstance(part, ImagePart) else [card]
    return rows


def ends_in_picture(rows: Sequence[Row]) -> bool:
    """Return whether the last one of some rows is one of a picture."""
    return bool(rows) and rows[-1].line.kind == "picture"


def _card(facts: list[str], width: int, frame: Frame, line: int) -> Row:
    """Return a row of facts; those that do not fit are left out from the second on, and the name is cut last."""
    name, *more = (one_line(fact) for fact in facts)
    while more and sum(cell_len(fact) + 3 for fact in more) > width - _NAME:
        more.pop(0)
    tail = "".join(f" · {fact}" for fact in more)
    most = max(1, width - cell_len(tail) - 2)
    name = name if cell_len(name) <= most else set_cell_size(name, most - 1) + "…"
    runs = [(name, inks.PANEL), (f"{tail} ", inks.PANEL_MUTED)]
    return row(runs, frame=frame, section=Section.THOUGHT, line=line, lead=[(" ", inks.PANEL)])


_FIRST = 1 << 20
"""Attachments come after the reasoning, however long that is."""
_STEP = 1 << 5
"""Logical lines from one attachment to the next: the rows of a picture are in between."""
_NAME = 8
"""Cells that are left for a name and the space around it, if there is any room at all."""


def _facts(part: Part, view: View) -> list[str]:
    match part:
        case ImagePart():
            return [part.name or "image", *_image_facts(part, view)]
        case FilePart():
            return facts(part)
        case ToolCallPart():
            return [f"► {part.name}({part.arguments})"]
        case ToolResultPart():
            return ["► result" if not part.is_error else "► failed", part.text]
        case _:
            return []


def _image_facts(part: ImagePart, view: View) -> list[str]:
    if not part.data:
        return [part.url or part.media_type]
    # What was seen counts: a photo is turned the right way then.
    seen = [f"{view.size[0]} × {view.size[1]}", facts(part)[-1]] if view.size else facts(part)[1:]
    return [*seen, *(["cannot be shown"] if view.is_broken else [])]
