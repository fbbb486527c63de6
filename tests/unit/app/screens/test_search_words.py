"""What the search screen says, and its filters."""

from __future__ import annotations

import pytest

from tui_chat.app.screens.search_filters import choices, kinds
from tui_chat.app.screens.search_words import facts, hints, nothing_found, operators, spans_of
from tui_chat.storage.query import parse

PLACES, AUTHORS, TIMES, TAGS = kinds(["work", "my house"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fish", ["all sessions", "anyone", "any time", "any"]),
        ("is:archived tag:work", ["archived", "anyone", "any time", "work"]),
        ('tag:"my house" after:7d role:user', ["all sessions", "you", "last 7 days", "my house"]),
        ("is:interrupted before:2024 tag:other", ["all sessions", "anyone", "before 2024", "other"]),
        ("-role:user", ["all sessions", "-role user", "any time", "any"]),
    ],
)
def test_filters_say_what_is_typed(text: str, words: list[str]) -> None:
    assert [one.value for one in choices((PLACES, AUTHORS, TIMES, TAGS), text)] == words


def test_filters_type_one_value_after_the_other() -> None:
    text, seen = "fish", []
    for _ in range(4):
        text = PLACES.changed(text, 1)
        seen.append(text)
    assert seen == ["fish is:pinned", "fish is:archived", "fish is:deleted", "fish"]
    assert TAGS.changed("tag:unknown fish", 1) == "fish tag:work"
    assert TAGS.changed("fish tag:work", 1) == 'fish tag:"my house"'
    assert AUTHORS.changed("fish", -1) == "fish role:assistant"
    assert PLACES.changed("is:interrupted", 1) == "is:interrupted is:pinned"


def test_facts() -> None:
    assert facts(0, 0, "searching") == "searching"
    assert facts(1, 1, "3 ms") == "1 hit in 1 session · 3 ms"
    assert facts(1, 1, "", has_more=True) == "1+ hits in 1+ sessions"
    assert facts(12_345, 678, "1,000 ms") == "12,345 hits in 678 sessions · 1,000 ms"


def test_every_operator_that_is_told_is_one() -> None:
    told = [line.split("  ")[0] for line in operators().plain.splitlines()[3:]]
    assert len(told) == 10
    for typed in told:
        query = parse(typed)
        assert not query.notes and (query.filters or query.words or query.without), typed


def test_what_is_said_if_nothing_is_found() -> None:
    assert "fewer letters" in nothing_found("fish").plain
    assert "try fewer" in nothing_found("red fish").plain
    assert "filters" in nothing_found("fish tag:x").plain
    assert "foo: is not a filter" in nothing_found("foo:x").plain


def test_only_keys_that_act_are_told() -> None:
    assert [words for _, words in hints(has_hits=False, is_narrow=False, is_preview=True)] == [
        "filters",
        "keys",
        "back",
    ]
    narrow = hints(has_hits=True, is_narrow=True, is_preview=False)
    assert ("Tab", "preview") in narrow and ("Shift+Tab", "filters") in narrow and ("PgDn", "preview") not in narrow


def test_spans_are_those_of_all_words() -> None:
    assert spans_of('cafe "red fish" -bird tag:x')("A Café, a red  Fish and a bird") == [(2, 6), (10, 19)]
    assert spans_of("tag:x")("anything") == []
