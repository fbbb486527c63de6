from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from tests.unit.exporters.samples import BEGINNING, PIXEL, exports, full_export
from tui_chat.exporters.base import Export
from tui_chat.exporters.open_webui import render


def row(export: Export) -> dict[str, Any]:
    (only,) = json.loads(render(export))
    assert isinstance(only, dict)
    return only


def test_a_chat_has_its_times_in_the_units_of_open_webui() -> None:
    chat = row(full_export())

    assert (chat["title"], chat["chat"]["models"], chat["chat"]["system"]) == (
        "Retry with jitter",
        ["claude"],
        "Be brief.",
    )
    seconds = int(BEGINNING.timestamp())
    assert (chat["created_at"], chat["chat"]["timestamp"]) == (seconds, seconds * 1000)
    assert chat["meta"] == {"tags": ["http", "a, b"]}


def test_the_history_holds_the_whole_tree_and_the_list_the_visible_branch() -> None:
    chat = row(full_export(tree=True))["chat"]
    history = chat["history"]

    assert history["currentId"] == "r3"
    assert history["messages"]["p1"]["childrenIds"] == ["r0", "r1"]
    assert history["messages"]["r0"]["parentId"] == "p1"
    assert [message["id"] for message in chat["messages"]] == ["p1", "r1", "p2", "r2", "r3"]
    assert list(row(full_export(tree=False))["chat"]["history"]["messages"]) == ["p1", "r1", "p2", "r2", "r3"]


def test_every_kind_of_part_has_its_place() -> None:
    messages = row(full_export())["chat"]["history"]["messages"]

    assert messages["p1"]["files"] == [
        {"type": "file", "name": "a.py", "file": {"filename": "a.py", "data": {"content": "x = 1\n```\n"}}}
    ]
    assert messages["p2"]["files"][0]["url"] == f"data:image/png;base64,{PIXEL}"
    assert messages["r1"]["content"].startswith(
        '<details type="reasoning" done="true" duration="4">\n<summary>Thought for 4 seconds</summary>\n'
        "> Hm.\n</details>\nLike **this**"
    )
    assert messages["r1"]["sources"][0]["source"] == {"name": "A [source]", "url": "https://example.org/a b"}
    assert 'name="look" arguments="&quot;{\\&quot;at\\&quot;' in messages["r3"]["content"]
    assert messages["r3"]["error"] == {"content": "Too busy."}
    assert "Hm." not in render(full_export(reasoning=False))


@given(exports)
@settings(max_examples=60, deadline=None)
def test_parents_and_children_always_name_each_other(export: Export) -> None:
    messages = row(export)["chat"]["history"]["messages"]

    for key, message in messages.items():
        assert message["id"] == key
        assert message["parentId"] is None or key in messages[message["parentId"]]["childrenIds"]
        assert all(messages[child]["parentId"] == key for child in message["childrenIds"])
