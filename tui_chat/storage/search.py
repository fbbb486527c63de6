"""Search over titles and messages, newest sessions first, without an index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from tui_chat.domain.messages import ChatMessage, ImagePart, MessageStatus, ReasoningPart, Role
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.excerpts import excerpt
from tui_chat.storage.hits import Excerpt, Found, Hit
from tui_chat.storage.layout import Documents
from tui_chat.storage.needles import Haystack, Needle, Prefilter, plain
from tui_chat.storage.query import Filter, Operator, Query
from tui_chat.storage.session_rows import load

#: Filters that only a message can fit.
_OF_MESSAGES = frozenset({Operator.ROLE, Operator.HAS, Operator.LANG})

#: Parts of messages that are searched.
_SEARCHED = ("text", "reasoning")

#: Messages that are given of a session, at the most.
_SHOWN = 3

#: A fence around code, and the language behind it.
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*([^\s`]*)", re.MULTILINE)


class Source(NamedTuple):
    """Where is searched."""

    sessions: Iterable[Mapping[str, Any]]
    """The sessions as they are stored, in the order in which they are to be found."""
    lines_of: Callable[[str], Iterable[bytes]]
    """Returns the lines with the messages of a session by its id, as JSON."""
    messages_of: Callable[[str], Documents]
    """Returns the messages of a session as they are stored; asked only if one of its lines may fit."""


def search(query: Query, source: Source) -> Iterator[Found | None]:
    """Look into session after session, so that the caller can stop between any two.

    Filters alone, without a word, find titles; messages where a filter is about messages.
    Sessions in the trash are searched only with ``is:deleted``.

    Args:
        query: What is searched for. An empty one finds nothing.
        source: Where.

    Yields:
        For each session its hits, or ``None`` if it has none.
    """
    if query.is_empty:
        return
    matcher = _Matcher(query)
    prefilter = Prefilter(query)
    for document in source.sessions:
        yield _look_into(document, source, matcher, prefilter)


def _look_into(document: Mapping[str, Any], source: Source, matcher: _Matcher, prefilter: Prefilter) -> Found | None:
    # Of most sessions nothing is made but these two tests.
    if (document.get("deleted_at") is not None) is not matcher.is_in_trash:
        return None
    session_id, name = str(document.get("id")), str(document.get("name"))
    may_say_it = matcher.is_about_messages and any(map(prefilter.may_contain, source.lines_of(session_id)))
    may_be_called_so = matcher.has_title and matcher.fit_words([name])
    if not (may_say_it or may_be_called_so):
        return None
    session = load(ChatSession, document)
    if session is None or not matcher.may_be_in(session):
        return None
    title = [_title_hit(session, matcher)] if may_be_called_so and matcher.fits_title(session) else []
    messages: list[Hit] = []
    count = 0
    for message in _fitting(session, source.messages_of, matcher) if may_say_it else ():
        count += 1
        if len(messages) < _SHOWN and (hit := _hit(message, matcher)) is not None:
            messages.append(hit)
    return Found(session, (*title, *messages), len(title) + count) if title or messages else None


def _fitting(
    session: ChatSession, messages_of: Callable[[str], Documents], matcher: _Matcher
) -> Iterator[Mapping[str, Any]]:
    """Yield the messages that fit, as they are stored."""
    documents: Documents = {}
    with suppress(ValueError):  # damaged: whoever opens the session is told so
        documents = messages_of(session.id)
    for number in sorted(documents, key=int):
        if matcher.fit_words(_texts(documents[number])) and matcher.fits(session, documents[number]):
            yield documents[number]


def _title_hit(session: ChatSession, matcher: _Matcher) -> Hit:
    return Hit(None, None, matcher.excerpt([session.name]))


def _hit(document: Mapping[str, Any], matcher: _Matcher) -> Hit | None:
    message = load(ChatMessage, document)
    if message is None:
        return None
    # What the user writes is shown as it was typed.
    return Hit(message.id, message.role, matcher.excerpt(_texts(document), is_markdown=message.role is not Role.USER))


class _Matcher:
    """A query, as it is held against sessions and messages."""

    def __init__(self, query: Query) -> None:
        self._words = [Needle(text) for text in query.words]
        self._without = [Needle(text) for text in query.without]
        self._of_sessions = [one for one in query.filters if _is_of_sessions(one)]
        self._filters = [one for one in query.filters if not _is_of_sessions(one)]
        self.has_title = not any(one.operator in _OF_MESSAGES for one in query.filters)
        self.is_in_trash = any(one.value == "deleted" and not one.is_negated for one in self._of_sessions)
        self.is_about_messages = bool(query.words) or not self.has_title

    def may_be_in(self, session: ChatSession) -> bool:
        """Return whether anything of a session may be a hit."""
        return all(_session_fits(session, one) is not one.is_negated for one in self._of_sessions)

    def fits_title(self, session: ChatSession) -> bool:
        """Return whether the filters let the title of a session be a hit."""
        return all(_title_fits(session, one) is not one.is_negated for one in self._filters)

    def fits(self, session: ChatSession, document: Mapping[str, Any]) -> bool:
        """Return whether the filters let a message of a session be a hit."""
        if not self._filters:
            return True  # no object is made of it then, which would take longer than all else
        message = load(ChatMessage, document)
        return message is not None and all(
            _message_fits(session, message, one) is not one.is_negated for one in self._filters
        )

    def fit_words(self, texts: Sequence[str]) -> bool:
        """Return whether all words are in texts that belong together, and none that must not be there."""
        haystacks = [Haystack(text) for text in texts]
        return all(any(needle.is_in(one) for one in haystacks) for needle in self._words) and not any(
            needle.is_in(one) for needle in self._without for one in haystacks
        )

    def excerpt(self, texts: Sequence[str], *, is_markdown: bool = False) -> Excerpt:
        """Return the excerpt of the first text with a hit."""
        for text in texts:
            haystack = Haystack(text)
            if any(needle.is_in(haystack) for needle in self._words):
                return excerpt(text, self._words, is_markdown=is_markdown)
        return excerpt(next((text for text in texts if text.strip()), ""), [], is_markdown=is_markdown)


def _texts(document: Mapping[str, Any]) -> list[str]:
    """Return what is searched of a message as it is stored: what it says first, then what was thought before."""
    parts = document.get("parts")
    if not isinstance(parts, list):
        return []
    known = [(part.get("kind"), part.get("text")) for part in parts if isinstance(part, Mapping)]
    return [text for one in _SEARCHED for kind, text in known if kind == one and isinstance(text, str)]


def _is_of_sessions(one: Filter) -> bool:
    """Return whether a filter is about whole sessions."""
    if one.operator is Operator.IS:
        return one.value != "interrupted"
    return one.operator in (Operator.PROJECT, Operator.TAG)


def _session_fits(session: ChatSession, one: Filter) -> bool:
    if one.operator is Operator.PROJECT:
        return _holds(session.project, one.value)
    if one.operator is Operator.TAG:
        return any(_holds(tag, one.value) and len(plain(tag)) == len(plain(one.value)) for tag in session.tags)
    return {"pinned": session.pinned, "archived": session.archived, "deleted": session.is_deleted}[one.value]


def _title_fits(session: ChatSession, one: Filter) -> bool:
    match one.operator:
        case Operator.MODEL:
            return _holds(session.model, one.value)
        case Operator.PROVIDER:
            return _holds(session.provider, one.value)
        case Operator.BEFORE:
            return one.moment is not None and session.updated_at < one.moment
        case Operator.AFTER:
            return one.moment is not None and session.updated_at >= one.moment
        case _:
            return session.status is SessionStatus.INTERRUPTED


def _message_fits(session: ChatSession, message: ChatMessage, one: Filter) -> bool:
    match one.operator:
        case Operator.MODEL:
            return _holds(message.model or session.model, one.value)
        case Operator.PROVIDER:
            return _holds(message.provider or session.provider, one.value)
        case Operator.BEFORE:
            return one.moment is not None and message.created_at < one.moment
        case Operator.AFTER:
            return one.moment is not None and message.created_at >= one.moment
        case Operator.ROLE:
            return message.role == one.value
        case Operator.HAS:
            return _has(message, one.value)
        case Operator.LANG:
            return one.value.casefold() in (found.casefold() for found in _FENCE.findall(message.text))
        case _:
            return message.status is MessageStatus.INTERRUPTED


def _has(message: ChatMessage, what: str) -> bool:
    if what == "code":
        return _FENCE.search(message.text) is not None
    kind = ImagePart if what == "image" else ReasoningPart
    return any(isinstance(part, kind) for part in message.parts)


def _holds(text: str, value: str) -> bool:
    return _needle(value).is_in(Haystack(text))


@lru_cache(16)
def _needle(value: str) -> Needle:
    return Needle(value)
