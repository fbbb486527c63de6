from __future__ import annotations

import json

from tests.unit.exporters.samples import full_export, reply_export
from tui_chat.exporters.base import Export
from tui_chat.exporters.sharegpt import render


def test_people_and_models_take_turns() -> None:
    (row,) = json.loads(render(full_export(tree=False)))

    assert row["id"] == "s1"
    assert [turn["from"] for turn in row["conversations"]] == ["system", "human", "gpt", "gpt"]
    assert row["conversations"][1]["value"] == "How?\n\na.py:\n\nx = 1\n```\n"


def test_neighbours_of_one_side_are_joined() -> None:
    export = reply_export("yes")
    more = export.messages[1].model_copy(update={"id": "r2", "parent_id": "r"})
    messages = [*export.messages, more]

    (row,) = json.loads(render(Export(session=export.session, messages=messages, tree=messages)))

    assert row["conversations"] == [{"from": "human", "value": "What?"}, {"from": "gpt", "value": "yes\n\nyes"}]


def test_the_whole_tree_is_a_row_for_every_branch() -> None:
    rows = json.loads(render(full_export(tree=True)))

    assert [row["id"] for row in rows] == ["s1-1", "s1-2"]
    assert rows[0]["conversations"][-1] == {"from": "gpt", "value": "The other answer."}
