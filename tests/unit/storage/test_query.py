"""What is typed into the search field, and how it is understood."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.storage.query import Filter, Operator, Query, parse, replace_filters

TODAY = date(2025, 3, 31)


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number).astimezone()


def only_filter(text: str) -> Filter:
    query = parse(text, TODAY)
    assert query.words == () and query.notes == ()
    (found,) = query.filters
    return found


@pytest.mark.parametrize(
    ("text", "words", "without"),
    [
        ("", (), ()),
        ("  \t ", (), ()),
        ("one  two", ("one", "two"), ()),
        ('"a  phrase" word', ("a phrase", "word"), ()),
        ('word "not closed yet', ("word", "not closed yet"), ()),
        ("this -that", ("this",), ("that",)),
        ('this -"that there"', ("this",), ("that there",)),
        ("this -", ("this",), ()),
        ("--verbose a-b", ("--verbose", "a-b"), ()),
        ('""', (), ()),
        ('"-"', ("-",), ()),
        ("https://a.test/x std::vector 12:30", ("https://a.test/x", "std::vector", "12:30"), ()),
        ('"role:user"', ("role:user",), ()),
        ('say"hi there"', ('say"hi', 'there"'), ()),
    ],
)
def test_words(text: str, words: tuple[str, ...], without: tuple[str, ...]) -> None:
    assert parse(text, TODAY) == Query(words, without)


@pytest.mark.parametrize(
    ("text", "operator", "value"),
    [
        ("model:gpt-4o", Operator.MODEL, "gpt-4o"),
        ("Model:gpt-4o", Operator.MODEL, "gpt-4o"),
        ("model:qwen:7b", Operator.MODEL, "qwen:7b"),
        ("provider:local", Operator.PROVIDER, "local"),
        ("role:User", Operator.ROLE, "user"),
        ("has:code", Operator.HAS, "code"),
        ("lang:C++", Operator.LANG, "C++"),
        ('project:"my  house"', Operator.PROJECT, "my house"),
        ("tag:later", Operator.TAG, "later"),
        ("is:archived", Operator.IS, "archived"),
    ],
)
def test_filters(text: str, operator: Operator, value: str) -> None:
    assert only_filter(text) == Filter(operator, value)
    assert only_filter("-" + text) == Filter(operator, value, is_negated=True)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024", day(2024, 1, 1)),
        ("2024-02", day(2024, 2, 1)),
        ("2024-2-9", day(2024, 2, 9)),
        ("2024-02-29", day(2024, 2, 29)),
        ("today", day(2025, 3, 31)),
        ("Yesterday", day(2025, 3, 30)),
        ("7d", day(2025, 3, 24)),
        ("0d", day(2025, 3, 31)),
    ],
)
def test_dates_are_local_midnights(value: str, moment: datetime) -> None:
    assert only_filter(f"before:{value}").moment == moment
    assert only_filter(f"after:{value}").moment == moment
    assert moment.tzinfo is not None


def test_relative_dates_count_from_now() -> None:
    (found,) = parse("after:1d").filters
    assert found.moment is not None
    assert 0 < (datetime.now().astimezone() - found.moment).total_seconds() < 50 * 3600


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("colour:red", "colour: is not a filter, so it is searched for as text."),
        ("role:", "role: needs a value."),
        ('role:""', "role: needs a value."),
        ("role:boss", "role: takes system, user, assistant or tool."),
        ("has:sound", "has: takes code, image or reasoning."),
        ("is:new", "is: takes pinned, interrupted, archived or deleted."),
        *(
            (f"before:{value}", "before: takes a date such as 2025-03-31, 2025-03, 2025, today, yesterday or 7d.")
            for value in ("2025-02-30", "2025-13", "0000", "99999999999d", "someday", "²d", "2025-03-31T10")
        ),
    ],
)
def test_what_is_not_understood_is_searched_for(text: str, note: str) -> None:
    query = parse(f"{text} -{text}", TODAY)
    plain = text.replace('"', "")
    assert query == Query((plain,), (plain,), (), (note, note))


def test_empty() -> None:
    assert parse("").is_empty
    assert parse("-never").is_empty
    assert not parse("word").is_empty
    assert not parse("is:pinned").is_empty


@given(st.text(st.sampled_from('ab:-" /0dé²') | st.characters(codec="utf-8")))
def test_nothing_raises(text: str) -> None:
    for query in (parse(text, TODAY), parse(f"before:{text}", TODAY), parse(f'"{text}', TODAY)):
        assert all(word.strip() for word in query.words + query.without)
        assert all(note.endswith(".") for note in query.notes)


@pytest.mark.parametrize(
    ("text", "by", "replaced"),
    [
        ("fish", "tag:work", "fish tag:work"),
        ("tag:a fish", "tag:work", "fish tag:work"),
        ('tag:"a b" "red  fish" -tag:c', "", '"red  fish"'),
        ("is:pinned fish", "tag:work", "is:pinned fish tag:work"),
        ("tag: fish", "", "tag: fish"),
        ("", "", ""),
    ],
)
def test_filters_are_replaced_in_what_was_typed(text: str, by: str, replaced: str) -> None:
    assert replace_filters(text, lambda one: one.operator is Operator.TAG, by) == replaced


def test_a_filter_reads_as_it_is_typed() -> None:
    for text in ("tag:work", "-is:pinned", 'project:"my house"'):
        assert str(parse(text).filters[0]) == text
