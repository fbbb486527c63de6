"""A session with its messages in memory, and the changes that can be made to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui_chat.chat.titles import name_from
from tui_chat.domain.messages import ChatMessage, MessageStatus, Part, Role, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import UNNAMED, ChatSession, SessionStatus
from tui_chat.domain.tree import MessageTree, turn_of
from tui_chat.domain.usage import Usage

_STATUS = {
    MessageStatus.STREAMING: SessionStatus.STREAMING,
    MessageStatus.INTERRUPTED: SessionStatus.INTERRUPTED,
    MessageStatus.ERROR: SessionStatus.ERROR,
}


@dataclass
class OpenSession:
    """A session and the tree of its messages. Nothing here touches the disk."""

    session: ChatSession
    tree: MessageTree = field(default_factory=MessageTree)

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    @property
    def branch(self) -> list[ChatMessage]:
        """The visible messages, oldest first."""
        return self.tree.branch(self.session.current_node)

    def add_prompt(self, text: str, parts: Sequence[Part] = ()) -> ChatMessage:
        """Add a prompt at the end of the visible branch; the first one names the session."""
        branch = self.branch
        prompt = ChatMessage(
            session_id=self.id,
            parent_id=branch[-1].id if branch else None,
            role=Role.USER,
            parts=[TextPart(text=text), *parts],
        )
        if not len(self.tree) and self.session.name == UNNAMED:
            self.session.name = name_from(text) or UNNAMED
        self._put(prompt)
        return prompt

    def add_reply(self, parent_id: str | None) -> ChatMessage:
        """Add an empty reply that is about to stream, as the newest answer to a message."""
        reply = ChatMessage(
            session_id=self.id,
            parent_id=parent_id,
            role=Role.ASSISTANT,
            provider=self.session.provider,
            model=self.session.model,
            status=MessageStatus.STREAMING,
        )
        self._put(reply)
        return reply

    def reopen_reply(self, reply: ChatMessage) -> ChatMessage:
        """Make a reply ready to stream again, in its place: to go on, or to try anew what failed empty."""
        reply.status = MessageStatus.STREAMING
        reply.error = None
        reply.finish_reason = None
        self._put(reply)
        return reply

    def update(self, reply: ChatMessage) -> None:
        """Take over what a reply has become: its place in the tree, the session's status, time and sums."""
        self.tree.add(reply)
        self.session.status = _STATUS.get(reply.status, SessionStatus.IDLE)
        self.session.updated_at = now()
        self._count()

    def select(self, message_id: str) -> None:
        """Show the branch that goes through a message."""
        self.session.current_node = self.tree.leaf_below(message_id)

    def remove_turn(self, index: int) -> list[ChatMessage]:
        """Remove a message with its reply, by its index in the visible branch; return what was removed.

        What followed is kept: it moves up to the message before. All answers to a removed prompt go with it.

        Raises:
            IndexError: if there is no such message.
        """
        branch = self.branch
        message, reply = turn_of(branch, index)
        gone = [message, *(self.tree.children(message.id) if reply is not None else [])]
        gone_ids = {one.id for one in gone}
        kept = [one for one in self.tree if one.id not in gone_ids]
        for one in kept:
            if one.parent_id in gone_ids:
                one.parent_id = message.parent_id
        after = branch[index + (2 if reply is not None else 1) :]
        self.tree = MessageTree(kept)
        self.session.current_node = after[-1].id if after else message.parent_id
        self._count()
        return gone

    def _put(self, message: ChatMessage) -> None:
        self.tree.add(message)
        self.session.current_node = message.id
        self.session.updated_at = now()
        if message.is_running:
            self.session.status = SessionStatus.STREAMING
        self._count()

    def _count(self) -> None:
        self.session.message_count = len(self.tree)
        self.session.usage = sum((message.usage for message in self.tree if message.usage is not None), Usage())
