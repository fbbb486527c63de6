from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.unit.exporters.samples import exports, full_export
from tui_chat.domain.errors import TransferError
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.base import Export
from tui_chat.exporters.session_json import parse, render


@given(exports)
def test_reading_back_what_was_written_gives_equal_records(export: Export) -> None:
    written = render(export).encode("utf-8")  # fails if there is a character without UTF-8 form

    assert parse(written.decode("utf-8")) == (export.session, export.tree)


def test_everything_is_written_whatever_the_options_say() -> None:
    assert render(full_export(facts=False, reasoning=False, tree=False)) == render(full_export())


def test_fields_of_a_newer_version_are_kept() -> None:
    session = ChatSession.model_validate({"id": "s1", "colour": "red"})
    message = ChatMessage.model_validate({"session_id": "s1", "role": "user", "mood": {"x": None}})

    read, messages = parse(render(Export(session=session, messages=[], tree=[message])))

    assert read.model_extra == {"colour": "red"}
    assert messages[0].model_extra == {"mood": {"x": None}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a session"),
        ('{"format": "other"}', "not a session"),
        ('{"format": "tui-chat-session", "version": 2}', "version 2"),
        ('{"format": "tui-chat-session", "version": true, "messages": {}}', "no list"),
        ('{"format": "tui-chat-session", "version": 1, "session": [], "messages": []}', "damaged at ChatSession"),
        (
            '{"format": "tui-chat-session", "version": 1, "session": {}, "messages": [{"session_id": "s", "role": 1}]}',
            "damaged at role",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(TransferError, match=words):
        parse(text)


def test_a_file_cut_short_is_refused() -> None:
    written = render(full_export())

    with pytest.raises(TransferError):
        parse(written[: len(written) // 2])
    assert json.loads(written)["version"] == 1
