"""Exports of Claude, Open WebUI and LibreChat, and plain lists of messages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers.reading import branch, read_json, read_path, told
from tui_chat.domain.messages import (
    CitationPart,
    FilePart,
    MessageStatus,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

PIXEL = "data:image/png;base64,iVBORw0KGgo="


# ---- Claude ---------------------------------------------------------------------------------------------------------


def claude_message(name: str, sender: str, *blocks: Any, second: int, **fields: Any) -> dict[str, Any]:
    time = f"2026-03-07T12:00:{second:02}.5Z"
    return {"uuid": name, "sender": sender, "content": list(blocks), "text": "flat", "created_at": time, **fields}


def claude(*messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    times = {"created_at": "2026-03-07T12:00:00Z", "updated_at": "2026-03-07T13:00:00Z"}
    return {"uuid": "t1", "name": "A talk", **times, "chat_messages": list(messages), **fields}


def text_block(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words, "citations": []}


def test_claudes_messages_form_the_tree_that_their_parents_tell(tmp_path: Path) -> None:
    none = "00000000-0000-4000-8000-000000000000"
    found = read_json(
        tmp_path,
        [
            claude(
                claude_message("u1", "human", text_block("Hi"), second=1, parent_message_uuid=none),
                claude_message("a1", "assistant", text_block("First"), second=2, parent_message_uuid="u1"),
                claude_message("a2", "assistant", text_block("Second"), second=9, parent_message_uuid="u1"),
                claude_message("u2", "human", text_block("More"), second=3, parent_message_uuid="a1"),
            )
        ],
    )

    assert found.formats == ["claude"]
    assert branch(found.only) == ["Hi", "Second"]
    assert told(found.only) == [("user", "Hi"), ("assistant", "First"), ("user", "More"), ("assistant", "Second")]
    assert found.only.messages[0].created_at == datetime(2026, 3, 7, 12, 0, 1, 500000, tzinfo=UTC)
    assert found.only.session.updated_at == datetime(2026, 3, 7, 13, tzinfo=UTC)


def test_older_exports_of_claude_are_a_thread(tmp_path: Path) -> None:
    rows = [claude_message("u", "human", second=1, text="Hi"), claude_message("a", "assistant", second=2, text="Ho")]

    assert branch(read_json(tmp_path, [claude(*rows)]).only) == ["Hi", "Ho"]


def test_blocks_and_attachments_of_claude_become_parts(tmp_path: Path) -> None:
    found = read_json(
        tmp_path,
        [
            claude(
                claude_message(
                    "u",
                    "human",
                    text_block("Read it."),
                    second=1,
                    attachments=[{"file_name": "a.txt", "extracted_content": "alpha"}, {"file_name": "b.pdf"}],
                    files=[{"file_uuid": "f", "file_name": "c.png"}],
                ),
                claude_message(
                    "a",
                    "assistant",
                    {"type": "thinking", "thinking": "Hm."},
                    {"type": "tool_use", "id": "x", "name": "search", "input": {"q": "é"}},
                    {
                        "type": "tool_result",
                        "tool_use_id": "x",
                        "content": [{"type": "text", "text": "no"}],
                        "is_error": True,
                    },
                    {"type": "token_budget"},
                    {"type": "hologram"},
                    {"type": "text", "text": "So.", "citations": [{"title": "T", "url": "https://example.org"}]},
                    second=2,
                ),
            )
        ],
    ).only

    prompt, reply = found.messages
    assert prompt.parts == [FilePart(name="a.txt", text="alpha"), TextPart(text="Read it.")]
    assert reply.parts == [
        ReasoningPart(text="Hm."),
        ToolCallPart(call_id="x", name="search", arguments='{"q":"é"}'),
        ToolResultPart(call_id="x", text="no", is_error=True),
        TextPart(text="So."),
        CitationPart(number=1, title="T", url="https://example.org"),
    ]
    assert found.losses == {
        "attached files that the export does not hold": 2,
        "contents of a kind that is not known": 1,
    }


# ---- Open WebUI -----------------------------------------------------------------------------------------------------


def open_webui() -> dict[str, Any]:
    history = {
        "a2": {
            "id": "a2",
            "parentId": "u",
            "childrenIds": [],
            "role": "assistant",
            "content": "Two",
            "model": "m2",
            "timestamp": 1767225604,
        },
        "a1": {
            "id": "a1",
            "parentId": "u",
            "childrenIds": [],
            "role": "assistant",
            "content": '<details type="reasoning" done="true" duration="5">\n<summary>Thought for 5 seconds</summary>\n'
            "> a &lt; b\n> so\n</details>\nOne",
            "model": "m1",
            "timestamp": 1767225602,
            "usage": {"prompt_tokens": 10, "completion_tokens": 3},
            "annotation": {"rating": 1, "comment": "nice"},
            "sources": [{"source": {"name": "T", "url": "https://example.org"}}],
        },
        "u": {
            "id": "u",
            "parentId": None,
            "childrenIds": ["a1", "a2"],
            "role": "user",
            "content": "Hi",
            "timestamp": 1767225600,
            "files": [
                {"type": "image", "url": PIXEL},
                {"type": "file", "name": "n", "file": {"data": {"content": "c"}}},
            ],
        },
    }
    chat = {
        "title": "A chat",
        "models": ["m1"],
        "system": "Be brief.",
        "history": {"messages": history, "currentId": "a1"},
    }
    return {
        "id": "w1",
        "title": "A chat",
        "chat": chat,
        "created_at": 1767225600,
        "updated_at": 1767225700,
        "pinned": True,
        "archived": False,
        "meta": {"tags": ["work"]},
    }


def test_a_chat_of_open_webui_keeps_tree_parts_and_facts(tmp_path: Path) -> None:
    found = read_json(tmp_path, [open_webui()])

    assert found.formats == ["openwebui"]
    session, (prompt, one, two) = found.only.session, found.only.messages
    assert branch(found.only) == ["Hi", "One"]
    assert (session.system_prompt, session.tags, session.pinned) == ("Be brief.", ["work"], True)
    assert session.updated_at == datetime.fromtimestamp(1767225700, UTC)
    assert [part.kind for part in prompt.parts] == ["image", "file", "text"]
    assert (one.reasoning, one.text, one.model) == ("a < b\nso", "One", "m1")
    assert one.timing is not None
    assert one.timing.reasoning == 5
    assert one.usage is not None
    assert (one.usage.input_tokens, one.usage.output_tokens, session.usage.output_tokens) == (10, 3, 3)
    assert (one.rating, one.feedback) == (1, "nice")
    assert one.citations == [CitationPart(number=1, title="T", url="https://example.org")]
    assert (two.text, two.parent_id) == ("Two", prompt.id)


def test_a_bare_chat_of_open_webui_is_read_too(tmp_path: Path) -> None:
    assert branch(read_json(tmp_path, [open_webui()["chat"]]).only) == ["Hi", "One"]


def test_details_that_are_not_closed_stay_text(tmp_path: Path) -> None:
    row = open_webui()
    row["chat"]["history"]["messages"]["a1"]["content"] = '<details type="reasoning"' * 50_000

    assert read_json(tmp_path, [row]).only.messages[1].text.startswith("<details")


# ---- LibreChat ------------------------------------------------------------------------------------------------------


NO_PARENT = "00000000-0000-0000-0000-000000000000"


def libre(name: str, parent: str, words: str, *, is_user: bool, **fields: Any) -> dict[str, Any]:
    times = {"createdAt": f"2026-03-07T12:00:0{len(name)}Z"}
    plain = {"messageId": name, "parentMessageId": parent, "text": words, "isCreatedByUser": is_user, **times}
    return plain | ({} if is_user else {"model": "gpt-4o", "endpoint": "openAI"}) | fields


def test_librechats_messages_are_read_flat_and_nested(tmp_path: Path) -> None:
    answers = [libre("aa", "u", "One", is_user=False), libre("ab", "u", "Two", is_user=False, unfinished=True)]
    prompt = libre("u", NO_PARENT, "Hi", is_user=True)
    facts = {"conversationId": "l1", "title": "A talk", "endpoint": "openAI", "options": {"model": "gpt-4o"}}

    flat = read_json(tmp_path, {**facts, "recursive": False, "messages": [prompt, *answers]})
    nested = read_json(tmp_path, {**facts, "recursive": True, "messagesTree": [{**prompt, "children": answers}]})

    assert flat.formats == ["librechat"]
    assert flat.sessions == nested.sessions
    assert told(flat.only) == [("user", "Hi"), ("assistant", "One"), ("assistant", "Two")]
    assert flat.only.session.provider == "openai"
    assert flat.only.messages[2].status is MessageStatus.INTERRUPTED
    assert {one.parent_id for one in flat.only.messages[1:]} == {flat.only.messages[0].id}


def test_contents_of_librechat_become_parts(tmp_path: Path) -> None:
    content = [
        {"type": "think", "think": "Hm."},
        {"type": "tool_call", "tool_call": {"id": "x", "name": "f", "args": '{"a": 1}', "output": "2"}},
        {"type": "text", "text": {"value": "So."}},
    ]
    row = libre("a", NO_PARENT, "", is_user=False, content=content)

    found = read_json(tmp_path, {"conversationId": "l1", "messages": [row]}).only

    assert found.messages[0].parts == [
        ReasoningPart(text="Hm."),
        ToolCallPart(call_id="x", name="f", arguments='{"a": 1}'),
        ToolResultPart(call_id="x", text="2"),
        TextPart(text="So."),
    ]


# ---- lists ----------------------------------------------------------------------------------------------------------


MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PIXEL}}]},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "x", "function": {"name": "f", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "x", "content": "2"},
    {"role": "assistant", "content": "Two.", "weight": 1},
]


def test_lines_of_openai_messages_are_sessions(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    other = [{"role": "user", "content": "Hi"}]
    path.write_text(json.dumps({"messages": MESSAGES}) + "\n\n{broken\n" + json.dumps({"messages": other}) + "\r\n")

    found = read_path(path)

    assert found.formats == ["jsonl"]
    assert [(one.where, one.why) for one in found.problems] == [("train.jsonl, line 3", "it is no JSON")]
    first, second = found.sessions
    assert first.session.system_prompt == "Be brief."
    assert [one.role.value for one in first.messages] == ["user", "assistant", "tool", "assistant"]
    assert [part.kind for part in first.messages[0].parts] == ["text", "image"]
    assert told(second) == [("user", "Hi")]


@pytest.mark.parametrize("rows", ["array", "lines", "one"])
def test_sharegpt_is_read_in_every_spelling(tmp_path: Path, rows: str) -> None:
    row = {
        "system": "Be brief.",
        "conversations": [{"from": "human", "value": "Hi"}, {"role": "assistant", "content": "Ho"}],
    }
    path = tmp_path / "share.json"
    path.write_text(
        {"array": json.dumps([row]), "lines": f"{json.dumps(row)}\n" * 2, "one": json.dumps(row, indent=1)}[rows]
    )

    found = read_path(path)

    assert found.formats == ["sharegpt"]
    assert told(found.sessions[0]) == [("user", "Hi"), ("assistant", "Ho")]
    assert found.sessions[0].session.system_prompt == "Be brief."
    # Without ids it is its text that tells a session: the same one twice is one.
    assert len({one.session.id for one in found.sessions}) == 1
