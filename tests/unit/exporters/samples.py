"""A small session with a bit of everything, and strategies for any session."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    FinishReason,
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
from tui_chat.domain.sessions import ChatSession, Params
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
_numbers = st.integers(0, 10**9)
_moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC))
_seconds = st.none() | st.floats(0, 1e6)
_json = st.recursive(
    st.none() | st.booleans() | _numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
_usages = st.builds(
    Usage, input_tokens=_numbers, output_tokens=_numbers, cost=st.none() | st.floats(0, 1e6), estimated=st.booleans()
)
_parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(TextPart, text=texts),
    st.builds(ReasoningPart, text=texts, metadata=st.dictionaries(texts, _json, max_size=2)),
    st.builds(ImagePart, media_type=texts, data=texts, url=texts, name=texts),
    st.builds(FilePart, name=texts, text=texts, media_type=texts),
    st.builds(CitationPart, number=_numbers, title=texts, url=texts, description=texts),
    st.builds(ToolCallPart, call_id=texts, name=texts, arguments=texts),
    st.builds(ToolResultPart, call_id=texts, text=texts, is_error=st.booleans()),
)
sessions = st.builds(
    ChatSession,
    name=texts,
    created_at=_moments,
    model=texts,
    system_prompt=texts,
    params=st.builds(Params, temperature=_seconds, seed=st.none() | _numbers),
    tags=st.lists(texts, max_size=3),
    deleted_at=st.none() | _moments,
    current_node=st.none() | texts,
    usage=_usages,
)
_messages = st.builds(
    ChatMessage,
    session_id=texts,
    parent_id=st.none() | texts,
    role=st.sampled_from(Role),
    parts=st.lists(_parts, max_size=4),
    model=texts,
    created_at=_moments,
    status=st.sampled_from(MessageStatus),
    finish_reason=st.none() | st.sampled_from(FinishReason),
    usage=st.none() | _usages,
    timing=st.none() | st.builds(Timing, first_token=_seconds, reasoning=_seconds, total=_seconds),
    error=st.none() | st.builds(MessageError, kind=texts, text=texts, status=st.none() | _numbers),
    rating=st.sampled_from([None, -1, 1]),
    excluded=st.booleans(),
)
exports = st.builds(
    lambda session, messages, options: Export(session=session, messages=messages, tree=messages, options=options),
    sessions,
    st.lists(_messages, max_size=4),
    st.builds(ExportOptions, facts=st.booleans(), reasoning=st.booleans(), tree=st.booleans()),
)
