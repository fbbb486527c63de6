from __future__ import annotations

from hypothesis import given, settings

from tests.unit.exporters.samples import exports
from tui_chat.chat.exporting import export_session
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor, secrets_in, summary, texts_of
from tui_chat.chat.secret_rules import Kind
from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    ImagePart,
    MessageError,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.base import Export
from tui_chat.exporters.registry import EXPORTERS

_KEY = "sk-proj-" + "a1B2c3D4" * 6
_MAIL = "anna@firma.de"


def told(text: str) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text=text)])


def test_the_same_thing_has_the_same_placeholder_in_all_sessions() -> None:
    redactor = Redactor()

    assert redactor.text(f"{_MAIL} and bob@firma.de") == "«email-1» and «email-2»"
    assert redactor.text(f"ANNA@firma.de: {_KEY}, {_KEY}") == "«email-1»: «key-1», «key-1»"

    assert [(one.placeholder, one.shown, one.times) for one in redactor.findings] == [
        ("«email-1»", _MAIL, 2),
        ("«email-2»", "bob@firma.de", 1),
        ("«key-1»", "sk-p…c3D4", 2),
    ]
    assert summary(redactor.findings) == "2 emails, 1 key"


def test_a_secret_that_was_recognised_once_is_replaced_everywhere() -> None:
    messages = [told("Is hunter22hunter good?"), told("password=hunter22hunter")]

    _, clean = Redactor().records(ChatSession(id="s"), messages)

    assert [one.text for one in clean] == ["Is «password-1» good?", "password=«password-1»"]
    assert messages[0].text == "Is hunter22hunter good?"


def everywhere() -> OpenSession:
    """A session with a key in every field that holds words, and one of a newer version beside them."""
    session = ChatSession.model_validate(
        {
            "id": "s",
            "name": f"About {_KEY}",
            "system_prompt": _KEY,
            "tags": [_KEY],
            "project": _KEY,
            "notification": _KEY,
            "remote_id": _KEY,
            "model": "claude-sonnet-4-5",
            "mood": {"why": [_KEY]},
        }
    )
    parts = [
        TextPart(text=_KEY),
        ReasoningPart(text=_KEY, metadata={"signature": _KEY}),
        ImagePart(media_type="image/png", url=f"https://a.b/{_KEY}", name=_KEY),
        FilePart(name=_KEY, text=_KEY),
        CitationPart(number=1, title=_KEY, url=_KEY, description=_KEY),
        ToolCallPart(call_id="c", name=_KEY, arguments=f'{{"key": "{_KEY}"}}'),
        ToolResultPart(call_id="c", text=_KEY),
    ]
    reply = ChatMessage(
        id="r",
        session_id="s",
        role=Role.ASSISTANT,
        parts=parts,
        error=MessageError(kind="x", text=_KEY, advice=_KEY, server_words=_KEY, request_id=_KEY),
        feedback=_KEY,
        remote_id=_KEY,
    )
    session.current_node = "r"
    return OpenSession(session, MessageTree([reply]))


def test_no_field_lets_a_key_through_in_any_format() -> None:
    opened = everywhere()
    for name in EXPORTERS.keys() - {"pdf"}:
        redactor = Redactor()
        exported = export_session(opened, name, None, redactor)
        assert _KEY[:20] not in exported.stem + exported.text
        assert exported.stem.endswith("about-key-1")
        assert [one.placeholder for one in redactor.findings] == ["«key-1»"]
    assert _KEY in export_session(opened, "json").text


def test_what_is_no_words_stays() -> None:
    session, (reply,) = Redactor().records(everywhere().session, everywhere().tree)

    assert (session.id, session.model, reply.id, reply.parts[0].kind) == ("s", "claude-sonnet-4-5", "r", "text")
    assert reply.parts[1] == ReasoningPart(text="«key-1»")
    assert session.remote_id == reply.remote_id == ""


@given(exports)
@settings(max_examples=60, deadline=None)
def test_sessions_without_secrets_keep_everything_but_what_servers_need(export: Export) -> None:
    redactor = Redactor()

    session, messages = redactor.records(export.session, export.tree)

    if not redactor.findings:
        assert session.model_copy(update={"remote_id": export.session.remote_id}) == export.session
    assert [(one.id, one.role, len(one.parts)) for one in messages] == [
        (one.id, one.role, len(one.parts)) for one in export.tree
    ]


def test_only_secrets_are_a_reason_to_stop_a_prompt() -> None:
    found = secrets_in([f"I am {_MAIL} at /home/anna", f"my key {_KEY}"])

    assert [(one.kind, one.shown) for one in found] == [(Kind.KEY, "sk-p…c3D4")]


def test_what_is_attached_is_looked_at_wherever_it_is_cut() -> None:
    key = "sk-proj-" + "Ab3dEf6hIj9kLm2nOp5qRs8t"
    for at in range(49_950, 50_010, 7):
        text = "x " * (at // 2) + key + " y" * 60_000
        pieces = texts_of(
            "Look at this.", [FilePart(name="log", text=text), ImagePart(media_type="image/png", data="A")]
        )
        assert max(map(len, pieces)) <= 60_000
        assert [found.kind for found in secrets_in(pieces)] == [Kind.KEY]
    clean = Redactor().parts([FilePart(name="env", text=f"KEY={key}")])
    assert clean == [FilePart(name="env", text="KEY=«key-1»")]
    assert texts_of("", []) == [""]
