"""A whole message at one width."""

from __future__ import annotations

from tui_chat.app.transcript.block_lines import TAB, add_block
from tui_chat.app.transcript.blocks import Block, Builder
from tui_chat.app.transcript.lines import UNICODE, Glyphs, Layout
from tui_chat.app.transcript.parser import parse
from tui_chat.app.transcript.sanitize import sanitize
from tui_chat.app.transcript.tail import StreamTail, is_large


def layout_markdown(source: str, width: int, glyphs: Glyphs = UNICODE) -> Layout:
    """Lay a message out.

    It takes time in proportion to the length, about a millisecond for a thousand characters. Feed a `StreamTail` slices
    of a long message, and flush after each, to do the same in steps.

    Args:
        source: Markdown, as it came.
        width: Cells of the text.
        glyphs: The marks to draw.
    """
    if is_large(source):
        tail = StreamTail(width, glyphs)
        tail.feed(source)
        tail.finish()
        return tail.layout
    layout = Layout()
    for block in Builder(glyphs).build(parse(sanitize(source), {})):
        add_block(layout, block, width, glyphs)
    return layout


def layout_plain(source: str, width: int) -> Layout:
    """Lay out text as it was typed, with its own line breaks.

    Args:
        source: The text, as it came.
        width: Cells of the text.
    """
    layout = Layout()
    text = sanitize(source).expandtabs(TAB)
    if text:
        add_block(layout, Block("text", 0, [(text, ())]), width, UNICODE)
    return layout


def prepare() -> None:
    """Load what the first message would load, in the caller's thread: the parser, and the commonest of the lexers."""
    layout_markdown("```python\npass\n```", 80)
