r"""Maths in Markdown, kept as it was typed: no star in it means emphasis, and no backslash is lost.

``$…$`` and ``\(…\)`` in a line, ``$$…$$`` and ``\[…\]`` over several.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the parser is imported with the first message, after the first frame
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_CLOSING = {"$$": "$$", "\\[": "\\]"}

#: A dollar before a space or behind one is a price, and so is one before a digit. Brackets that are escaped hold maths
#: if it looks so. No more than 2,000 characters, since each beginning without an end is looked through for one.
_MATHS = re.compile(
    r"\$\$[^$]{1,2000}\$\$"
    r"|\$(?![\s$])(?:\\.|[^\\$`\n]){1,2000}(?<!\s)\$(?!\d)"
    r"|\\\(.{1,2000}?\\\)"
    r"|\\\[(?P<bracketed>(?s:.){1,2000}?)\\\]"
)
_LOOKS_SO = re.compile(r"[\\^_={}]")


def keep_maths(parser: MarkdownIt) -> None:
    """Let a parser leave maths alone."""
    parser.block.ruler.before("fence", "maths", _lines, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("escape", "maths", _in_line)


def _in_line(state: StateInline, silent: bool) -> bool:
    found = _MATHS.match(state.src, state.pos, state.posMax) if state.src[state.pos] in "$\\" else None
    if found is None or not _LOOKS_SO.search(found["bracketed"] or "="):
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _lines(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Take lines of maths: up to their closing line, a blank one or the end, so that what follows changes nothing."""
    closing = _CLOSING.get(_line(state, first))
    if closing is None or state.is_code_block(first):
        return False
    if silent:
        return True
    after = first + 1
    while after < end and _line(state, after) and state.sCount[after] >= state.blkIndent:
        after += 1
        if _line(state, after - 1).rstrip(".,").endswith(closing):
            break
    state.push("paragraph_open", "p", 1).map = [first, after]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(first, after, state.blkIndent, False).strip("\n")
    inline.map, inline.children, inline.meta = [first, after], [], {"typed": True}
    state.push("paragraph_close", "p", -1)
    state.line = after
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()
