"""From Markdown to blocks: paragraphs, headings, code, tables and rules, each with what stands before its lines.

CommonMark with tables, strikethrough, task lists, footnotes and links without brackets. HTML is shown as it was
written, `<br>` breaks the line. Maths is left as it was typed. Footnotes stay where they were written, so that nothing
that was read moves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from tui_chat.app.transcript.breaking import MARK, sanitized, whole
from tui_chat.app.transcript.lines import BULLET, QUOTE, TICKED, UNTICKED, Run, StyleKey
from tui_chat.app.transcript.sanitize import sanitize

if TYPE_CHECKING:  # the parser is imported with the first message, after the first frame
    from markdown_it.token import Token

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOX = re.compile(r"\[([ xX])\][ \t\n]+(?=\S)")

_FOOTNOTES = -1
"""The list that footnotes are in."""
_LONGEST_LABEL = 24

Cell = list[Run]
"""The runs of a table's cell; ``"\\n"`` breaks the line."""


@dataclass(slots=True)
class Table:
    """A table's cells; the first row is its head."""

    rows: list[list[Cell]] = field(default_factory=list)
    aligns: list[str] = field(default_factory=list)
    """``""``, ``left``, ``center`` or ``right`` for each column."""
    is_open: bool = False
    """Whether the last row is still arriving; it takes the columns as they are."""
    measure: list[int] | None = None
    """If it goes on with a table from above: the cells that the columns there take. Its head is not shown again."""


@dataclass(slots=True)
class Container:
    """A quote, a list item or a footnote, and what it puts before the lines inside."""

    first: tuple[Run, ...]
    rest: tuple[Run, ...]
    lead: str = ""
    """What stands before the first logical line."""
    indent: str = ""
    """The same for those that follow."""
    mark: int = 0
    """Cells of the list mark."""
    is_used: bool = False

    @property
    def is_quote(self) -> bool:
        """Whether it is a quote."""
        return not self.indent


@dataclass(slots=True)
class Block:
    """A block before it is broken into lines."""

    kind: str
    line: int
    """The line of the source at which it, its list item or its container begins."""
    runs: list[Run] = field(default_factory=list)
    """Its text; ``"\\n"`` is a line break. Code has none."""
    first: tuple[Run, ...] = ()
    """What is drawn before its first line."""
    rest: tuple[Run, ...] = ()
    """What is drawn before the others."""
    lead: str = ""
    indent: str = ""
    mark: int = 0
    gap: int = 0
    """Blank rows before it."""
    before: tuple[Run, ...] = ()
    """What is drawn in these."""
    list_id: int = 0
    """The list it is in, 0: none. Lists inside lists count as one, and so do all footnotes."""
    item: object = None
    """The innermost item it is in."""
    level: int = 0
    language: str = ""
    code: str = ""
    table: Table | None = None


class Builder:
    """Makes blocks of tokens, in order.

    Attributes:
        blocks: What was made.
        previous: The block before the first one, of an earlier run.
        ordinals: The line and number of each item but the first of a list that is in nothing else; -1 for a bullet.
    """

    def __init__(self, previous: Block | None = None, number: int | None = None) -> None:
        """Start.

        Args:
            previous: The last block that stands above.
            number: If the first list goes on with one from above: the number of its first item, which stands in for
                what is above and is left out; -1 for bullets.
        """
        self.blocks: list[Block] = []
        self.previous = previous
        self.ordinals: dict[int, int] = {}
        self._number = number
        self._containers: list[Container] = []
        self._lists: list[int] = []
        self._list_id = previous.list_id if previous else 0
        self._line = 0
        self._has_item = False
        self._goes_on = self._skips = number is not None

    def build(self, tokens: Sequence[Token]) -> list[Block]:
        """Return the blocks of a document's tokens."""
        table: Table | None = None
        index, count = 0, len(tokens)
        while index < count:
            token = tokens[index]
            kind = token.type
            if token.map and (token.level == 0 or (token.level == 1 and kind == "list_item_open")):
                self._line = token.map[0]
            if kind == "inline":
                self._paragraph(tokens, index) if table is None else _cell(table, token)
            elif kind in ("fence", "code_block"):
                self._code(token)
            elif kind == "table_open":
                table = Table()
            elif kind == "tr_open" and table is not None:
                table.rows.append([])
            elif kind == "th_open" and table is not None:
                table.aligns.append(str(token.attrs.get("style", "")).rpartition(":")[2])
            elif kind == "table_close":
                self._add(Block("table", self._line, table=table))
                table = None
            elif kind == "hr":
                self._add(Block("rule", self._line))
            elif kind == "html_block":
                html = sanitize(whole(token.content).strip("\n")).expandtabs(4)
                self._add(Block("text", self._line, [(html, (*self._base, "html"))]))
            else:
                self._container(token)
            index += 1
        return self.blocks

    @property
    def _base(self) -> StyleKey:
        return ("quote",) if any(container.is_quote for container in self._containers) else ()

    # ---- containers -------------------------------------------------------------------------------------------------

    def _container(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                bar = ((QUOTE + " ", ("rule",)),)
                self._containers.append(Container(bar, bar))
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(token)
            case "list_item_open":
                self._open_item(token)
            case "footnote_reference_open":
                mark = _label(token) + " "
                blank = " " * cell_len(mark)
                self._containers.append(Container(((mark, ("accent",)),), ((blank, ()),), f"[^{mark[1:-2]}]: ", blank))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_close" | "blockquote_close" | "footnote_reference_close":
                if not self._containers[-1].is_used:
                    self._add(Block("text", self._line))
                self._containers.pop()

    def _open_list(self, token: Token) -> None:
        number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else -1
        if not self._lists:
            if self._goes_on:
                number = self._number if self._number is not None else number
            else:
                self._list_id += 1
            self._goes_on = self._has_item = False
        self._lists.append(number)

    def _open_item(self, token: Token) -> None:
        number = self._lists[-1]
        if token.level == 1 and self._has_item:
            self.ordinals[self._line] = number
        self._has_item = True
        if number < 0:
            mark, lead = BULLET + " ", "- "
        else:
            mark = lead = f"{number}{token.markup} "
            self._lists[-1] += 1
        blank = " " * len(mark)
        self._containers.append(Container(((mark, ()),), ((blank, ()),), lead, blank, len(mark)))

    def _tick(self, is_ticked: bool) -> None:
        """Put a box in place of the bullet, or after the number."""
        item = self._containers[-1]
        mark, lead = item.first[0][0], item.lead
        box = (TICKED if is_ticked else UNTICKED) + " "
        mark = box if lead == "- " else mark + box
        blank = " " * len(mark)
        item.first, item.rest = ((mark, ()),), ((blank, ()),)
        item.lead, item.indent, item.mark = f"{lead}[{'x' if is_ticked else ' '}] ", blank, len(mark)

    # ---- blocks -----------------------------------------------------------------------------------------------------

    def _paragraph(self, tokens: Sequence[Token], index: int) -> None:
        token, base = tokens[index], self._base
        level = int(tokens[index - 1].tag[1]) if tokens[index - 1].type == "heading_open" else 0
        if level:
            base = (*base, "title" if level <= 2 else "heading")
        runs = inline_runs(token, base)
        is_first = index > 1 and tokens[index - 2].type == "list_item_open"
        if is_first and not level and (box := _BOX.match(token.content)) and runs[0][0].startswith(token.content[:3]):
            self._tick(box.group(1) != " ")
            runs[0] = (runs[0][0][3:].lstrip(" "), runs[0][1])
        self._add(Block("heading" if level else "text", self._line, runs, level=level))

    def _code(self, token: Token) -> None:
        code = token.content.removesuffix("\n")
        self._add(Block("code", self._line, code=sanitized(code), language=language_of(token.info)))

    def _add(self, block: Block) -> None:
        """Give a block its place: what stands before its lines, and how far it is from the one above."""
        containers = self._containers
        block.before = _trimmed(run for one in containers if one.is_used for run in one.rest)
        block.first = tuple(run for one in containers for run in (one.rest if one.is_used else one.first))
        block.rest = tuple(run for one in containers for run in one.rest)
        block.lead = "".join(one.indent if one.is_used else one.lead for one in containers)
        block.indent = "".join(one.indent for one in containers)
        block.mark = 0 if not containers or containers[-1].is_used else containers[-1].mark
        if self._lists:
            block.list_id = self._list_id
            block.item = next((one for one in reversed(containers) if not one.is_quote), None)
        elif containers and containers[-1].lead.startswith("[^"):
            block.list_id, block.item = _FOOTNOTES, containers[-1]
        block.gap = _gap(self.previous, block)
        for container in containers:
            container.is_used = True
        if self._skips:
            self._skips = False
            return
        self.blocks.append(block)
        self.previous = block


def _trimmed(runs: Any) -> tuple[Run, ...]:
    kept = list(runs)
    while kept and not kept[-1][0].strip():
        kept.pop()
    return tuple(kept)


def _gap(previous: Block | None, block: Block) -> int:
    """How many blank rows stand between two blocks."""
    if previous is None:
        return 0
    if previous.kind == "heading":
        return int(block.kind == "heading")
    if previous.kind == block.kind == "code":
        return 2  # one for the cap of each card
    is_same_list = block.list_id and block.list_id == previous.list_id
    if is_same_list and previous.kind == block.kind == "text":
        return int(previous.item is block.item)
    return int(not is_same_list or bool({"code", "table", "heading"} & {previous.kind, block.kind}))


def language_of(info: str) -> str:
    """The language that the info string of a fence names."""
    words = sanitize(info).split()
    return words[0].strip("{}.")[:24] if words else ""


def _label(footnote: Token) -> str:
    """Return the mark of a footnote, where it is written and where it is meant."""
    label = sanitize(str(footnote.meta["label"]))
    return f"[{label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + '…'}]"


def _cell(table: Table, token: Token) -> None:
    base: StyleKey = ("head",) if len(table.rows) == 1 else ()
    table.rows[-1].append(inline_runs(token, base))


def inline_runs(token: Token, base: StyleKey) -> list[Run]:
    """Return the runs of the text inside a block; neighbours differ in their keys."""
    runs: list[Run] = []
    keys = [base]
    for child in token.children or ():
        kind, key = child.type, keys[-1]
        if kind == "text":
            text = child.content
            if text.startswith(MARK) and runs:
                _take_back(runs)
        elif kind == "softbreak":
            text = "\n" if "typed" in token.meta else " "
        elif kind == "hardbreak" or (kind == "html_inline" and _BREAK.fullmatch(child.content)):
            text = "\n"
        elif kind == "code_inline":
            text, key = child.content.replace(f" {MARK}", ""), (*key, "code")
        elif kind == "link_open":
            keys.append((*key, "link", str(child.attrs.get("href", ""))) if "link" not in key else key)
            continue
        elif kind == "image":
            text = f"[image: {_alternative(child) or child.attrs.get('title') or 'without a name'}]"
            key = (*key, "link", str(child.attrs.get("src", ""))) if "link" not in key else key
        elif kind == "footnote_ref":
            text, key = _label(child), (*key, "accent")
        elif kind == "html_inline":
            text, key = child.content, (*key, "html")
        elif child.nesting > 0:
            keys.append((*key, {"s": "strike"}.get(child.tag, child.tag)))
            continue
        elif child.nesting < 0:
            keys.pop()
            continue
        else:
            text = child.content
        if not text:
            continue
        text = text if text == "\n" or text.isprintable() else sanitize(text).expandtabs(4)
        if runs and runs[-1][1] == key:
            runs[-1] = (runs[-1][0] + text, key)
        else:
            runs.append((text, key))
    return runs


def _take_back(runs: list[Run]) -> None:
    """Take back the space or line break in front of what goes on after a break of ours."""
    text, key = runs.pop()
    if len(text) > 1:
        runs.append((text[:-1], key))


def _alternative(image: Token) -> str:
    """The words that stand for an image."""
    parts = (
        _alternative(child) if child.children else " " if child.type.endswith("break") else child.content
        for child in image.children or ()
    )
    return "".join(parts).strip()
