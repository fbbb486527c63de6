from __future__ import annotations

import json

from hypothesis import given

from tests.unit.exporters.samples import exports, full_export
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.base import Export
from tui_chat.exporters.session_json import render


def read(text: str) -> tuple[ChatSession, list[ChatMessage]]:
    """The records that a file holds."""
    plain = json.loads(text)
    assert (plain["format"], plain["version"]) == ("tui-chat-session", 1)
    return ChatSession.model_validate(plain["session"]), list(map(ChatMessage.model_validate, plain["messages"]))


@given(exports)
def test_reading_back_what_was_written_gives_equal_records(export: Export) -> None:
    written = render(export).encode("utf-8")  # fails if there is a character without UTF-8 form

    assert read(written.decode("utf-8")) == (export.session, export.tree)


def test_everything_is_written_whatever_the_options_say() -> None:
    assert render(full_export(facts=False, reasoning=False, tree=False)) == render(full_export())


def test_fields_of_a_newer_version_are_kept() -> None:
    session = ChatSession.model_validate({"id": "s1", "colour": "red"})
    message = ChatMessage.model_validate({"session_id": "s1", "role": "user", "mood": {"x": None}})

    kept, messages = read(render(Export(session=session, messages=[], tree=[message])))

    assert kept.model_extra == {"colour": "red"}
    assert messages[0].model_extra == {"mood": {"x": None}}
