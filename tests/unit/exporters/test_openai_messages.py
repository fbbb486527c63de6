from __future__ import annotations

import json
from typing import Any

from tests.unit.exporters.samples import PIXEL, full_export, reply_export
from tui_chat.exporters.base import Export
from tui_chat.exporters.openai_messages import render


def lines(export: Export) -> list[list[dict[str, Any]]]:
    return [json.loads(line)["messages"] for line in render(export).removesuffix("\n").split("\n")]


def test_the_visible_branch_is_one_line() -> None:
    (messages,) = lines(full_export(tree=False))

    assert messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How?\n\na.py:\n\nx = 1\n```\n"},
        {"role": "assistant", "content": "Like **this** [1].\n\n```python\nprint('x')\n```"},
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}],
        },
        {"role": "assistant", "content": "It is"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"at": "it"}'}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": "nothing"},
    ]


def test_the_whole_tree_is_a_line_for_every_branch() -> None:
    first, second = lines(full_export(tree=True))

    assert [message["role"] for message in first] == ["system", "user", "assistant"]
    assert first[-1]["content"] == "The other answer."
    assert second == lines(full_export(tree=False))[0]


def test_a_prompt_that_has_no_reply_yet_is_left_out() -> None:
    export = reply_export("yes")
    asked = export.messages[0].model_copy(update={"id": "q", "parent_id": "r"})
    export = Export(session=export.session, messages=[*export.messages, asked], tree=[*export.tree, asked])

    assert [message["role"] for message in lines(export)[0]] == ["user", "assistant"]


def test_a_line_is_one_line_for_every_reader() -> None:
    text = render(reply_export("a\nb\u2028c\u0085d\ud800"))

    assert len(text.splitlines()) == 1
    assert text.encode("utf-8")
    assert json.loads(text)["messages"][1]["content"] == "a\nb\u2028c\u0085d\ud800"
