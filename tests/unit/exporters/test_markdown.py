from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.exporters.samples import full_export, reply_export
from tui_chat.exporters.base import Export
from tui_chat.exporters.markdown import render
from tui_chat.exporters.words import local


def heads(markdown: str) -> list[str]:
    """The texts of all headings of level 2 or higher, as a reader of Markdown sees them."""
    tokens = MarkdownIt("commonmark").parse(markdown.partition("\n---\n")[2])
    opened = [i for i, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    return [tokens[i + 1].content for i in opened if tokens[i].tag in ("h1", "h2")]


def body(export: Export) -> str:
    """What stands below the head of the reply."""
    return render(export).rpartition("## m1")[2].partition("\n\n")[2].removesuffix("\n")


_WHOLE = """\
---
title: Retry with jitter
created: 2026-11-20T14:02:11Z
model: claude
cost: 0.0142
tags: [http, "a, b"]
---

## system

Be brief.

## you · TIME

How?

File a.py:

````py
x = 1
```

````

## claude · TIME

<details>
<summary>thought for 4 s</summary>

Hm.

</details>

Like **this** [1].

```python
print('x')
```

Sources:

- [1] [A \\[source\\]](<https://example.org/a%20b>)

## you · TIME

Image chart.png · image/png · 72 B

## assistant · TIME

It is

> **interrupted · all that came is kept**

## assistant · TIME

Tool look:

```json
{"at": "it"}
```

Error:

```
nothing
```

> **failed · Too busy. · Try again.**
"""


def test_the_whole_shape() -> None:
    export = full_export(tree=False)

    assert render(export) == _WHOLE.replace("TIME", f"{local(export.session.created_at):%H:%M}")


def test_without_facts_and_reasoning_there_are_none() -> None:
    written = render(full_export(facts=False, reasoning=False))

    for fact in ("14:02", "2026", "claude", "0.0142", "Hm."):
        assert fact not in written


def test_the_tree_holds_every_sibling_and_says_where_it_belongs() -> None:
    written = render(full_export(facts=False))

    assert heads(written) == ["system", "you", "assistant · 1/2", "assistant · 2/2", "you", "assistant", "assistant"]
    assert "The other answer." in written
    assert "## assistant · 2/2\n\n*after “How?”*" in written


@pytest.mark.parametrize(
    "name",
    [
        'Say: "no" # really',
        "a\n---\nmodel: evil",
        "yes",
        "NULL",
        "12:30",
        "1e3",
        "- x",
        "[x]",
        "{x}",
        "*x",
        "&x",
        "!x",
        "|",
        "%x",
        "@x",
        "`x`",
        " x ",
        "",
        "x: y",
        "x #y",
        "\x85\u2028\x7f",
        "ключ: значение",
    ],
)
def test_hostile_names_are_quoted(name: str) -> None:
    front = render(reply_export("", name=name)).split("\n---\n")[0]
    title = front.splitlines()[1]

    assert title.isprintable()
    assert json.loads(title.removeprefix("title: ")) == name  # a JSON string is the same string in YAML


@pytest.mark.parametrize("name", ["Retry with jitter", "Größe (neu)", "v1.2 + x/y", "日本語"])
def test_harmless_names_stay_as_they_are(name: str) -> None:
    assert f"\ntitle: {name}\n" in render(reply_export("", name=name))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# A\n\n## B ##\n\n###### F", "### A\n\n#### B ##\n\n###### F"),
        ("### A\n\n#### B", "### A\n\n#### B"),
        ("Title\nof two\n===\n\ntext\n\nB\n-", "### Title of two\n\ntext\n\n#### B"),
        ("```sh\n# a comment\n```", "```sh\n# a comment\n```"),
        ("    # code", "    # code"),
        ("#hashtag", "#hashtag"),
        ("> # quoted", "> # quoted"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_headings_move_below_the_heads_and_all_else_stays(text: str, written: str) -> None:
    assert body(reply_export(text)) == written


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("```py\nx = 1", "```"),
        ("~~~~\nx\n~~~", "~~~~"),
        ("<!-- x", "-->"),
        ("<pre>\nx", "</pre>"),
        ("<script>\nx", "</pre>"),  # any of the four ends any of them
        ("<?php", "?>"),
        ("<![CDATA[", "]]>"),
        ("<!DOCTYPE", "-->"),
    ],
)
def test_what_is_left_open_is_closed(text: str, end: str) -> None:
    assert body(reply_export(text)) == f"{text}\n{end}"


_starts = ["# a", "## you · 14:02", "a", "===", "---", "```", "~~~", "````", "> ", "- ", "1. ", "    ", "\t", "\\"]
_tags = ["<!--", "-->", "<pre>", "<?", "<!X", "<div>", "<![CDATA[", "|a|b|\n|-|-|\n", "[x]: /y"]
_breaks = ["\n", "\n\n", "\r", "\x0b", "\x0c", "\u2028"]
_fragments = st.sampled_from([*_starts, *_tags, *_breaks])


@given(st.lists(_fragments, max_size=12).map("".join))
def test_no_text_can_break_the_outline(text: str) -> None:
    export = reply_export(text, facts=False)
    following = export.messages[0].model_copy(update={"id": "p2", "parent_id": "r"})

    written = render(export.model_copy(update={"messages": [*export.messages, following]}))

    assert heads(written) == ["you", "assistant", "you"]
