from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tui_chat.domain.errors import ChatError, ProviderError
from tui_chat.domain.events import Finished, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, CitationPart, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.tree import MessageTree, turn_of
from tui_chat.domain.usage import Usage, estimate_tokens


def test_to_dict_has_no_empty_fields() -> None:
    session = ChatSession(name="a", tags=[])
    plain = session.to_dict()
    assert plain["name"] == "a"
    assert not {"tags", "project", "deleted_at", "system_prompt", "params"} & set(plain)
    assert plain["pinned"] is False


def test_text_joins_the_text_parts() -> None:
    parts = [TextPart(text="a"), CitationPart(number=1, title="t"), TextPart(text="b")]
    message = ChatMessage(session_id="s", role=Role.ASSISTANT, parts=list(parts))
    assert message.text == "ab"
    assert [one.number for one in message.citations] == [1]


def test_events_are_told_apart_by_their_kind() -> None:
    adapter: TypeAdapter[StreamEvent] = TypeAdapter(StreamEvent)
    assert adapter.validate_python({"kind": "text", "text": "x"}) == TextDelta(text="x")
    assert adapter.validate_json(Finished().model_dump_json()) == Finished()


def test_usage_adds_up_and_an_unknown_cost_is_no_zero() -> None:
    assert (Usage(input_tokens=1) + Usage(output_tokens=2)).cost is None
    assert (Usage(cost=0.5) + Usage(estimated=True)) == Usage(cost=0.5, estimated=True)
    assert estimate_tokens("") == 0
    assert estimate_tokens("abcde") == 2


def test_every_error_says_what_to_do() -> None:
    def below(kind: type[ChatError]) -> list[type[ChatError]]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    for kind in below(ProviderError):
        error = kind("It failed")
        assert error.sentence == f"It failed. {error.advice}"
        assert error.advice.endswith(".")
        assert error.to_message_error().kind == kind.__name__


@given(st.lists(st.integers(-1, 8), max_size=9))
def test_a_tree_that_grows_is_the_tree_of_all_its_messages(parents: list[int]) -> None:
    messages = [
        ChatMessage(id=str(number), parent_id=None if parent < 0 else str(parent), session_id="s", role=Role.USER)
        for number, parent in enumerate(parents)
    ]
    whole, grown = MessageTree(messages), MessageTree()
    for message in messages:
        grown.add(message)
    for one in (None, *(message.id for message in messages)):
        assert grown.children(one) == whole.children(one)


def test_a_time_without_a_zone_is_in_utc() -> None:
    plain = {"id": "a", "updated_at": "2024-05-01T10:00:00"}
    assert ChatSession.model_validate(plain).updated_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


@given(st.lists(st.integers(-1, 8), max_size=9), st.integers(0, 9))
def test_a_branch_ends_whatever_the_parents_are(parents: list[int], leaf: int) -> None:
    messages = [
        ChatMessage(id=str(number), parent_id=None if parent < 0 else str(parent), session_id="s", role=Role.USER)
        for number, parent in enumerate(parents)
    ]
    tree = MessageTree(messages)
    branch = tree.branch(str(leaf))
    assert len({message.id for message in branch}) == len(branch)
    if messages and all(parent < number for number, parent in enumerate(parents)):
        assert branch[0].parent_id is None


def test_a_turn_is_a_prompt_and_its_reply() -> None:
    prompt = ChatMessage(session_id="s", role=Role.USER)
    reply = ChatMessage(session_id="s", role=Role.ASSISTANT, parent_id=prompt.id)
    assert turn_of([prompt, reply], 0) == (prompt, reply)
    assert turn_of([prompt, reply], 1) == (reply, None)
    assert turn_of([prompt], 0) == (prompt, None)
