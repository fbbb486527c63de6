"""tui-chat's own JSON and Markdown: what is exported can be imported again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.exporters.samples import exports, full_export
from tests.unit.importers.reading import branch, read_json, read_path, told
from tui_chat.domain.messages import ChatMessage, MessageStatus, ReasoningPart, Role, TextPart
from tui_chat.domain.record import new_id
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters import markdown, open_webui, session_json
from tui_chat.exporters.base import Export, ExportOptions

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

words = st.text(st.characters(codec="utf-8"), max_size=30)

_FINAL = [one for one in MessageStatus if one is not MessageStatus.STREAMING]


@st.composite
def whole_trees(draw: st.DrawFn) -> Export:
    """A session whose messages form any tree, with every kind of part, any times and any final status."""
    export = draw(exports)
    session_id = new_id()
    messages: list[ChatMessage] = []
    for drawn in export.tree:
        parents = [None, *(message.id for message in messages)]
        status = drawn.status if drawn.status in _FINAL else MessageStatus.INTERRUPTED
        place = {
            "id": new_id(),
            "session_id": session_id,
            "parent_id": draw(st.sampled_from(parents)),
            "status": status,
        }
        messages.append(drawn.model_copy(update=place))
    leaf = draw(st.sampled_from([None, *(message.id for message in messages)]))
    about = {"id": session_id, "current_node": leaf, "status": SessionStatus.IDLE, "message_count": len(messages)}
    session = export.session.model_copy(update=about)
    return export.model_copy(update={"session": session, "messages": messages, "tree": messages})


@quick
@given(whole_trees())
def test_export_then_import_is_the_identity(tmp_path: Path, export: Export) -> None:
    path = tmp_path / "session.json"
    path.write_text(session_json.render(export), encoding="utf-8")

    found = read_path(path)

    assert found.formats == ["tui-chat"]
    assert found.problems == []
    assert (found.only.session, found.only.messages) == (export.session, export.tree)
    assert not found.only.losses


@quick
@given(exports)
def test_anything_that_was_exported_comes_back_in_part_at_least(tmp_path: Path, export: Export) -> None:
    path = tmp_path / "session.json"
    path.write_text(session_json.render(export), encoding="utf-8")

    found = read_path(path).only

    ids = {message.id for message in found.messages}
    assert len(ids) == len(found.messages)
    assert all(message.session_id == found.session.id for message in found.messages)
    assert not any(message.is_running for message in found.messages)


def plain(session: Mapping[str, object] | None = None, **fields: object) -> dict[str, object]:
    named = {"id": "abc", **(session or {})}
    return {"format": "tui-chat-session", "version": 1, "session": named, "messages": [], **fields}


def row(name: str, parent: str | None = None, **fields: object) -> dict[str, object]:
    return {"id": name, "session_id": "abc", "parent_id": parent, "role": "user", **fields}


def test_an_id_that_is_none_of_ours_cannot_reach_into_the_history(tmp_path: Path) -> None:
    messages = [row("m", session_id="someone-else"), row("n", "m")]

    found = read_json(tmp_path, plain(session={"id": "abc#7+", "current_node": "n"}, messages=messages)).only

    assert found.session.id.isalnum()
    assert {message.session_id for message in found.messages} == {found.session.id}
    assert found.session.current_node == "n"


def test_a_reply_that_was_still_arriving_is_interrupted(tmp_path: Path) -> None:
    messages = [row("m", role="assistant", status="streaming")]

    found = read_json(tmp_path, plain(session={"status": "streaming"}, messages=messages)).only

    assert found.messages[0].status is MessageStatus.INTERRUPTED
    assert found.session.status is SessionStatus.INTERRUPTED


def test_damaged_messages_and_loops_are_left_out_and_counted(tmp_path: Path) -> None:
    messages = [row("a", "b"), row("b", "a"), row("c", "c"), row("d"), row("d"), 7, row("e", role="king")]

    found = read_json(tmp_path, plain(messages=messages)).only

    assert [message.id for message in found.messages] == ["a", "b", "c", "d"]
    assert found.losses == {
        "messages that are damaged": 2,
        "messages that were there twice": 1,
        "loops in the tree, which were cut": 2,
    }
    assert found.session.message_count == 4


def test_a_newer_version_is_refused_with_a_word(tmp_path: Path) -> None:
    found = read_json(tmp_path, {**plain(), "version": 9})

    assert [problem.why for problem in found.problems] == ["it has version 9, and known is up to 1: update tui-chat"]


def test_what_is_nested_too_deeply_to_be_stored_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    text = json.dumps(plain(messages=["HERE"]))
    path.write_text(text.replace('"HERE"', "[" * 5000 + "]" * 5000))

    found = read_path(path, "tui-chat")

    assert [problem.why for problem in found.problems] == ["it is nested more than 200 levels deep"]


# ---- Markdown -------------------------------------------------------------------------------------------------------


def test_markdown_keeps_words_order_tree_models_and_minutes(tmp_path: Path) -> None:
    export = full_export()
    path = tmp_path / "session.md"
    path.write_text(markdown.render(export))

    found = read_path(path)

    assert found.formats == ["markdown"]
    session, messages = found.only.session, found.only.messages
    assert (session.name, session.system_prompt, session.tags) == ("Retry with jitter", "Be brief.", ["http", "a, b"])
    assert session.created_at == export.session.created_at
    assert [one.role for one in messages] == [one.role for one in export.tree]
    assert [one.model for one in messages if one.role is Role.ASSISTANT] == ["gpt", "claude", "", ""]
    parents = {one.id: place for place, one in enumerate(messages)}
    wanted = {one.id: place for place, one in enumerate(export.tree)}
    assert [parents.get(one.parent_id or "") for one in messages] == [
        wanted.get(one.parent_id or "") for one in export.tree
    ]
    assert messages[0].parts == export.tree[0].parts
    reply = messages[2]
    assert [part.kind for part in reply.parts] == ["reasoning", "text", "citation"]
    assert reply.text == "Like **this** [1].\n\n```python\nprint('x')\n```"
    assert reply.citations[0].title == "A [source]"
    assert messages[4].status is MessageStatus.INTERRUPTED
    assert messages[5].status is MessageStatus.ERROR
    assert messages[5].error is not None
    assert messages[5].error.text == "Too busy."
    assert [part.kind for part in messages[5].parts] == ["tool_call", "tool_result"]


@quick
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["Go on.", "Why?", "# Why?"])), min_size=1, max_size=9))
@example([(0, "Go on."), (1, "Why?"), (2, "Go on."), (3, "Why?"), (1, "Why?"), (2, "Why?")])
def test_markdown_keeps_any_tree_however_alike_its_messages_are(tmp_path: Path, said: list[tuple[int, str]]) -> None:
    session = ChatSession()
    messages: list[ChatMessage] = []
    for place, (parent, words) in enumerate(said):
        parent_id = messages[parent - 1].id if 0 < parent <= place else None
        parts = [TextPart(text=words)]
        messages.append(ChatMessage(session_id=session.id, parent_id=parent_id, role=Role.USER, parts=parts))
    export = Export(session=session, messages=messages, tree=messages, options=ExportOptions(tree=True))
    (tmp_path / "session.md").write_text(markdown.render(export))

    found = read_path(tmp_path / "session.md").only

    assert paths_of(found.messages) == paths_of(messages)


def paths_of(messages: list[ChatMessage]) -> list[list[str]]:
    """Return for each message the words that lead to it, whatever the level of their headings."""
    tree = MessageTree(messages)
    return sorted([one.text.lstrip("# ") for one in tree.branch(message.id)] for message in messages)


@quick
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), min_size=1, max_size=5))
def test_no_text_in_markdown_forges_or_swallows_a_message(tmp_path: Path, said: list[str]) -> None:
    time = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    session = ChatSession(created_at=time)
    messages: list[ChatMessage] = []
    for place, words in enumerate(said):
        role = Role.ASSISTANT if place % 2 else Role.USER
        parent = messages[-1].id if messages else None
        parts = [TextPart(text=words)]
        messages.append(
            ChatMessage(session_id=session.id, parent_id=parent, role=role, parts=parts, created_at=time, model="m")
        )
    path = tmp_path / "session.md"
    text = markdown.render(Export(session=session, messages=messages, tree=messages))
    path.write_text(text, encoding="utf-8", newline="")

    found = read_path(path).only

    assert [one.role for one in found.messages] == [one.role for one in messages]
    assert {one.created_at for one in found.messages} == {time}


# ---- what others read -----------------------------------------------------------------------------------------------


def above_each(messages: list[ChatMessage]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return what each message answers, both told by their kinds of parts and their texts."""
    known = {one.id: (one.text, *(part.kind for part in one.parts if part.kind != "text")) for one in messages}
    return {known[one.id]: known.get(one.parent_id or "", ()) for one in messages}


def test_an_export_for_open_webui_survives(tmp_path: Path) -> None:
    export = full_export()
    path = tmp_path / "chat.json"
    path.write_text(open_webui.render(export))

    found = read_path(path)

    assert found.formats == ["openwebui"]
    session, messages = found.only.session, found.only.messages
    # A tree comes in with every branch after the other, where the export lists messages by their time.
    assert {one.text for one in messages} == {one.text for one in export.tree}
    assert branch(found.only) == [one.text for one in export.messages]
    assert [one.created_at for one in messages] == [one.created_at for one in export.tree]
    assert (session.name, session.system_prompt, session.tags) == (
        export.session.name,
        export.session.system_prompt,
        export.session.tags,
    )
    assert above_each(messages) == above_each(export.tree)
    reply = next(one for one in messages if one.text.startswith("Like"))
    assert reply.parts[0] == ReasoningPart(text="Hm.")
    failed = messages[-1]
    assert [part.kind for part in failed.parts] == ["tool_call", "tool_result"]


@quick
@given(st.lists(st.tuples(st.integers(0, 9), words.filter(str.strip)), min_size=1, max_size=8))
def test_trees_of_all_shapes_survive_in_every_foreign_format(tmp_path: Path, made: list[tuple[int, str]]) -> None:
    """Each message answers one of those before it, as ChatGPT, Open WebUI and LibreChat would write it."""
    names = [f"n{place}" for place in range(len(made))]
    parents = ["" if not place else names[choice % place] for place, (choice, _) in enumerate(made)]
    roles: list[str] = []
    for parent in parents:
        above = roles[names.index(parent)] if parent else "assistant"
        roles.append("user" if above == "assistant" else "assistant")
    shapes = {
        "chatgpt": chatgpt(names, parents, roles, made),
        "openwebui": webui(names, parents, roles, made),
        "librechat": libre(names, parents, roles, made),
    }
    for name, value in shapes.items():
        found = read_json(tmp_path, value, name).only
        assert sorted(text for _, text in told(found)) == sorted(text for _, text in made)
        ids = {message.id for message in found.messages}
        assert all(message.parent_id is None or message.parent_id in ids for message in found.messages)
        assert found.session.current_node in ids


Made = list[tuple[int, str]]


def chatgpt(names: list[str], parents: list[str], roles: list[str], made: Made) -> object:
    mapping = {
        name: {
            "id": name,
            "parent": parent or None,
            "children": [child for child, above in zip(names, parents, strict=True) if above == name],
            "message": {
                "author": {"role": role},
                "create_time": 1000.0 + place,
                "content": {"content_type": "text", "parts": [words]},
            },
        }
        for place, (name, parent, role, (_, words)) in enumerate(zip(names, parents, roles, made, strict=True))
    }
    return [{"id": "x", "mapping": mapping, "current_node": names[-1]}]


def webui(names: list[str], parents: list[str], roles: list[str], made: Made) -> object:
    messages = {
        name: {"id": name, "parentId": parent or None, "role": role, "content": words}
        for name, parent, role, (_, words) in zip(names, parents, roles, made, strict=True)
    }
    return [{"id": "x", "chat": {"history": {"messages": messages, "currentId": names[-1]}}}]


def libre(names: list[str], parents: list[str], roles: list[str], made: Made) -> object:
    messages = [
        {"messageId": name, "parentMessageId": parent, "isCreatedByUser": role == "user", "text": words}
        for name, parent, role, (_, words) in zip(names, parents, roles, made, strict=True)
    ]
    return {"conversationId": "x", "messages": messages}
