from __future__ import annotations

import base64
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers.reading import branch, read_json, read_path, told
from tui_chat.domain.messages import FinishReason, ImagePart, MessageStatus, ReasoningPart, ToolCallPart, ToolResultPart

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def node(name: str, parent: str | None, children: list[str], message: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"id": name, "parent": parent, "children": children, "message": message}


def message(role: str, *parts: Any, time: float | None = None, **fields: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": time,
        "content": {"content_type": "text", "parts": list(parts)},
        "status": "finished_successfully",
        "recipient": "all",
        "metadata": {},
    }
    return {**plain, **fields}


def conversation(*nodes: dict[str, Any], current: str = "", **fields: Any) -> dict[str, Any]:
    return {
        "id": "c1",
        "title": "A talk",
        "create_time": 1772271397.886193,
        "update_time": 1772271500.0,
        "mapping": {one["id"]: one for one in nodes},
        "current_node": current or nodes[-1]["id"],
        **fields,
    }


@pytest.fixture
def branched() -> dict[str, Any]:
    """A prompt with two answers, the first of which goes on; the nodes stand in no order."""
    hidden = {"is_visually_hidden_from_conversation": True}
    context = {"content_type": "user_editable_context", "user_profile": "I am Ada.", "user_instructions": "Be brief."}
    return conversation(
        node("a2", "u1", [], message("assistant", "Second", time=30.0, metadata={"model_slug": "gpt-5"})),
        node("u1", "ctx", ["a1", "a2"], message("user", "How", "so?", time=10.0)),
        node("client-created-root", None, ["sys"]),
        node("ctx", "sys", ["u1"], message("user", metadata=hidden) | {"content": context}),
        node("sys", "client-created-root", ["ctx"], message("system", "", metadata=hidden)),
        node("u2", "a1", [], message("user", "And then?", time=40.0)),
        node("a1", "u1", ["u2"], message("assistant", "First", time=20.0, metadata={"model_slug": "gpt-4o"})),
        current="u2",
    )


def test_the_whole_tree_comes_in_and_the_visible_branch_stays_visible(tmp_path: Path, branched: dict[str, Any]) -> None:
    found = read_json(tmp_path, [branched]).only

    assert found.session.name == "A talk"
    assert found.session.created_at == datetime(2026, 2, 28, 9, 36, 37, 886193, tzinfo=UTC)
    assert branch(found) == ["How\nso?", "First", "And then?"]
    assert told(found) == [("user", "How\nso?"), ("assistant", "First"), ("user", "And then?"), ("assistant", "Second")]
    first, second = found.messages[1], found.messages[3]
    assert first.parent_id == second.parent_id == found.messages[0].id
    assert (first.model, second.model) == ("gpt-4o", "gpt-5")
    assert first.created_at == datetime.fromtimestamp(20, UTC)
    assert found.messages[0].parent_id is None


def test_what_the_user_told_chatgpt_to_know_becomes_the_system_prompt(tmp_path: Path, branched: dict[str, Any]) -> None:
    assert read_json(tmp_path, [branched]).only.session.system_prompt == "I am Ada.\n\nBe brief."


def test_thoughts_tools_and_texts_of_a_reply_become_one_message(tmp_path: Path) -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Look", "content": "It may be 4."}]}
    code = {"content_type": "code", "language": "python", "text": "2 + 2"}
    output = {"content_type": "execution_output", "text": "4"}
    tool = {"role": "tool", "name": "python", "metadata": {}}
    talk = conversation(
        node("u", None, ["t"], message("user", "2 + 2?", time=1.0)),
        node("t", "u", ["c"], message("assistant", time=2.0, metadata={"model_slug": "o3"}, content=thoughts)),
        node("c", "t", ["o"], message("assistant", time=3.0, content=code, recipient="python")),
        node("o", "c", ["a"], message("tool", time=4.0, content=output, author=tool)),
        node("a", "o", ["b"], message("assistant", "It is 4.", time=5.0)),
        node("b", "a", [], message("assistant", "Surely.", metadata={"finish_details": {"type": "max_tokens"}})),
    )

    found = read_json(tmp_path, [talk]).only

    assert [one.role.value for one in found.messages] == ["user", "assistant"]
    reply = found.messages[1]
    assert found.session.current_node == reply.id
    assert [part.kind for part in reply.parts] == ["reasoning", "tool_call", "tool_result", "text"]
    assert reply.reasoning == "**Look**\n\nIt may be 4."
    assert reply.parts[1] == ToolCallPart(call_id="python", name="python", arguments="2 + 2")
    assert reply.parts[2] == ToolResultPart(call_id="python", text="4")
    assert reply.text == "It is 4.\n\nSurely."
    assert reply.finish_reason is FinishReason.LENGTH
    assert (reply.model, reply.provider) == ("o3", "openai")


def test_a_reply_with_several_continuations_stays_apart_from_them(tmp_path: Path) -> None:
    talk = conversation(
        node("u", None, ["a"], message("user", "Go", time=1.0)),
        node("a", "u", ["b", "c"], message("assistant", "One", time=2.0)),
        node("b", "a", [], message("assistant", "Two", time=3.0)),
        node("c", "a", [], message("assistant", "Three", time=4.0)),
        current="b",
    )

    found = read_json(tmp_path, [talk]).only

    assert branch(found) == ["Go", "One", "Two"]
    assert len(found.messages) == 4


def test_images_come_out_of_the_archive_and_missing_ones_are_counted(tmp_path: Path) -> None:
    parts = [
        {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Abc1"},
        {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_0099"},
        "What is this?",
    ]
    notes = [{"id": "file-Txt1", "name": "notes.txt", "mime_type": "text/plain"}, {"id": "file-No", "name": "x.pdf"}]
    content = {"content_type": "multimodal_text", "parts": parts}
    prompt = message("user", time=1.0, content=content, metadata={"attachments": notes})
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations-000.json", json.dumps([conversation(node("u", None, [], prompt))]))
        archive.writestr("conversations-001.json", json.dumps([conversation(node("u", None, [], prompt), id="c2")]))
        archive.writestr("__MACOSX/._conversations-000.json", b"\x00\x05\x16\x07")
        archive.writestr("user.json", json.dumps({"id": "user-1", "email": "a@example.org"}))
        archive.writestr("file-Abc1-photo.png", PIXEL)
        archive.writestr("../../file-Txt1-notes.txt", "Remember the milk.")

    found = read_path(path)

    assert found.formats == ["chatgpt", "chatgpt"]
    assert found.problems == []
    assert len({one.session.id for one in found.sessions}) == 2
    prompt_parts = found.sessions[0].messages[0].parts
    assert [part.kind for part in prompt_parts] == ["image", "text", "file"]
    assert isinstance(prompt_parts[0], ImagePart)
    assert base64.b64decode(prompt_parts[0].data) == PIXEL
    assert found.sessions[0].messages[0].text == "[image]\nWhat is this?"
    assert found.sessions[0].losses == {
        "images that the export does not hold": 1,
        "attached files that the export does not hold": 1,
    }
    assert list(tmp_path.iterdir()) == [path]


def test_an_unpacked_export_is_read_like_the_archive(tmp_path: Path) -> None:
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Abc1"}
    content = {"content_type": "multimodal_text", "parts": [pointer]}
    talk = conversation(node("u", None, [], message("user", time=1.0, content=content)))
    (tmp_path / "conversations.json").write_text(json.dumps([talk]))
    (tmp_path / "file-Abc1-photo.png").write_bytes(PIXEL)

    found = read_path(tmp_path).only

    assert [part.kind for part in found.messages[0].parts] == ["image"]


@pytest.mark.parametrize(
    ("content", "kinds", "text"),
    [
        ({"content_type": "code", "language": "unknown", "text": "x"}, ["text"], "```\nx\n```"),
        ({"content_type": "reasoning_recap", "content": "Thought for 8s"}, [], ""),
        ({"content_type": "tether_quote", "title": "T", "url": "u", "text": "q"}, ["text"], "T\nu\nq"),
        ({"content_type": "tether_browsing_display", "result": "r"}, ["text"], "r"),
        ({"content_type": "system_error", "name": "E", "text": "broke"}, ["text"], "E\nbroke"),
        ({"content_type": "new_kind", "text": "words"}, ["text"], "words"),
        ({"content_type": "text"}, [], ""),
        (
            {"content_type": "multimodal_text", "parts": [{"content_type": "audio_transcription", "text": "hi"}]},
            ["text"],
            "hi",
        ),
    ],
)
def test_every_type_of_content_is_read(tmp_path: Path, content: dict[str, Any], kinds: list[str], text: str) -> None:
    talk = conversation(node("u", None, [], message("assistant", time=1.0, content=content)))

    found = read_json(tmp_path, [talk]).only

    assert [part.kind for one in found.messages for part in one.parts] == kinds
    assert "".join(one.text for one in found.messages) == text


def test_sources_of_a_reply_become_citations(tmp_path: Path) -> None:
    references = [{"type": "grouped_webpages", "items": [{"title": "T", "url": "https://example.org"}]}, {"url": ""}]
    reply = message("assistant", "See.", time=1.0, metadata={"content_references": references})

    found = read_json(tmp_path, [conversation(node("a", None, [], reply))]).only

    assert [(one.number, one.title, one.url) for one in found.messages[0].citations] == [
        (1, "T", "https://example.org")
    ]


def test_missing_times_titles_and_ids_are_no_obstacle(tmp_path: Path) -> None:
    talk = {
        "mapping": {
            "u": node("u", None, ["a"], message("user", "Hi")),
            "a": node("a", "u", [], message("assistant", "Ho")),
        }
    }

    found = read_json(tmp_path, [talk]).only

    assert told(found) == [("user", "Hi"), ("assistant", "Ho")]
    assert branch(found) == ["Hi", "Ho"]
    assert found.losses["messages without a time, which got that of the one before"] == 2
    assert found.messages[1].created_at == found.session.created_at


def test_a_reply_that_was_cut_off_says_so(tmp_path: Path) -> None:
    talk = conversation(node("a", None, [], message("assistant", "It is", time=1.0, status="in_progress")))

    assert read_json(tmp_path, [talk]).only.messages[0].status is MessageStatus.INTERRUPTED


def test_ids_are_always_the_same(tmp_path: Path, branched: dict[str, Any]) -> None:
    first, second = read_json(tmp_path, [branched]).only, read_json(tmp_path, [branched]).only

    assert first == second
    assert len(first.session.id) == 16


def test_reasoning_is_kept_apart_from_the_text(tmp_path: Path) -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "", "content": "Hm."}]}
    talk = conversation(
        node("t", None, ["a"], message("assistant", time=1.0, content=thoughts)),
        node("a", "t", [], message("assistant", "Yes.", time=2.0)),
    )

    reply = read_json(tmp_path, [talk]).only.messages[0]

    assert reply.parts[0] == ReasoningPart(text="Hm.")
    assert reply.text == "Yes."
