"""Values of the wrong type, and files of damaged bytes: nothing breaks, whatever it is."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.importers.reading import SAMPLES, read_json, read_path
from tests.unit.importers.test_chatgpt import conversation, message, node
from tests.unit.importers.test_exports import MESSAGES, claude, claude_message, libre, open_webui
from tests.unit.importers.test_stores import AICHAT, database
from tui_chat.importers.media import image
from tui_chat.importers.registry import IMPORTERS

quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

_WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
    st.just({"type": "text", "text": 5}),
    st.just(1e300),
    st.just(-1),
    st.just("9999-12-31T23:59:59-14:00"),
)

_SHAPES: dict[str, Any] = {
    "chatgpt": [
        conversation(
            node("u", None, ["t"], message("user", "Hi", {"content_type": "image_asset_pointer"}, time=1.0)),
            node(
                "t",
                "u",
                [],
                message(
                    "assistant",
                    time=2.0,
                    content={"content_type": "thoughts", "thoughts": [{"summary": "s", "content": "c"}]},
                    metadata={"citations": [{"metadata": {"url": "u"}}], "finish_details": {"type": "stop"}},
                ),
            ),
        )
    ],
    "claude": [
        claude(
            claude_message(
                "u",
                "human",
                {"type": "tool_result", "content": [{"text": "x"}]},
                {"type": "tool_use", "input": {"a": 1}},
                second=1,
                attachments=[{"file_name": "f", "extracted_content": "c"}],
                parent_message_uuid="x",
            )
        )
    ],
    "openwebui": [open_webui()],
    "librechat": {
        "conversationId": "c",
        "options": {"model": "m"},
        "messagesTree": [libre("u", "", "t", is_user=True, children=[libre("a", "u", "t", is_user=False)])],
    },
    "sharegpt": [{"conversations": [{"from": "human", "value": "Hi"}]}],
    "jsonl": [{"messages": MESSAGES}],
    "parllama": json.loads((SAMPLES / "parllama.json").read_text()),
    "tui-chat": {
        "format": "tui-chat-session",
        "version": 1,
        "session": {"id": "s", "params": {"seed": 1}, "usage": {"cost": 1.0}},
        "messages": [{"id": "m", "session_id": "s", "role": "user", "parts": [{"kind": "text", "text": "t"}]}],
    },
}


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, one in inner for place in _places(one, (*path, step)))]


def _replaced(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    if not path:
        return wrong
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], wrong)
    return copy


@pytest.mark.parametrize("name", _SHAPES)
@settings(quick, max_examples=80)
@given(data=st.data())
def test_a_wrong_type_anywhere_breaks_nothing(tmp_path: Path, name: str, data: st.DataObject) -> None:
    value = _SHAPES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(_places(value)))
        value = _replaced(value, place, data.draw(_WRONG))

    found = read_json(tmp_path, value, name)

    assert found.sessions or found.problems or value in ([], {})
    for imported in found.sessions:
        assert imported.session.to_document()
        assert len([one.to_document() for one in imported.messages]) == len({one.id for one in imported.messages})
        seen: set[str | None] = {None}
        for one in imported.messages if name != "tui-chat" else ():
            assert one.parent_id in seen
            seen.add(one.id)


@quick
@given(st.binary(max_size=300), st.sampled_from(sorted(IMPORTERS)))
def test_any_bytes_are_read_by_any_importer_without_an_error(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)

    assert read_path(path, name).sessions in ([], read_path(path, name).sessions)
    read_path(path)


@cache
def whole_database(sample: str) -> bytes:
    """Return the bytes of a database without damage."""
    with TemporaryDirectory() as folder:
        return database(sample, Path(folder) / "store.db").read_bytes()


@pytest.mark.parametrize("sample", ["elia.sql", "oterm.sql", "llm.sql", "llm-old.sql"])
@settings(quick, max_examples=15)
@given(data=st.data())
def test_a_damaged_database_is_told(tmp_path: Path, sample: str, data: st.DataObject) -> None:
    path = tmp_path / "store.db"
    whole = whole_database(sample)
    at = data.draw(st.integers(16, len(whole) - 200))
    path.write_bytes(whole[:at] + data.draw(st.binary(min_size=200, max_size=200)) + whole[at + 200 :])

    read_path(path)
    path.write_bytes(whole[:at])
    read_path(path)


@quick
@given(st.integers(0, len(AICHAT)), st.text(max_size=4))
def test_a_damaged_yaml_file_is_told(tmp_path: Path, at: int, wrong: str) -> None:
    path = tmp_path / "session.yaml"
    path.write_text(AICHAT[:at] + wrong + AICHAT[at + 3 :], encoding="utf-8", errors="replace", newline="")

    read_path(path, "aichat")
    read_path(path)


def test_yaml_that_multiplies_itself_is_refused(tmp_path: Path) -> None:
    lines = ["model: m", "a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefghijklm", "bcdefghijklmn", strict=True)
    ]
    path = tmp_path / "session.yaml"
    path.write_text("\n".join([*lines, "messages: [*n]"]))

    assert [one.why for one in read_path(path).problems] == ["it is no session of aichat, or not all of it"]


def test_a_text_that_begins_like_a_bitmap_is_a_text() -> None:
    assert image(b"BMW makes cars, and nothing else.") is None
    assert image(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0") is not None


@pytest.mark.parametrize(
    ("name", "facts"), [("librechat", {"conversationId": None}), ("parllama", {"id": None, "llm_config": {}})]
)
def test_sessions_without_an_id_are_told_apart(tmp_path: Path, name: str, facts: dict[str, Any]) -> None:
    rows = [{**facts, "messages": [{"role": "user", "text": words, "content": words}]} for words in ("one", "two")]
    sessions = read_json(tmp_path, rows, name).sessions
    assert len({found.session.id for found in sessions}) == 2
