"""A message that is still arriving: laid out piece by piece, at the cost of its last block.

What stands above the last block is never touched again; of a list only the last item is open, of a fence only the last
lines, of a long table only the last rows. A boundary counts only if what follows it begins before the last, incomplete
line, so that nothing that is to come can move it.

In the middle of a stream the layout is that of the text so far, but for four things, all of them right at the end:
definitions, of references and footnotes, reach only what follows them; code is coloured by its last lines until its
fence closes; a row of a table that is still arriving does not widen the columns; marks at the beginning of a line wait
for what they mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_chat.app.transcript.block_lines import NARROWEST, add_block, add_code, add_gap
from tui_chat.app.transcript.blocks import Block, Builder
from tui_chat.app.transcript.breaking import Breaker, whole
from tui_chat.app.transcript.highlight import GrowingCode, is_plain
from tui_chat.app.transcript.lines import BlockInfo, Layout, Line
from tui_chat.app.transcript.parser import Env, defined, has_definitions, parse
from tui_chat.app.transcript.sanitize import Sanitizer
from tui_chat.app.transcript.tables import MEASURED, natural_widths

if TYPE_CHECKING:  # the parser is imported with the first message, after the first frame
    from markdown_it.token import Token

LARGEST = 16_384
"""Characters of a block or list item beyond which it is cut, so that a flush never takes long."""
STEP = 8_192
"""Characters that are added at a time."""

_CLOSING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*")
_MARKS_ONLY = re.compile(r"[-=*_+#>`~|: ]*|[> ]*(?:\d{1,9}[.)]? *|(?:[-+*]|\d{1,9}[.)]) +\[[ xX]?\]? *|[`~]{3}[^`]*)")
_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])")


@dataclass(slots=True)
class _Mark:
    """How much of a layout is settled."""

    lines: int = 0
    logical: int = 0
    blocks: int = 0


@dataclass(slots=True)
class _Fence:
    """A fence that is open."""

    marker: str
    block: Block
    start: _Mark
    colours: GrowingCode
    code: list[str] = field(default_factory=list)
    """The complete lines."""


class StreamTail:
    """Lays out one message as it arrives.

    Attributes:
        layout: The message so far, as of the last flush.
        width: Cells of the text.
    """

    def __init__(self, width: int) -> None:
        """Start with an empty message.

        Args:
            width: Cells of the text.
        """
        self.layout = Layout()
        self.width = max(width, NARROWEST)
        self._sanitizer = Sanitizer()
        self._breaker = Breaker()
        self._arrived: list[str] = []
        self._source: list[str] = []
        self._text = ""
        """The source from the first thing that is not settled."""
        self._mark = _Mark()
        self._env: Env = {}
        self._previous: Block | None = None
        self._anchor = ""
        """The mark of the list that goes on in ``_text``: a line that makes the parser go on with it."""
        self._number = -1
        """The number of the item before ``_text``; -1 for a bullet."""
        self._fence: _Fence | None = None
        self._known: Env = {}
        """``_env``, and the definitions in ``_text``."""
        self._measure: list[int] | None = None
        """The columns of the table that goes on in ``_text``."""
        self._before: list[Line] = []
        self._base = 0

    def feed(self, text: str) -> None:
        """Take in the next piece of the source. It is laid out by the next flush."""
        self._arrived.append(text)

    def flush(self) -> int:
        """Lay out what has come since.

        Returns:
            The index of the first line that has changed; the lines before it are the same objects.
        """
        text = self._breaker.feed(self._sanitizer.feed("".join(self._arrived)))
        self._arrived.clear()
        if not text:
            return len(self.layout.lines)
        self._source.append(text)
        return self._lay_out(text, is_end=False)

    def finish(self) -> int:
        """Lay out all that has come, now that nothing follows: the layout is the one of the whole message.

        Returns:
            As `flush`.
        """
        changed = min(self.flush(), self._lay_out("", is_end=True))
        if has_definitions(self._known):
            self._start_over()
            changed = min(changed, self._lay_out("".join(self._source), is_end=True))
        return changed

    # ---- steps ------------------------------------------------------------------------------------------------------

    def _lay_out(self, text: str, *, is_end: bool) -> int:
        """Add text and lay out what is not settled, in steps that take little time each."""
        self._base, self._before = self._mark.lines, self.layout.lines[self._mark.lines :]
        start, has_more = 0, True
        while has_more:
            end = start + max(STEP, len(self._text))
            self._text += text[start:end]
            is_last = is_end and end >= len(text)
            held = "" if is_last or self._fence is not None else _held_back(self._text)
            self._text = self._text.removesuffix(held)
            while (self._fence is None or self._grow_fence(self._fence, is_last)) and self._grow_blocks(is_last):
                pass
            self._text += held
            start, has_more = end, end < len(text)
        return self._kept()

    def _kept(self) -> int:
        """Put the lines that have not changed back, and return the index of the first one that has."""
        lines, before, base = self.layout.lines, self._before, self._base
        changed = base
        for index in range(min(len(before), len(lines) - base)):
            if lines[base + index] != before[index]:
                break
            lines[base + index] = before[index]
            changed += 1
        self._before = []
        return changed

    def _cut(self, mark: _Mark) -> None:
        """Go back to a mark; keep what is dropped, to find out later what has changed."""
        lines = self.layout.lines
        if mark.lines < self._base:
            self._before[:0] = lines[mark.lines : self._base]
            self._base = mark.lines
        del lines[mark.lines :], self.layout.logical[mark.logical :], self.layout.blocks[mark.blocks :]

    def _settle(self) -> None:
        layout = self.layout
        self._mark = _Mark(len(layout.lines), len(layout.logical), len(layout.blocks))

    def _start_over(self) -> None:
        """Forget what is settled: what was defined late may change anything above it."""
        self._mark, self._previous, self._anchor, self._text = _Mark(), None, "", ""
        self._measure = None
        self._env = self._known

    # ---- blocks -----------------------------------------------------------------------------------------------------

    def _grow_blocks(self, is_end: bool) -> bool:
        """Lay out the blocks after the mark, and settle those that cannot change; tell whether there is more to do."""
        self._cut(self._mark)
        env = defined(self._env)
        source = self._anchor + self._text
        tokens = parse(source, env)
        self._known = env
        builder = self._builder()
        blocks = builder.build(tokens)
        self._go_on_with_table(blocks)
        lines = source.split("\n")
        first = self._anchor.count("\n")
        if is_large(source) and (cut := _cut_of_large(tokens, lines, first)):
            self._settle_large(lines, cut, tokens, blocks)
            return True
        fence = None if is_end else _open_fence(tokens, lines)
        cut = len(lines) if is_end else fence if fence is not None else _boundary(tokens, lines)
        settled = [block for block in blocks if block.line < cut]
        if cut > first and not is_end:
            self._add(settled)
            self._settle_source(lines, cut, builder.ordinals)
        else:
            settled = []
        if fence is not None:
            self._enter_fence(blocks[-1])
            return True
        if blocks and (table := blocks[-1].table) is not None:
            table.is_open = not is_end and not source.endswith("\n")
        previous = self._previous
        self._add(blocks[len(settled) :])
        self._previous = previous
        return False

    def _builder(self) -> Builder:
        """Return what goes on with what stands above."""
        return Builder(self._previous, self._number if self._anchor and self._measure is None else None)

    def _add(self, blocks: list[Block]) -> None:
        for block in blocks:
            add_block(self.layout, block, self.width)
            self._previous = block

    def _settle_source(self, lines: list[str], cut: int, ordinals: dict[int, int]) -> None:
        """Settle the lines of the source before ``cut``; a list that is cut goes on behind a mark of its own."""
        if has_definitions(self._known):
            parse("\n".join(lines[:cut]) + "\n", self._env)
        item = _ITEM.match(lines[cut]) if cut in ordinals else None
        self._measure = None
        self._anchor = f"{item.group()} x\n" if item else ""
        self._number = ordinals[cut] - 1 if item and ordinals[cut] >= 0 else -1
        self._text = "\n".join(lines[cut:])
        self._settle()

    # ---- large blocks -----------------------------------------------------------------------------------------------

    def _settle_large(self, lines: list[str], cut: int, tokens: list[Token], blocks: list[Block]) -> None:
        """Settle the first part of a block that is too large to be laid out again and again."""
        table = next((one for one in tokens if one.type == "table_open" and not one.level and _spans(one, cut)), None)
        whole = next((block.table for block in blocks if table and table.map and block.line == table.map[0]), None)
        head = "\n".join(lines[:cut]) + "\n"
        part = self._builder().build(parse(head, self._env))
        self._go_on_with_table(part)
        self._add(part)
        self._settle_source(lines, cut, {})
        if table is not None and table.map is not None and whole is not None:
            self._anchor = "\n".join(lines[table.map[0] : table.map[0] + 2]) + "\n"
            self._measure = whole.measure or natural_widths(whole)

    def _go_on_with_table(self, blocks: list[Block]) -> None:
        """Let the first block go on with the table above, if there is one."""
        if self._measure is not None and blocks and blocks[0].table is not None:
            blocks[0].table.measure, blocks[0].gap = self._measure, 0

    # ---- fences -----------------------------------------------------------------------------------------------------

    def _enter_fence(self, block: Block) -> None:
        """Begin with code that is open; its opening line is done with."""
        opening, _, self._text = self._text.partition("\n")
        start = self._mark
        layout = self.layout
        add_gap(layout, block, self.width)
        layout.blocks.append(BlockInfo("code", len(layout.lines), len(layout.logical), block.language))
        self._settle()
        marker = opening[: len(opening) - len(opening.lstrip(opening[0]))]
        self._fence = _Fence(marker, block, start, GrowingCode(block.language))

    def _grow_fence(self, fence: _Fence, is_end: bool) -> bool:
        """Lay out code that is open; tell whether it has been closed."""
        self._cut(self._mark)
        lines = self._text.split("\n")
        last = lines.pop()
        is_closed = is_end
        for index, line in enumerate(lines):
            if _closes(line, fence.marker):
                is_closed = True
                self._text = "\n".join([*lines[index + 1 :], last])
                break
            fence.code.append(line)
        else:
            self._text = "" if is_end else last
            if is_end and last.strip(" \t") and not _closes(last, fence.marker):
                fence.code.append(last)
        if is_closed:
            self._close_fence(fence)
            return True
        may_close = not last.strip(" " + fence.marker[0])
        self._show_code(fence, fence.code if may_close else [*fence.code, last])
        return False

    def _show_code(self, fence: _Fence, code: list[str]) -> None:
        """Show code that is open, and settle all but its last lines."""
        layout, block = self.layout, fence.block
        layout.blocks[-1].source = whole("\n".join(code))
        if not code:
            add_code(layout, block, [[]], self.width, 0)
            return
        first, runs = fence.colours.runs(code)
        settled = min(fence.colours.settled, len(fence.code)) - first
        add_code(layout, block, runs[:settled], self.width, first)
        if settled > 0:
            self._settle()
        add_code(layout, block, runs[settled:], self.width, first + settled)

    def _close_fence(self, fence: _Fence) -> None:
        """Colour the whole code once it is all there; if it stays plain, what is above stands already."""
        code = fence.block.code = "\n".join(fence.code)
        if fence.code and not fence.colours.has_coloured and is_plain(code, fence.block.language):
            self._show_code(fence, fence.code)
            self._previous = fence.block
        else:
            self._cut(fence.start)
            self._add([fence.block])
        self._fence = None
        self._settle()


def _held_back(text: str) -> str:
    """The last, incomplete line if all it has are marks: what they mean is told by what follows.

    A hyphen alone would make a heading of the line above for an instant, before it turns out to begin a list.
    """
    last = text[text.rfind("\n") + 1 :]
    return last if _MARKS_ONLY.fullmatch(last) else ""


def _open_fence(tokens: list[Token], lines: list[str]) -> int | None:
    """The line of the fence that is open at the end, if there is one without indentation."""
    last = tokens[-1] if tokens else None
    if last is None or last.type != "fence" or last.level or last.map is None:
        return None
    start = last.map[0]
    if start >= len(lines) - 1 or not lines[start].startswith(last.markup) or _is_closed(last, lines):
        return None
    return start


def _is_closed(fence: Token, lines: list[str]) -> bool:
    """Whether a fence has its end, on a line that is complete."""
    start, end = fence.map or [0, 0]
    return start < end - 1 < len(lines) - 1 and _closes(lines[end - 1], fence.markup)


def _closes(line: str, marker: str) -> bool:
    """Whether a line is the end of the code that a marker began."""
    found = _CLOSING.fullmatch(line)
    return found is not None and found[1][0] == marker[0] and len(found[1]) >= len(marker)


def is_large(source: str) -> bool:
    """Whether a text may hold blocks that are cut."""
    return len(source) > LARGEST or source.count("\n") > MEASURED


def _spans(token: Token, line: int) -> bool:
    return token.map is not None and token.map[0] < line < token.map[1]


def _cut_of_large(tokens: list[Token], lines: list[str], first: int) -> int:
    """The line at which the first block or item that is too large is cut; 0: none is.

    The place depends on where the block begins and on nothing that follows, so that it is the same for any pieces.
    """
    starts = {one.map[0]: one.type for one in tokens if one.map and (not one.level or _is_item(one))}
    kind, size, begin = starts.get(0, ""), 0, first
    for number in range(first, len(lines) - 1):
        if number in starts:
            kind, size, begin = starts[number], 0, number
        elif size > LARGEST or (kind == "table_open" and number - begin > MEASURED):
            return number
        size += len(lines[number]) + 1
    return 0


def _is_item(token: Token) -> bool:
    return token.level == 1 and token.type == "list_item_open"


def _boundary(tokens: list[Token], lines: list[str]) -> int:
    """The line before which nothing can change any more."""
    complete = len(lines) - 1
    cut, last = 0, None
    for token in tokens:
        if token.map is None or token.nesting < 0:
            continue
        if (token.level == 0 or _is_item(token)) and token.map[0] < complete:
            cut = max(cut, token.map[0])
            last = token if token.level == 0 else last
    if last is None or last.map is None or last.map[0] < cut:
        return cut
    end = last.map[1]
    if last.type in ("hr", "heading_open"):
        return end if end <= complete else cut
    if last.type == "fence":
        return end if _is_closed(last, lines) else cut
    is_ended = last.type in ("paragraph_open", "table_open", "blockquote_open")
    return end if is_ended and end < complete and not lines[end].strip() else cut
