"""Making sessions fit to be shared: what should not be seen is replaced by stable placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from tui_chat.chat.secret_rules import Kind, find
from tui_chat.domain.messages import ChatMessage, FilePart, Part
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.words import counted

#: Fields that hold no words of anybody: what ties records together, and pictures, which are not looked at.
_KEPT = {"id", "session_id", "parent_id", "current_node", "call_id", "kind", "role", "status", "finish_reason", "data"}
_KEPT |= {"created_at", "updated_at", "deleted_at", "imported_until", "media_type", "shown", "remote_node"}

#: Fields that mean something to a server only, and may let others in there.
_DROPPED: dict[str, Any] = {"remote_id": "", "request_id": "", "metadata": {}}

#: Shortest secret that is replaced wherever it stands, once it was found somewhere.
_SHORTEST_KNOWN = 8

#: Characters that are looked at together in a long text, and of the next ones with them: no key is longer.
_PIECE, _OVERLAP = 50_000, 10_000


class Finding(NamedTuple):
    """Something that was replaced."""

    placeholder: str
    """What stands there instead: ``«email-1»``."""
    kind: Kind
    shown: str
    """What it is, for the eyes of its owner; of secrets only the ends."""
    times: int
    """How often it was replaced."""


class Redactor:
    """Replaces what should not be shared. The same thing gets the same placeholder in all that one redactor sees."""

    def __init__(self) -> None:
        self._placeholders: dict[tuple[Kind, str], str] = {}
        self._counts: dict[tuple[Kind, str], int] = {}

    @property
    def findings(self) -> list[Finding]:
        """What was replaced so far, in the order it was found."""
        return [
            Finding(placeholder, kind, _shown(kind, value), self._counts[kind, value])
            for (kind, value), placeholder in self._placeholders.items()
        ]

    def text(self, text: str) -> str:
        """Return a text with placeholders."""
        pieces: list[str] = []
        end = 0
        for match in find(text):
            pieces += [text[end : match.start], self._placeholder(match.kind, text[match.start : match.end])]
            end = match.end
        return "".join([*pieces, text[end:]]) if pieces else text

    def parts(self, parts: Iterable[Part]) -> list[Part]:
        """Return what is attached to a prompt with placeholders; pictures are not looked at."""
        return [
            part.model_copy(update={"text": self.text(part.text)}) if isinstance(part, FilePart) else part
            for part in parts
        ]

    def records(self, session: ChatSession, messages: Iterable[ChatMessage]) -> tuple[ChatSession, list[ChatMessage]]:
        """Return a session and its messages with placeholders; the given ones stay as they are.

        A secret that was recognised in one place is replaced in all others, too.
        """
        plain: list[Any] = [self._clean(one.model_dump(mode="json")) for one in (session, *messages)]
        known = {
            value: (kind, value)
            for kind, value in self._placeholders
            if kind.is_secret and len(value) >= _SHORTEST_KNOWN
        }
        if known:
            # The longest first, since one may begin like another.
            pattern = re.compile("|".join(re.escape(value) for value in sorted(known, key=len, reverse=True)))
            plain = [self._replace(one, pattern, known) for one in plain]
        clean = ChatSession.model_validate(plain[0])
        return clean, [ChatMessage.model_validate(one) for one in plain[1:]]

    def _clean(self, value: Any, name: str = "") -> Any:
        if name in _KEPT:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._clean(one, name) for one in value]
        if isinstance(value, dict):
            return {key: _DROPPED.get(key, self._clean(one, key)) for key, one in value.items()}
        return value

    def _replace(self, value: Any, pattern: re.Pattern[str], known: dict[str, tuple[Kind, str]], name: str = "") -> Any:
        if name in _KEPT:
            return value
        if isinstance(value, str):
            return pattern.sub(lambda match: self._placeholder(*known[match[0]]), value)
        if isinstance(value, list):
            return [self._replace(one, pattern, known, name) for one in value]
        if isinstance(value, dict):
            return {key: self._replace(one, pattern, known, key) for key, one in value.items()}
        return value

    def _placeholder(self, kind: Kind, value: str) -> str:
        found = (kind, value.casefold() if kind in (Kind.EMAIL, Kind.HOST) else value)
        if found not in self._placeholders:
            number = 1 + sum(other is kind for other, _ in self._placeholders)
            self._placeholders[found] = f"«{kind.value}-{number}»"
        self._counts[found] = self._counts.get(found, 0) + 1
        return self._placeholders[found]


def secrets_in(texts: Iterable[str]) -> list[Finding]:
    """Return the likely secrets in texts that are about to be sent."""
    redactor = Redactor()
    for text in texts:
        redactor.text(text)
    return [found for found in redactor.findings if found.kind.is_secret]


def texts_of(text: str, parts: Iterable[Part]) -> list[str]:
    """Return all text that leaves with a prompt: its own and that of the files that are attached.

    Long ones come in pieces that overlap, so that a thread that looks at them lets others work meanwhile.
    """
    texts = [text, *(part.text for part in parts if isinstance(part, FilePart))]
    return [one[at : at + _PIECE + _OVERLAP] for one in texts for at in range(0, max(1, len(one)), _PIECE)]


def summary(findings: Iterable[Finding]) -> str:
    """Return in words what was found: ``2 keys, 1 email``; empty if nothing was."""
    numbers: dict[Kind, int] = {}
    for found in findings:
        numbers[found.kind] = numbers.get(found.kind, 0) + 1
    return ", ".join(counted(number, kind.value) for kind, number in numbers.items())


def _shown(kind: Kind, value: str) -> str:
    if not kind.is_secret:
        return value
    line = " ".join(value.split())
    return f"{line[:4]}…{line[-4:]}" if len(line) >= 16 else f"…{line[-2:]}"
