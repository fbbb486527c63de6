"""What is typed into the filter of the sidebar, held against the sessions of the list."""

from __future__ import annotations

from tui_chat.domain.sessions import Listed, SessionStatus
from tui_chat.storage.needles import Haystack, Needle
from tui_chat.storage.query import Filter, Operator, parse


class SessionFilter:
    """Words that a session's name must hold, and filters about sessions, in the language of the search.

    Args:
        text: What was typed.

    Attributes:
        is_empty: Whether all sessions fit that are not archived.
        archived: Whether the archived sessions are wanted (``is:archived``); else all others are.
        is_about_sessions: Whether a list of sessions can tell. If not, because messages would have to be read, none
            fits.
    """

    def __init__(self, text: str) -> None:
        query = parse(text)
        # A filter that is still being typed, such as `is:arch`, leaves the list as it is.
        self._words = [Needle(word) for word in query.words if not _is_begun(word)]
        self._without = [Needle(word) for word in query.without]
        self.archived = any(one.value == "archived" and not one.is_negated for one in query.filters)
        self._filters = [one for one in query.filters if one.value != "archived"]
        self.is_about_sessions = all(_is_about_sessions(one) for one in self._filters)
        self.is_empty = not (self._words or self._without or query.filters)

    def fits(self, session: Listed, name: Haystack) -> bool:
        """Return whether a session fits.

        Args:
            session: The session.
            name: Its name, ready to be looked through.
        """
        return (
            session.archived is self.archived
            and self.is_about_sessions
            and all(word.is_in(name) for word in self._words)
            and not any(word.is_in(name) for word in self._without)
            and all(_holds(session, one) is not one.is_negated for one in self._filters)
        )


def _is_begun(word: str) -> bool:
    name, colon, _ = word.partition(":")
    return bool(colon) and name.lower() in list(Operator)


def _is_about_sessions(one: Filter) -> bool:
    if one.operator is Operator.IS:
        return one.value != "deleted"
    return one.operator in (Operator.PROJECT, Operator.TAG, Operator.BEFORE, Operator.AFTER)


def _holds(session: Listed, one: Filter) -> bool:
    match one.operator:
        case Operator.IS:
            return session.pinned if one.value == "pinned" else session.status is SessionStatus.INTERRUPTED
        case Operator.PROJECT:
            return Needle(one.value).is_in(Haystack(session.project))
        case Operator.TAG:
            return any(tag.casefold().startswith(one.value.casefold()) for tag in session.tags)
        case Operator.BEFORE:
            return one.moment is not None and session.updated_at < one.moment
        case _:
            return one.moment is not None and session.updated_at >= one.moment
