"""The tree that a session's messages form by ``parent_id``: branches and siblings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui_chat.domain.messages import ChatMessage, Role


class MessageTree:
    """The messages of one session, in the order they were added.

    A message whose parent is missing counts as a root, so that a damaged history still shows all it holds.
    """

    def __init__(self, messages: Iterable[ChatMessage] = ()) -> None:
        self._messages: dict[str, ChatMessage] = {}
        self._children: dict[str | None, list[str]] = {}
        for message in messages:
            self._messages[message.id] = message
        for message in self._messages.values():
            self._children.setdefault(self._parent_of(message), []).append(message.id)

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[ChatMessage]:
        return iter(self._messages.values())

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._messages

    def __getitem__(self, message_id: str) -> ChatMessage:
        return self._messages[message_id]

    def get(self, message_id: str | None) -> ChatMessage | None:
        """Return the message, or ``None`` if there is none with this id."""
        return None if message_id is None else self._messages.get(message_id)

    def add(self, message: ChatMessage) -> None:
        """Add a message, or put it in the place of the one with the same id."""
        is_new = message.id not in self._messages
        self._messages[message.id] = message
        if is_new:
            roots = self._children.get(None, [])
            # They counted as roots as long as it was missing.
            for answer in [one for one in roots if self._messages[one].parent_id == message.id]:
                roots.remove(answer)
                self._children.setdefault(message.id, []).append(answer)
            self._children.setdefault(self._parent_of(message), []).append(message.id)

    def remove(self, message_id: str) -> list[ChatMessage]:
        """Remove a message with all that follows from it; return what was removed, parents first."""
        removed = list(self.below(message_id))
        self._children[self._parent_of(removed[0])].remove(message_id)
        for message in removed:
            del self._messages[message.id]
            self._children.pop(message.id, None)
        return removed

    def children(self, message_id: str | None) -> list[ChatMessage]:
        """Return the direct answers to a message, oldest first; of ``None``, the roots."""
        return [self._messages[child] for child in self._children.get(message_id, ())]

    def siblings(self, message_id: str) -> list[ChatMessage]:
        """Return all messages with the same parent and role, the message itself among them, oldest first."""
        message = self._messages[message_id]
        return [other for other in self.children(self._parent_of(message)) if other.role is message.role]

    def branch(self, leaf_id: str | None) -> list[ChatMessage]:
        """Return the path from the root to a leaf; of an unknown leaf, the path to the newest message."""
        message = self.get(leaf_id) or self.newest()
        path: list[ChatMessage] = []
        seen: set[str] = set()
        while message is not None and message.id not in seen:
            path.append(message)
            seen.add(message.id)
            message = self.get(message.parent_id)
        return path[::-1]

    def newest(self) -> ChatMessage | None:
        """Return the message that was added last."""
        return next(reversed(self._messages.values()), None)

    def leaf_below(self, message_id: str) -> str:
        """Return the leaf that is reached from a message by always taking the newest answer."""
        while children := self._children.get(message_id):
            message_id = children[-1]
        return message_id

    def below(self, message_id: str) -> Iterator[ChatMessage]:
        """Yield a message and everything that follows from it, parents before children."""
        waiting = [message_id]
        while waiting:
            current = waiting.pop()
            yield self._messages[current]
            waiting.extend(reversed(self._children.get(current, ())))

    def _parent_of(self, message: ChatMessage) -> str | None:
        return message.parent_id if message.parent_id in self._messages else None


def turn_of(branch: list[ChatMessage], index: int) -> tuple[ChatMessage, ChatMessage | None]:
    """Return the message at an index of a branch together with its reply.

    The reply of a prompt is the next message if an assistant wrote it; any other message stands alone.
    """
    message = branch[index]
    reply = branch[index + 1] if index + 1 < len(branch) else None
    if message.role is Role.USER and reply is not None and reply.role is Role.ASSISTANT:
        return message, reply
    return message, None
