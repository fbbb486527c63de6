"""Chat sessions that a provider keeps for an account, beside the ones of our own history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tui_chat.domain.messages import Role
from tui_chat.domain.record import Value


class RemoteMessage(Value):
    """A message of a session at a provider."""

    role: Role
    text: str
    """All segments together, in Markdown."""
    timestamp: str = ""
    """When it was sent, as the provider tells it; no two messages of a session have the same."""
    created_at: datetime | None = None
    """The same as a moment; ``None`` if it cannot be read."""
    is_useful: bool | None = None
    feedback: str = ""
    doc_ids: list[str] = []
    """Documents that were sent along."""
    hotkey_title: str = ""
    tasks: list[Any] = []
    """The smaller tasks that it was split into."""
    keyword_arguments: dict[str, Any] = {}
    """What the reply was made with."""
    compute_points_used: int | None = None


class RemoteSession(Value):
    """A session at a provider. Lists leave its messages out."""

    id: str
    """The provider's id."""
    name: str = ""
    """As the provider lists it."""
    project_id: str = ""
    """The provider's id of the project it belongs to."""
    created_at: datetime | None = None
    """When it was begun, if that is told."""
    status: str = ""
    """The provider's word for what it does."""
    answer: str = ""
    """The newest reply, where it is told apart."""
    is_building: bool = False
    """Whether the provider works on a task of the session."""
    notification: str = ""
    """A note of the provider, for example that the session is too old to go on with."""
    whiteboard: str = ""
    """Notes that belong to the session."""
    next_task: dict[str, Any] = {}
    """What the provider is going to work on."""
    messages: list[RemoteMessage] = []
    """What was said, oldest first."""
