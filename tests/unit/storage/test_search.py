"""Searching the history: what is found, in which order, and by whom it was written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, aclosing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_chat.domain.errors import HistoryUnreadable
from tui_chat.domain.messages import ChatMessage, ImagePart, MessageStatus, Part, ReasoningPart, Role, TextPart
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage import searching
from tui_chat.storage.history import History
from tui_chat.storage.hits import Found
from tui_chat.storage.library import Library
from tui_chat.storage.needles import Haystack, Needle
from tui_chat.storage.query import parse

START = datetime(2025, 3, 1, 12, tzinfo=UTC)


def message(text: str, role: Role = Role.USER, **fields: object) -> ChatMessage:
    return ChatMessage.model_validate(
        {"session_id": "", "role": role, "parts": [TextPart(text=text)], "created_at": START, **fields}
    )


def add(history: History, session_id: str, *messages: ChatMessage | str, **fields: object) -> None:
    """Add a session; its messages are ``<id>1``, ``<id>2`` and so on."""
    session = ChatSession.model_validate({"id": session_id, "name": "", "updated_at": START, **fields})
    found = [message(one) if isinstance(one, str) else one for one in messages]
    for number, one in enumerate(found, 1):
        one.id, one.session_id = f"{session_id}{number}", session_id
    history.save(session.to_document(), [one.to_document() for one in found])


def find(history: History, text: str) -> list[Found]:
    search = history.search(text)
    try:
        return [found for batch in iter(search.go_on, None) for found in batch]
    finally:
        search.close()


def ids(history: History, text: str) -> list[str]:
    """Return the ids of the sessions and messages that are found; a session for its title."""
    return [hit.message_id or found.session.id for found in find(history, text) for hit in found.hits]


Opener = Callable[[Path | None], History]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens histories, and closes them."""
    with ExitStack() as stack:

        def open_one(path: Path | None) -> History:
            history = History(path)
            stack.callback(history.close)
            history.open()
            return history

        yield open_one


@pytest.fixture(params=["file", "memory", "foreign"])
def history(request: pytest.FixtureRequest, tmp_path: Path, opened: Opener) -> History:
    """An empty history: in a file, in memory, and in a file that TinyDB wrote."""
    path = tmp_path / "history.json"
    if request.param == "foreign":
        path.write_text("{}")
    return opened(None if request.param == "memory" else path)


def test_titles_and_messages_newest_session_first(history: History) -> None:
    add(history, "a", "a bird", name="Of fish")
    add(history, "b", "some FISH", "none", "fish and fish", updated_at=START + timedelta(days=1))
    add(history, "c", "neither", updated_at=START + timedelta(days=2))
    first, second = find(history, "fish")
    assert [found.session.id for found in (first, second)] == ["b", "a"]
    assert [(hit.message_id, hit.role) for hit in first.hits] == [("b1", Role.USER), ("b3", Role.USER)]
    assert first.total == 2
    assert [(hit.message_id, hit.role) for hit in second.hits] == [(None, None)]
    excerpt = second.hits[0].excerpt
    assert excerpt.text == "Of fish" and excerpt.spans == ((3, 7),)


def test_all_words_in_one_message(history: History) -> None:
    add(history, "a", "red fish", "red bird", "red and blue fish", name="red")
    assert ids(history, "red fish") == ["a1", "a3"]
    assert ids(history, '"red fish"') == ["a1"]
    assert ids(history, "red -fish") == ["a", "a2"]
    assert ids(history, "-fish") == []
    assert ids(history, "") == []


def test_only_the_first_hits_of_a_session(history: History) -> None:
    add(history, "a", *(f"fish {number}" for number in range(9)), name="fish")
    (found,) = find(history, "fish")
    assert [hit.message_id for hit in found.hits] == [None, "a1", "a2", "a3"]
    assert found.total == 10


def test_more_than_nine_messages_stay_in_order(history: History) -> None:
    add(history, "a", *("bird" for _ in range(8)), "fish", "fish", "fish")
    assert ids(history, "fish") == ["a9", "a10", "a11"]


def test_what_was_thought_is_searched_too(history: History) -> None:
    parts: list[Part] = [ReasoningPart(text="I think of fish"), TextPart(text="It is a bird")]
    add(history, "a", message("", Role.ASSISTANT, parts=parts))
    (found,) = find(history, "fish")
    assert found.hits[0].excerpt.text == "I think of fish"
    assert ids(history, "fish bird") == ["a1"]


def test_the_trash_only_when_asked_for(history: History) -> None:
    add(history, "a", "fish", name="fish")
    add(history, "b", "fish", name="fish", deleted_at=START)
    assert ids(history, "fish") == ["a", "a1"]
    assert ids(history, "fish is:deleted") == ["b", "b1"]
    assert ids(history, "is:deleted") == ["b"]
    assert ids(history, "fish -is:deleted") == ["a", "a1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is:pinned", ["p"]),
        ("is:archived", ["a"]),
        ("is:pinned fish", ["p1"]),
        ("-is:pinned fish", ["a2", "i1", "i2"]),
        ("is:interrupted", ["i"]),
        ("is:interrupted fish", ["i2"]),
        ("project:house", ["p"]),
        ("tag:Work", ["a"]),
        ("tag:wor", []),
        ("tag:plage", ["i"]),
        ("role:assistant", ["p2", "a1", "i2"]),
        ("role:assistant fish", ["i2"]),
        ("model:qwen fish", ["a2", "i2"]),
        ("model:qwen", ["a"]),
        ("provider:local fish", ["i2"]),
        ("before:2025-03-01 fish", ["i1"]),
        ("after:2025-03-01 fish", ["p1", "a2", "i2"]),
        ("has:code", ["p2"]),
        ("lang:py", ["p2"]),
        ("-lang:py has:code", []),
        ("has:image", ["a1"]),
        ("has:reasoning", ["a1"]),
        ("-has:image fish", ["p1", "a2", "i1", "i2"]),
        ("-model:qwen fish", ["p1", "i1"]),
    ],
)
def test_filters(history: History, query: str, found: list[str]) -> None:
    order = count()

    def later() -> datetime:
        return START + timedelta(days=30 - next(order))

    code = message("so:\n```py\nx = 1\n```", Role.ASSISTANT)
    add(history, "p", "fish", code, name="P", pinned=True, project="My House", updated_at=later())
    image: list[Part] = [ImagePart(media_type="image/png", data="AAAA"), ReasoningPart(text="hm")]
    picture = message("", Role.ASSISTANT, parts=image)
    add(history, "a", picture, "fish", archived=True, tags=["work"], model="Qwen3:8b", updated_at=later())
    old = message("fish", created_at=START - timedelta(days=9))
    cut = message("fish", Role.ASSISTANT, status=MessageStatus.INTERRUPTED, provider="local", model="qwen")
    add(history, "i", old, cut, status=SessionStatus.INTERRUPTED, tags=["Plage"], updated_at=later())
    assert ids(history, query) == found


def test_an_answer_to_the_same_prompt_is_found_too(history: History) -> None:
    add(history, "a", "prompt", message("a fish", parent_id="a1"), message("a bird", parent_id="a1"), current_node="a3")
    assert ids(history, "fish") == ["a2"]


def test_what_changes_is_found_as_it_is_now(history: History) -> None:
    add(history, "a", "fish", "fish")
    session = history.session("a")
    assert session is not None
    changed = history.messages("a")[0]
    changed.parts = [TextPart(text="bird")]
    history.save(session.to_document(), [changed.to_document()])
    assert ids(history, "fish") == ["a2"]
    assert ids(history, "bird") == ["a1"]
    history.remove_messages(session.to_document(), ["a2"], [])
    assert ids(history, "fish") == []
    history.purge(["a"])
    assert ids(history, "bird") == []


def test_what_another_process_writes_is_found(tmp_path: Path, opened: Opener) -> None:
    ours, theirs = opened(tmp_path / "h.json"), opened(tmp_path / "h.json")
    add(theirs, "a", "fish")
    assert ids(ours, "fish") == ["a1"]


def test_it_goes_on_in_what_was_there_when_it_began(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PATIENCE", (-1, -1))
    for name in "abc":
        add(history, name, "fish")
    search = history.search("fish")
    first = search.go_on()
    assert first is not None and len(first) == 1
    history.purge(["a", "b", "c"])
    rest = [found for batch in iter(search.go_on, None) for found in batch]
    assert all(found.hits for found in rest)
    search.close()
    assert ids(history, "fish") == []


def test_closed_it_finds_nothing_more(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PATIENCE", (-1, -1))
    add(history, "a", "fish")
    add(history, "b", "fish")
    search = history.search("fish")
    assert search.go_on()
    search.close()
    search.close()
    assert search.go_on() is None


def test_documents_that_are_none_do_no_harm(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "h.json"
    session = json.loads(ChatSession(id="a", name="Fish").model_dump_json())
    good = json.loads(message("fish", id="m", session_id="a").model_dump_json())
    bad = [{"id": "x", "parts": "fish"}, {"id": "y", "parts": ["fish", {"kind": "text", "text": 1}]}, {"fish": 1}]
    bad.append({**good, "role": "fish"})
    tables = {
        "sessions": {"1": session, "2": {"id": "b", "name": "Fish", "tags": 3}, "3": {"name": None}},
        "messages/a": {str(number): one for number, one in enumerate([*bad, good], 1)},
    }
    path.write_text(json.dumps(tables))
    history = opened(path)
    assert ids(history, "fish") == ["a", "m"]
    assert ids(history, "role:user fish") == ["m"]


def test_a_disk_that_cannot_be_read_is_told(tmp_path: Path, opened: Opener) -> None:
    history = opened(tmp_path / "h.json")
    add(history, "a", "fish")
    search = history.search("fish")
    assert search._lines._descriptor is not None
    os.close(search._lines._descriptor)
    with pytest.raises(HistoryUnreadable, match=r"h\.json cannot be read"):
        search.go_on()


async def test_through_the_library(tmp_path: Path) -> None:
    async with Library(tmp_path / "h.json") as library:
        session = ChatSession(id="a", name="Fish")
        await library.save(session, [message("a fish", id="m", session_id="a")])
        batches = [batch async for batch in library.search("fish")]
        (found,) = [found for batch in batches for found in batch]
        assert [hit.message_id for hit in found.hits] == [None, "m"]


async def test_a_search_that_is_not_ended_lets_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PATIENCE", (-1, -1))
    async with Library(tmp_path / "h.json") as library:
        for number in range(20):
            await library.save(ChatSession(id=f"s{number}", name=f"fish {number}"))
        async with aclosing(library.search("fish")) as first:
            assert len(await anext(first)) == 1
            await library.save(ChatSession(name="new fish"))
            assert len([found async for batch in library.search("fish") for found in batch]) == 21


WORDS = st.sampled_from(
    ("fish", "Fish", "bird", "café", "cafe", "\ufb01sh", "\u212aelvin", "kelvin", "мир", "МИР", "x\x1by", '"', "\\n")
)
TEXTS = st.lists(WORDS | st.sampled_from((" ", "\n", "\u00a0")), max_size=8).map("".join)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(TEXTS, max_size=4), max_size=4), st.lists(WORDS | TEXTS, min_size=1, max_size=2))
def test_it_finds_what_a_look_at_every_message_finds(sessions: list[list[str]], typed: list[str]) -> None:
    history = History(None)
    history.open()
    for number, texts in enumerate(sessions):
        add(history, str(number), *texts, updated_at=START - timedelta(days=number))
    query = " ".join(f'"{word}"' for word in typed if '"' not in word)
    needles = [Needle(word) for word in parse(query).words]
    expected = {
        str(number): total
        for number, texts in enumerate(sessions)
        if needles and (total := sum(all(one.is_in(Haystack(text)) for one in needles) for text in texts))
    }
    assert [(found.session.id, found.total) for found in find(history, query)] == list(expected.items())
