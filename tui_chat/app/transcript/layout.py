"""A whole message at one width."""

from __future__ import annotations

from tui_chat.app.transcript.block_lines import add_block
from tui_chat.app.transcript.blocks import Builder
from tui_chat.app.transcript.lines import Layout
from tui_chat.app.transcript.parser import parse
from tui_chat.app.transcript.sanitize import sanitize
from tui_chat.app.transcript.tail import StreamTail, is_large


def layout_markdown(source: str, width: int) -> Layout:
    """Lay a message out.

    It takes time in proportion to the length, about a millisecond for a thousand characters. Feed a `StreamTail` slices
    of a long message, and flush after each, to do the same in steps.

    Args:
        source: Markdown, as it came.
        width: Cells of the text.
    """
    if is_large(source):
        tail = StreamTail(width)
        tail.feed(source)
        tail.finish()
        return tail.layout
    layout = Layout()
    for block in Builder().build(parse(sanitize(source), {})):
        add_block(layout, block, width)
    return layout


def prepare() -> None:
    """Load what the first message would load, in the caller's thread: the parser, and the commonest of the lexers."""
    layout_markdown("```python\npass\n```", 80)
