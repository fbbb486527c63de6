"""What holds for any text: streamed equals whole, the words are markdown-it's, widths do not matter to the text.

More cases on demand: ``TRANSCRIPT_CASES=5000 pytest tests/unit/app/transcript/test_laws.py``.
"""

from __future__ import annotations

import os

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.unit.app.transcript.test_commonmark import _rendered
from tests.unit.app.transcript.words import words_of_html, words_of_layout
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.lines import Layout
from tui_chat.app.transcript.sanitize import Sanitizer, sanitize
from tui_chat.app.transcript.tail import StreamTail

CASES = settings(max_examples=int(os.environ.get("TRANSCRIPT_CASES", "150")))

LINES = (
    "# head\n",
    "#hashtag\n",
    "## two ##\n",
    "para one two three four five six seven eight nine ten eleven\n",
    "\n",
    "\n",
    "\n",
    "para **bold** and `code` [l](http://x.y)\n",
    "- item a\n",
    "- item b\n",
    "  - nested\n",
    "1. one\n",
    "2. two\n",
    "   more text\n",
    "```python\n",
    "def f(x):\n",
    "    '''doc\n",
    "    more'''\n",
    "```\n",
    "~~~\n",
    "> quote\n",
    "> - list in quote\n",
    "---\n",
    "===\n",
    "| a | b |\n",
    "|---|--:|\n",
    "| 1 | **2** |\n",
    "    indented code\n",
    "* star\n",
    "<div>\n",
    "</div>\n",
    "text ``with ticks\n",
    "``` x`y\n",
    "\\# not\n",
    "\u65e5\u672c\u8a9e\u306e\u6587 \U0001f600 text\n",
    "line with two spaces  \n",
    "![img](http://i.png)\n",
    "***both***\n",
    "+ plus\n",
    "10) ten\n",
    "&amp; &copy; <b>x</b>\n",
    "\tTab line\n",
    "````\n",
    "- a | b\n",
    "- [x] done\n",
    " - one space\n",
    "   ```\n",
    "  > q in item\n",
    "x<br>y\n",
    "\x1b[31m\r\n",
    "/* c\n",
    "https://a.b/c\n",
    "\U0001f469\u200d\U0001f680 \u2764\ufe0f e\u0301 \u0301\n",
    "~~gone~~\n",
    "$a_b$ \\(x\\)\n",
    "$$\n",
    "\\[\n",
    "x *y* = \\\\ \\]\n",
    "$5 *or* $6 \\[a\n",
    "a_very_long_word_a_very_long_word_a_very_long_word_a_very_long_word_a_very_long_word_\n",
    "\u202ereversed\u202c\n",
    "|",
    "*",
    "`",
    " ",
)
REFERENCES = (
    "[ref]: http://a.b\n",
    "see [ref] now\n",
    "[ref]\n",
    "[other]:\n",
    "so[^1] it is[^b]\n",
    "[^1]: as *he* said\n",
    "[^b]:\n",
    "    - more\n",
)

markdown = st.lists(st.sampled_from(LINES), max_size=25).map("".join)
with_references = st.lists(st.sampled_from(LINES + REFERENCES * 4), max_size=25).map("".join)
anything = st.one_of(markdown, with_references, st.text(max_size=200))
sizes = st.lists(st.sampled_from((1, 2, 3, 5, 8, 20, 60)), min_size=1, max_size=20)
widths = st.sampled_from((8, 20, 40, 96))


def pieces(text: str, cuts: list[int]) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(text):
        size = cuts[len(found) % len(cuts)]
        found.append(text[at : at + size])
        at += size
    return found


@CASES
@given(anything, sizes, widths)
def test_streamed_equals_whole(text: str, cuts: list[int], width: int) -> None:
    tail = StreamTail(width)
    for piece in pieces(text, cuts):
        tail.feed(piece)
        tail.flush()
    tail.finish()

    assert tail.layout == layout_markdown(text, width)


@CASES
@given(markdown, sizes, widths)
def test_streamed_equals_whole_after_each_line(text: str, cuts: list[int], width: int) -> None:
    tail = StreamTail(width)
    so_far = ""
    for piece in pieces(text, cuts):
        tail.feed(piece)
        tail.flush()
        so_far += piece
        if so_far.endswith("\n"):
            assert _without_colours(tail.layout) == _without_colours(layout_markdown(so_far, width))


@CASES
@given(anything, sizes, widths)
def test_what_is_above_the_change_stays_the_same_object(text: str, cuts: list[int], width: int) -> None:
    tail = StreamTail(width)
    for piece in pieces(text, cuts):
        before = list(tail.layout.lines)
        tail.feed(piece)
        changed = tail.flush()

        assert changed <= len(tail.layout.lines)
        assert all(old is new for old, new in zip(before[:changed], tail.layout.lines, strict=False))


@CASES
@given(anything)
def test_words_and_numbers_are_those_of_the_html(text: str) -> None:
    source = sanitize(text)

    assert words_of_layout(layout_markdown(source, 100_000)) == words_of_html(_rendered(source))


@example("1. one\n   ```\n    '''doc\n", 8)
@CASES
@given(anything, widths)
def test_no_line_is_wider_than_the_width(text: str, width: int) -> None:
    for line in layout_markdown(text, width).lines:
        assert line.width <= width
        assert line.width == sum(cell_len(part) for part, _ in line.runs)


@CASES
@given(anything, widths)
def test_the_logical_text_does_not_depend_on_the_width_and_is_all_drawn(text: str, width: int) -> None:
    layout = layout_markdown(text, width)

    assert layout.logical == layout_markdown(text, 1000).logical
    assert layout_markdown(text, width) == layout
    for index, logical in enumerate(layout.logical):
        lines = [line for line in layout.lines if line.logical == index and line.text]
        for line in lines:
            stretches = [(one.start, one.text) for one in line.pieces] or [(line.start, line.text)]
            assert all(logical[start : start + len(part)] == part for start, part in stretches)
        if lines and lines[0].kind != "table":
            assert _close("".join(line.text for line in lines)) == _close(logical[lines[0].start :])


def _close(text: str) -> str:
    return "".join(text.split())


@CASES
@given(st.text(), sizes)
def test_sanitized_in_pieces_equals_sanitized_whole(text: str, cuts: list[int]) -> None:
    sanitizer = Sanitizer()

    assert "".join(map(sanitizer.feed, pieces(text, cuts))) == sanitize(text)


def _without_colours(layout: Layout) -> list[tuple[str, str, int, int]]:
    return [("".join(text for text, _ in line.runs), line.kind, line.logical, line.start) for line in layout.lines]
