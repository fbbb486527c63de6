"""What a client can do whose provider keeps chat sessions for an account."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tui_chat.domain.remote import RemoteSession


class RemoteSessions(ABC):
    """The sessions at a provider. Each method raises a `ProviderError` where it fails."""

    @abstractmethod
    async def list_sessions(self, *, most_recent_per_project: bool = False) -> list[RemoteSession]:
        """Return the sessions of the account, as the provider sorts them.

        Args:
            most_recent_per_project: Whether of each project only the newest is wanted.
        """

    @abstractmethod
    async def get_session(self, session_id: str) -> RemoteSession:
        """Return a session with its messages."""

    @abstractmethod
    async def create_session(self, name: str = "", project_id: str = "") -> RemoteSession:
        """Begin a session."""

    @abstractmethod
    async def rename_session(self, session_id: str, name: str) -> None:
        """Give a session another name."""

    @abstractmethod
    async def delete_message(self, session_id: str, index: int) -> None:
        """Delete a message and its reply.

        Args:
            session_id: The provider's id of the session.
            index: The place of the message among all of the session, from 0.
        """

    @abstractmethod
    async def export_session(self, session_id: str) -> str:
        """Return a session as a page of HTML."""
