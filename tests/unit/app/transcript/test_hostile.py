"""Texts made to hang, crash or flood: each is laid out, none recurses, none takes more than its length allows."""

from __future__ import annotations

import time

import pytest

from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.tail import StreamTail

N = 4_000
BUDGET = 5.0
"""Seconds of CPU: a hundred times what is expected, and far below what anything quadratic would take."""

HOSTILE = {
    "one line of a megabyte": "x" * 1_000_000,
    "a megabyte of words": "word " * 200_000,
    "rows of a table": "| a | b |\n|--|--|\n" + "| 1 | 2 |\n" * N,
    "columns of a table": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|a\n" * 100,
    "nested quotes": ">" * 10_000 + " a",
    "nested quotes, line by line": "\n".join(">" * i + " a" for i in range(300)),
    "nested lists": "- " * 10_000 + "a",
    "nested lists, line by line": "".join("  " * i + "- a\n" for i in range(400)),
    "nested both": "> - " * N,
    "open brackets": "[" * N,
    "open links": "[a](" * N,
    "open images": "![[]()" * N,
    "balanced brackets": "[" * N + "a" + "]" * N,
    "emphasis that opens": "*a **a _a " * N,
    "emphasis that alternates": "*_" * N,
    "emphasis that closes": "a**b" + "c* " * N,
    "backticks": " ".join("`" * i for i in range(150)),
    "autolinks": "://" * N,
    "addresses": "a@" * N,
    "references": "[a]: b\n" * N,
    "references that do not end": "[a\n" * N,
    "tags that do not end": "<a x='" * N,
    "comments that do not end": "<!--" * N,
    "lines of a paragraph": "a\n" * N + "===\n",
    "fences": "~~~\n" * N,
    "marks on a letter": "a" + "\u0301" * 100_000,
    "joiners": "👩\u200d" * N,
    "escapes": "\x1b[31m" * N,
    "tabs": "\t" * N,
    "code in one line": "```python\n" + "(" * 100_000,
    "comments in code": "```c\n" + "/* a\n" * N,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_laid_out_in_time(source: str) -> None:
    start = time.process_time()
    layout = layout_markdown(source, 80)
    assert time.process_time() - start < BUDGET

    assert all(line.width <= 80 for line in layout.lines)


@pytest.mark.parametrize(
    "name", ["rows of a table", "references", "lines of a paragraph", "comments in code", "nested both"]
)
def test_it_streams_in_time(name: str) -> None:
    source = HOSTILE[name]
    start = time.process_time()
    tail = StreamTail(80)
    for at in range(0, len(source), 4096):
        tail.feed(source[at : at + 4096])
        tail.flush()
    tail.finish()

    assert time.process_time() - start < BUDGET
