"""What Abacus.AI sends of its chat sessions, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from tui_chat.domain.messages import Role
from tui_chat.domain.record import Record
from tui_chat.domain.remote import RemoteMessage, RemoteSession

#: What the authors of messages are called, in lower case; whoever is not among them is the assistant.
_USERS = ("user", "human")

#: Under which names a segment may hold its text.
_TEXTS = ("segment", "text", "content", "value")


class Envelope(Record):
    """What every answer is wrapped in; a failure may come with HTTP status 200."""

    model_config = ConfigDict(extra="allow")

    success: bool
    result: Any = None
    error: str | None = None
    error_type: str | None = Field(None, alias="errorType")
    request_id: str | None = Field(None, alias="requestId")


class _Message(Record):
    role: str | None = None
    text: Any = None
    """A list of segments; a text in older sessions."""
    timestamp: str | None = None
    is_useful: bool | None = Field(None, alias="isUseful")
    feedback: str | None = None
    doc_ids: list[str] | None = Field(None, alias="docIds")
    hotkey_title: str | None = Field(None, alias="hotkeyTitle")
    tasks: list[Any] | None = None
    keyword_arguments: dict[str, Any] | None = Field(None, alias="keywordArguments")
    compute_points_used: int | None = Field(None, alias="computePointsUsed")


class _Session(Record):
    id: str = Field(alias="chatSessionId")
    name: str | None = None
    project_id: str | None = Field(None, alias="projectId")
    created_at: str | None = Field(None, alias="createdAt")
    status: str | None = None
    answer: str | None = None
    is_building: bool | None = Field(None, alias="aiBuildingInProgress")
    notification: str | None = None
    whiteboard: str | None = None
    messages: list[_Message] | None = Field(None, alias="chatHistory")
    next_task: dict[str, Any] | None = Field(None, alias="nextAiBuildingTask")


def session_in(value: Any) -> RemoteSession:
    """Return the session that a result is.

    Raises:
        ValidationError: if it is none.
        RecursionError: if a text in it is nested too deeply.
    """
    found = _Session.model_validate(value)
    plain = _known(found)
    return RemoteSession.model_validate(
        {
            **plain,
            "created_at": _moment(found.created_at),
            "messages": [_message(one) for one in found.messages or []],
        }
    )


def sessions_in(values: Iterable[Any]) -> list[RemoteSession]:
    """Return the sessions of a list; one odd entry must not hide the others."""
    sessions = []
    for value in values:
        try:
            sessions.append(session_in(value))
        except (ValidationError, RecursionError):
            continue
    return sessions


def _message(found: _Message) -> RemoteMessage:
    return RemoteMessage.model_validate(
        {
            **_known(found),
            "role": Role.USER if (found.role or "").lower() in _USERS else Role.ASSISTANT,
            "text": _text(found.text),
            "created_at": _moment(found.timestamp),
        }
    )


def _known(found: Record) -> dict[str, Any]:
    """Return the fields that were sent."""
    return found.model_dump(exclude_none=True)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_text, value))
    if isinstance(value, dict):
        return next((_text(value[name]) for name in _TEXTS if value.get(name)), "")
    return ""


def _moment(text: str | None) -> datetime | None:
    """Return a time; one without a zone is in UTC, as all of Abacus.AI's are."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
