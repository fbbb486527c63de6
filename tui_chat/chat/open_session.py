"""A session with its messages in memory, and the changes that can be made to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tui_chat.chat.titles import name_from
from tui_chat.domain.attachments import named
from tui_chat.domain.messages import ChatMessage, MessageStatus, Part, Role, TextPart
from tui_chat.domain.record import new_id, now
from tui_chat.domain.sessions import UNNAMED, ChatSession, SessionStatus
from tui_chat.domain.tree import MessageTree, turn_of
from tui_chat.domain.usage import Usage

_STATUS = {
    MessageStatus.STREAMING: SessionStatus.STREAMING,
    MessageStatus.QUEUED: SessionStatus.WAITING,
    MessageStatus.INTERRUPTED: SessionStatus.INTERRUPTED,
    MessageStatus.ERROR: SessionStatus.ERROR,
}


class Removal(NamedTuple):
    """What a removal took away and moved, so that it can be undone."""

    gone: list[ChatMessage]
    moved: list[ChatMessage]
    """Messages that followed, now one step up."""
    moved_from: list[str | None]
    """The parents they had."""
    current_node: str | None
    """The visible leaf before."""
    order: list[str]
    """Ids of all messages before, in their order: a clock that went backwards must not change it."""


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

    def add_prompt(self, text: str, parts: Sequence[Part] = (), *, is_queued: bool = False) -> ChatMessage:
        """Add a prompt at the end of the visible branch; the first one names the session.

        Args:
            text: What the user typed; may be empty if something comes along.
            parts: What comes along with it.
            is_queued: Whether it waits until the reply that runs has ended.
        """
        branch = self.branch
        prompt = ChatMessage(
            session_id=self.id,
            parent_id=branch[-1].id if branch else None,
            role=Role.USER,
            parts=_with_text(text, parts),
            status=MessageStatus.QUEUED if is_queued else MessageStatus.COMPLETE,
        )
        if not len(self.tree) and self.session.name == UNNAMED:
            self.session.name = name_from(text) or named(parts) or UNNAMED
        self._put(prompt)
        return prompt

    def add_edited(self, prompt: ChatMessage, text: str, parts: Sequence[Part] | None = None) -> ChatMessage:
        """Add a prompt beside another one, with another text.

        Args:
            prompt: The other one.
            text: The text.
            parts: What comes along with it; all that came along with the other one unless it is given.
        """
        kept = [part for part in prompt.parts if not isinstance(part, TextPart)] if parts is None else parts
        edited = ChatMessage(
            session_id=self.id, parent_id=prompt.parent_id, role=Role.USER, parts=_with_text(text, kept)
        )
        self._remember_shown()
        self._put(edited)
        return edited

    def add_reply(
        self, parent_id: str | None, *, provider: str = "", model: str = "", message_id: str = ""
    ) -> ChatMessage:
        """Add an empty reply that is about to stream, as the newest answer to a message.

        Args:
            parent_id: The message that it answers.
            provider: Who answers; the session's provider and model unless it is named.
            model: The LLM that answers; empty takes the default of a provider that was named.
            message_id: The id that it shall have; empty makes one.
        """
        reply = ChatMessage(
            id=message_id or new_id(),
            session_id=self.id,
            parent_id=parent_id,
            role=Role.ASSISTANT,
            provider=provider or self.session.provider,
            model=model if provider else self.session.model,
            status=MessageStatus.STREAMING,
        )
        if parent_id != self.session.current_node:
            self._remember_shown()
        self._put(reply)
        return reply

    def add_summary(self, parent_id: str) -> ChatMessage:
        """Add an empty summary of a message and all before it, which is about to stream."""
        summary = ChatMessage(
            session_id=self.id,
            parent_id=parent_id,
            role=Role.SYSTEM,
            provider=self.session.provider,
            model=self.session.model,
            status=MessageStatus.STREAMING,
            sums_up=True,
        )
        self._put(summary)
        return summary

    def reopen_reply(self, reply: ChatMessage) -> ChatMessage:
        """Make a reply ready to stream again, in its place: to go on, or to try anew what failed empty."""
        reply.status = MessageStatus.STREAMING
        reply.error = None
        reply.finish_reason, reply.finish_words = None, ""
        self._put(reply)
        return reply

    def update(self, reply: ChatMessage) -> None:
        """Take over what a reply has become: its place in the tree, the session's status, time and sums."""
        self.tree.add(reply)
        self.session.status = _STATUS.get(reply.status, SessionStatus.IDLE)
        self.session.updated_at = now()
        if self.session.current_node == reply.id:
            # What followed a reply that was in the middle is shown again.
            self.session.current_node = self._leaf_below(reply.id)
        self._count()

    @property
    def queued(self) -> list[ChatMessage]:
        """The prompts that wait at the end of the visible branch, in the order they were typed."""
        queued = (message for message in self.branch if message.status is MessageStatus.QUEUED)
        return [message for message in queued if message.role is Role.USER]

    def select(self, message_id: str) -> None:
        """Show the branch that goes through a message, on to where it was last left."""
        self._remember_shown()
        self.session.current_node = self._leaf_below(message_id)

    def withdraw(self, message: ChatMessage) -> None:
        """Take out a message that was just added, with all below it; what was shown before is shown again."""
        self.tree.remove(message.id)
        self.session.current_node = self._leaf_below(message.parent_id)
        self._count()

    def send_behind(self, reply: ChatMessage, waiting: list[ChatMessage]) -> None:
        """Move waiting prompts below a reply that is about to come, and show the branch that they end."""
        if waiting:
            waiting[0].parent_id = reply.id
            self.tree = MessageTree(self.tree)
            self.session.current_node = waiting[-1].id

    def remove_turn(self, index: int) -> Removal:
        """Remove a message with its reply, by its index in the visible branch.

        All answers to a removed prompt go with it. What followed is kept: it moves up to the message before.

        Raises:
            IndexError: if there is no such message.
        """
        branch = self.branch
        message, reply = turn_of(branch, index)
        gone = [message, *(self.tree.children(message.id) if reply is not None else [])]
        gone_ids = {one.id for one in gone}
        moved = [one for one in self.tree if one.id not in gone_ids and one.parent_id in gone_ids]
        parents, order = [one.parent_id for one in moved], [one.id for one in self.tree]
        removal = Removal(gone, moved, parents, self.session.current_node, order)
        for one in moved:
            one.parent_id = message.parent_id
        after = branch[index + (2 if reply is not None else 1) :]
        self.tree = MessageTree(one for one in self.tree if one.id not in gone_ids)
        self.session.current_node = after[-1].id if after else message.parent_id
        self._count()
        return removal

    def put_back(self, removal: Removal) -> None:
        """Undo a removal."""
        for one, parent_id in zip(removal.moved, removal.moved_from, strict=True):
            one.parent_id = parent_id
        places = {message_id: place for place, message_id in enumerate(removal.order)}
        all_messages = [*self.tree, *removal.gone]
        self.tree = MessageTree(sorted(all_messages, key=lambda one: places.get(one.id, len(places))))
        self.session.current_node = removal.current_node
        self._count()

    def _leaf_below(self, message_id: str | None) -> str | None:
        """Return the leaf reached from a message (or from the start) by the answers that were last shown."""
        while children := [child.id for child in self.tree.children(message_id)]:
            shown = self.session.shown.get(message_id or "")
            message_id = shown if shown in children else children[-1]
        return message_id

    def _remember_shown(self) -> None:
        """Remember which siblings are shown, before others are."""
        branch = self.branch
        parents = ["", *(one.id for one in branch)]
        shown = {
            parent: one.id for parent, one in zip(parents, branch, strict=False) if len(self.tree.siblings(one.id)) > 1
        }
        known = {parent: one for parent, one in self.session.shown.items() if one in self.tree}
        self.session.shown = known | shown

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


def _with_text(text: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a prompt; an empty text is none where something else is said."""
    return [*([TextPart(text=text)] if text or not parts else []), *parts]
