"""A session: what is stored about it beside its messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from pydantic import Field

from tui_chat.domain.record import Moment, Stored, Value, new_id, now
from tui_chat.domain.usage import Usage

#: The name of a session before its first turn.
UNNAMED = "New session"


class SessionStatus(StrEnum):
    """What the newest reply of a session does."""

    IDLE = "idle"
    STREAMING = "streaming"
    WAITING = "waiting"
    """It waits on disk, until the network is there or the provider may be asked again."""
    INTERRUPTED = "interrupted"
    ERROR = "error"


class Params(Value):
    """Parameters of the requests of a session. ``None`` leaves the choice to the server."""

    temperature: float | None = None
    """How freely the next word is chosen, from 0 (always the likeliest) on."""
    top_p: float | None = None
    """Only words that together have this probability are chosen from, 0 to 1."""
    max_tokens: int | None = None
    """Longest reply, in tokens."""
    stop: tuple[str, ...] | None = None
    """The reply ends before the first of these texts."""
    seed: int | None = None
    """The same number gives the same reply, at servers that know it."""
    reasoning_effort: str | None = None
    """How long a reasoning model may think: ``none``, ``minimal``, ``low``, ``medium`` or ``high``."""


class Listed(Protocol):
    """What a list shows of a session."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def updated_at(self) -> datetime:
        """When its newest message was added or changed."""

    @property
    def status(self) -> SessionStatus:
        """What its newest reply does."""

    @property
    def project(self) -> str:
        """The folder name to group it by; empty for none."""

    @property
    def tags(self) -> Sequence[str]:
        """Its tags."""

    @property
    def pinned(self) -> bool:
        """Whether it stays at the top."""

    @property
    def archived(self) -> bool:
        """Whether lists leave it out until they are asked for it."""


class SessionSummary(NamedTuple):
    """A session in a list: a tenth of the memory of a whole one, since there may be ten thousand."""

    id: str
    name: str
    updated_at: datetime
    status: SessionStatus
    project: str
    tags: tuple[str, ...]
    pinned: bool
    archived: bool
    is_deleted: bool
    message_count: int
    model: str


class ChatSession(Stored):
    """One session."""

    id: str = Field(default_factory=new_id)
    """Made here, unique in the history."""
    name: str = UNNAMED
    """As lists show it; the first words of the first prompt, until it gets a better one."""
    created_at: Moment = Field(default_factory=now)
    """When it was begun."""
    updated_at: Moment = Field(default_factory=now)
    """When its newest message was added or changed; sessions are listed by it."""
    status: SessionStatus = SessionStatus.IDLE
    """What its newest reply does."""
    provider: str = ""
    """Name of the provider that answers."""
    model: str = ""
    """The LLM that answers."""
    persona: str = ""
    """Name of the persona that was chosen last; what it set may have changed since."""
    system_prompt: str = ""
    """Sent before the messages; empty for none."""
    params: Params = Field(default_factory=Params.model_construct)
    """Parameters of its requests."""
    project: str = ""
    """A folder name to group sessions by; empty for none."""
    tags: list[str] = []
    """Words to find it by."""
    pinned: bool = False
    """Whether it stays at the top of lists."""
    archived: bool = False
    """Whether lists leave it out until they are asked for it."""
    deleted_at: Moment | None = None
    """When it was moved to the trash; ``None`` while it is not there."""
    current_node: str | None = None
    """Id of the visible leaf of the message tree."""
    shown: dict[str, str] = {}
    """Which of several siblings was last shown: its id, by that of the parent (``""`` for the first messages)."""
    remote_id: str = ""
    """The server's own session id, where a provider keeps one."""
    remote_provider: str = ""
    """Name of the provider that keeps it."""
    remote_node: str | None = None
    """Id of the newest message here that the server's session holds, where the server keeps the history."""
    notification: str = ""
    """A note to show above the transcript."""
    imported_until: Moment | None = None
    """Time of the newest message that was imported; a later import adds only what is newer."""
    message_count: int = 0
    """Messages of the whole tree."""
    usage: Usage = Field(default_factory=Usage.model_construct)
    """Sums over all replies."""

    @property
    def is_deleted(self) -> bool:
        """Whether it lies in the trash."""
        return self.deleted_at is not None

    def summary(self) -> SessionSummary:
        """Return it as a list shows it."""
        return SessionSummary(
            id=self.id,
            name=self.name,
            updated_at=self.updated_at,
            status=self.status,
            project=self.project,
            tags=tuple(self.tags),
            pinned=self.pinned,
            archived=self.archived,
            is_deleted=self.is_deleted,
            message_count=self.message_count,
            model=self.model,
        )
