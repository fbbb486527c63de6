"""Search over titles and messages, newest sessions first, without an index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tui_chat.domain.messages import ChatMessage, ImagePart, MessageStatus, ReasoningPart, Role, TextPart
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.excerpts import Excerpt, excerpt
from tui_chat.storage.needles import Haystack, Needle, Prefilter
from tui_chat.storage.query import Filter, Operator, Query

#: Filters that only a message can fit.
_OF_MESSAGES = frozenset({Operator.ROLE, Operator.HAS, Operator.LANG})

#: A fence around code, and the language behind it.
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*([^\s`]*)", re.MULTILINE)


@dataclass(frozen=True)
class Hit:
    """A title or message that fits a query."""

    session: ChatSession
    message_id: str | None
    """``None`` for the title of the session."""
    role: Role | None
    """Who wrote the message; ``None`` for a title."""
    excerpt: Excerpt
    """What stands around the first place that fits."""
    count: int
    """How many hits there are in the session, its title among them; more than are given."""


def search(
    query: Query,
    sessions: Iterable[ChatSession],
    lines_of: Callable[[str], Iterable[bytes]],
    messages_of: Callable[[str], Sequence[ChatMessage]],
    *,
    cancelled: Callable[[], bool],
    per_session: int = 3,
) -> Iterator[Hit]:
    """Yield hits as they are found, session by session: the title first, then messages in their order.

    Filters alone, without a word, yield titles; messages where a filter is about messages.
    Sessions in the trash are searched only with ``is:deleted``.

    Args:
        query: What is searched for. An empty one yields nothing.
        sessions: Where, in the order of the hits.
        lines_of: The lines with the messages of a session by its id, as JSON.
        messages_of: The messages of a session by its id; asked only if one of its lines may fit.
        cancelled: Whether to stop, asked before each session.
        per_session: The most hits given of a session.
    """
    if query.is_empty:
        return
    matcher = _Matcher(query)
    prefilter = Prefilter(query)
    for session in sessions:
        if cancelled():
            return
        if not matcher.may_be_in(session):
            continue
        found: list[ChatMessage | None] = [None] if matcher.fits_title(session) else []
        if matcher.is_about_messages and any(prefilter.may_contain(line) for line in lines_of(session.id)):
            found += [message for message in messages_of(session.id) if matcher.fits(session, message)]
        for message in found[:per_session]:
            yield Hit(
                session=session,
                message_id=message.id if message is not None else None,
                role=message.role if message is not None else None,
                excerpt=matcher.excerpt([session.name] if message is None else _texts(message)),
                count=len(found),
            )


class _Matcher:
    """A query, as it is held against sessions and messages."""

    def __init__(self, query: Query) -> None:
        self._words = [Needle(text) for text in query.words]
        self._without = [Needle(text) for text in query.without]
        self._of_sessions = [one for one in query.filters if _is_of_sessions(one)]
        self._filters = [one for one in query.filters if not _is_of_sessions(one)]
        self._has_title = not any(one.operator in _OF_MESSAGES for one in query.filters)
        self._is_in_trash = any(one.value == "deleted" and not one.is_negated for one in self._of_sessions)
        self.is_about_messages = bool(query.words) or not self._has_title

    def may_be_in(self, session: ChatSession) -> bool:
        """Return whether anything of a session may be a hit."""
        if session.is_deleted is not self._is_in_trash:
            return False
        return all(_session_fits(session, one) is not one.is_negated for one in self._of_sessions)

    def fits_title(self, session: ChatSession) -> bool:
        """Return whether the title of a session is a hit."""
        return (
            self._has_title
            and all(_title_fits(session, one) is not one.is_negated for one in self._filters)
            and self._fit_words([session.name])
        )

    def fits(self, session: ChatSession, message: ChatMessage) -> bool:
        """Return whether a message of a session is a hit."""
        return self._fit_words(_texts(message)) and all(
            _message_fits(session, message, one) is not one.is_negated for one in self._filters
        )

    def _fit_words(self, texts: Sequence[str]) -> bool:
        haystacks = [Haystack(text) for text in texts]
        return all(any(needle.is_in(one) for one in haystacks) for needle in self._words) and not any(
            needle.is_in(one) for needle in self._without for one in haystacks
        )

    def excerpt(self, texts: Sequence[str]) -> Excerpt:
        """Return the excerpt of the first text with a hit."""
        for text in texts:
            haystack = Haystack(text)
            if any(needle.is_in(haystack) for needle in self._words):
                return excerpt(text, self._words)
        return excerpt(next((text for text in texts if text.strip()), ""), [])


def _texts(message: ChatMessage) -> list[str]:
    """Return what is searched of a message: what it says first, then what was thought before."""
    said = [part.text for part in message.parts if isinstance(part, TextPart)]
    return said + [part.text for part in message.parts if isinstance(part, ReasoningPart)]


def _is_of_sessions(one: Filter) -> bool:
    """Return whether a filter is about whole sessions."""
    if one.operator is Operator.IS:
        return one.value != "interrupted"
    return one.operator in (Operator.PROJECT, Operator.TAG)


def _session_fits(session: ChatSession, one: Filter) -> bool:
    if one.operator is Operator.PROJECT:
        return _holds(session.project, one.value)
    if one.operator is Operator.TAG:
        return any(_holds(tag, one.value) and len(tag) == len(one.value) for tag in session.tags)
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
    return Needle(value).is_in(Haystack(text))
