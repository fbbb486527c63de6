"""A small session with a bit of everything, and strategies for any session."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    ImagePart,
    MessageError,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Timing, Usage
from tui_chat.exporters.base import Export, ExportOptions

BEGINNING = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)

#: One transparent pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def reply_export(text: str, *, name: str = "A session", facts: bool = True) -> Export:
    """A session of one prompt and one reply."""
    session = ChatSession(id="s1", name=name, created_at=BEGINNING)
    prompt = ChatMessage(id="p", session_id="s1", role=Role.USER, parts=[TextPart(text="What?")], created_at=BEGINNING)
    reply = ChatMessage(
        id="r",
        session_id="s1",
        parent_id="p",
        role=Role.ASSISTANT,
        model="m1",
        parts=[TextPart(text=text)],
        created_at=BEGINNING,
    )
    messages = [prompt, reply]
    return Export(session=session, messages=messages, tree=messages, options=ExportOptions(facts=facts))


def full_export(*, facts: bool = True, reasoning: bool = True, tree: bool = True) -> Export:
    """A session with two answers to its first prompt, every kind of part, a broken and a failed reply."""
    session = ChatSession(
        id="s1",
        name="Retry with jitter",
        created_at=BEGINNING,
        updated_at=BEGINNING,
        model="claude",
        tags=["http", "a, b"],
        usage=Usage(cost=0.0142),
        system_prompt="Be brief.",
    )
    prompt = _message("p1", None, Role.USER, TextPart(text="How?"), FilePart(name="a.py", text="x = 1\n```\n"))
    other = _message("r0", "p1", Role.ASSISTANT, TextPart(text="The other answer."), model="gpt")
    reply = _message(
        "r1",
        "p1",
        Role.ASSISTANT,
        ReasoningPart(text="Hm."),
        TextPart(text="Like **this** [1]"),
        TextPart(text=".\n\n```python\nprint('x')\n```"),
        CitationPart(number=1, title="A [source]", url="https://example.org/a b"),
        model="claude",
        timing=Timing(total=3.14, reasoning=4.0),
        usage=Usage(output_tokens=512),
    )
    picture = _message("p2", "r1", Role.USER, ImagePart(media_type="image/png", data=PIXEL, name="chart.png"))
    broken = _message("r2", "p2", Role.ASSISTANT, TextPart(text="It is"), status=MessageStatus.INTERRUPTED)
    failed = _message(
        "r3",
        "r2",
        Role.ASSISTANT,
        ToolCallPart(call_id="c", name="look", arguments='{"at": "it"}'),
        ToolResultPart(call_id="c", text="nothing", is_error=True),
        status=MessageStatus.ERROR,
        error=MessageError(kind="Overloaded", text="Too busy.", advice="Try again."),
    )
    branch = [prompt, reply, picture, broken, failed]
    return Export(
        session=session,
        messages=branch,
        tree=[prompt, other, *branch[1:]],
        options=ExportOptions(facts=facts, reasoning=reasoning, tree=tree),
    )


def _message(message_id: str, parent_id: str | None, role: Role, *parts: Part, **fields: object) -> ChatMessage:
    plain = {"id": message_id, "session_id": "s1", "parent_id": parent_id, "role": role, "created_at": BEGINNING}
    return ChatMessage.model_validate({**plain, "parts": list(parts), **fields})


#: Any text at all, halves of surrogate pairs and control characters among it.
texts = st.text(st.characters(), max_size=30)
#: Any key. pydantic has no way to write half a surrogate pair in one.
_keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=6,
)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(0, 10**9),
    float: st.floats(0, 1e6),
    bool: st.booleans(),
    type(None): st.none(),
    datetime: st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),
    Any: _json,
}


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value of a type; for a record, one with any value in every field that it has."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values_of(arguments[0])
    if origin in (Union, UnionType):
        return st.one_of([values_of(one) for one in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (list, tuple):
        return st.lists(values_of(arguments[0]), max_size=3).map(origin)
    if origin is dict:
        return st.dictionaries(_keys, values_of(arguments[1]), max_size=2)
    if issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    return st.builds(
        annotation,
        **{name: values_of(one) for name, one in get_type_hints(annotation).items() if name in annotation.model_fields},
    )


sessions: st.SearchStrategy[ChatSession] = values_of(ChatSession)
_messages: st.SearchStrategy[ChatMessage] = values_of(ChatMessage)


@st.composite
def trees(draw: st.DrawFn) -> list[ChatMessage]:
    """Messages of which each but the roots follows one before it."""
    messages = draw(st.lists(_messages, max_size=6))
    for number, message in enumerate(messages):
        message.id = f"m{number}"
        message.parent_id = draw(st.sampled_from([None, *(f"m{before}" for before in range(number))]))
    return messages


exports = st.builds(
    lambda session, messages, options: Export(session=session, messages=messages, tree=messages, options=options),
    sessions,
    trees() | st.lists(_messages, max_size=4),
    st.builds(ExportOptions, facts=st.booleans(), reasoning=st.booleans(), tree=st.booleans()),
)
