"""From the nodes of a foreign tree to messages: parents before children, loops cut, left-out nodes skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.sessions import UNNAMED, ChatSession
from tui_chat.domain.usage import Usage
from tui_chat.importers.base import UNTIMED, Imported

LOOPS = "loops in the tree, which were cut"


@dataclass(slots=True)
class Node:
    """A node of a foreign tree."""

    key: str
    """Its foreign id."""
    parent: str = ""
    """The foreign id of the one it answers; empty for a root."""
    message: ChatMessage | None = None
    """What it says; ``None`` if it is left out, and its answers hang on the one above it."""
    children: Sequence[str] = field(default_factory=list)
    """The foreign ids of its answers in their order, as far as it lists them."""


def chain(messages: Iterable[tuple[str, ChatMessage]]) -> list[Node]:
    """Return nodes, by their foreign ids, each of which answers the one before."""
    nodes: list[Node] = []
    for key, message in messages:
        nodes.append(Node(key, nodes[-1].key if nodes else "", message))
    return nodes


class Tree:
    """The messages of a session that comes from elsewhere.

    Attributes:
        messages: Parents before children, siblings in their order.
        losses: What was wrong with the tree.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.messages: list[ChatMessage] = []
        self.losses: Counter[str] = Counter()
        self._nodes: dict[str, Node] = {}
        for node in nodes:
            self._nodes.setdefault(node.key, node)
        self._children: dict[str, list[str]] = {}
        self._above: dict[str, ChatMessage | None] = {}
        """The kept message at or above each node."""
        self._arrange()
        self._walk()

    def leaf(self, key: str) -> str | None:
        """Return the id of the visible leaf, from the foreign id of it; of an unknown one, the newest answers' end."""
        if key in self._above:
            kept = self._above[key]
            return kept.id if kept else None
        roots = self._children.get("", ())
        at = roots[-1] if roots else ""
        while children := self._children.get(at):
            at = children[-1]
        kept = self._above.get(at)
        return kept.id if kept else self.messages[-1].id if self.messages else None

    def _arrange(self) -> None:
        """Find the children of each node, in the order in which it lists them."""
        for node in self._nodes.values():
            parent = node.parent if node.parent in self._nodes and node.parent != node.key else ""
            self._children.setdefault(parent, []).append(node.key)
        for key, children in self._children.items():
            listed = self._nodes[key].children if key in self._nodes else ()
            if len(children) > 1 and listed:
                places = {child: place for place, child in enumerate(listed)}
                children.sort(key=lambda child: places.get(child, len(places)))

    def _walk(self) -> None:
        for root in self._children.get("", ()):
            self._descend(root)
        for key in self._nodes:
            if key not in self._above:
                self.losses[LOOPS] += 1
                self._descend(key)

    def _descend(self, root: str) -> None:
        waiting: list[tuple[str, ChatMessage | None]] = [(root, None)]
        while waiting:
            key, above = waiting.pop()
            if key in self._above:
                continue
            message = self._nodes[key].message
            if message is not None:
                message.parent_id = above.id if above else None
                self.messages.append(message)
            self._above[key] = message or above
            waiting.extend((child, message or above) for child in reversed(self._children.get(key, ())))


def finish(
    session: ChatSession,
    messages: list[ChatMessage],
    losses: Counter[str],
    *,
    created: datetime | None,
    updated: datetime | None,
    fallback: datetime,
) -> Imported:
    """Return a session with all that follows from its messages: times, sums, name and model.

    Args:
        session: What is known of it.
        messages: Its messages; those without a time say so by `UNKNOWN_TIME`.
        losses: What did not come in.
        created: When it began, if that is known.
        updated: When it was last changed, if that is known.
        fallback: The time that is taken where none is known.
    """
    times = [message.created_at for message in messages if message.created_at != UNKNOWN_TIME]
    session.created_at = created or min(times, default=updated or fallback)
    _give_times(messages, session.created_at, losses)
    session.updated_at = updated or max(times, default=session.created_at)
    session.message_count = len(messages)
    session.usage = sum((one.usage for one in messages if one.usage), start=Usage())
    replies = [message for message in messages if message.role is Role.ASSISTANT and message.model]
    if replies and not session.model:
        session.model = replies[-1].model
    session.name = " ".join(session.name.split()) or UNNAMED
    return Imported(session, messages, losses)


#: Stands for a time that is not known, until a message gets one.
UNKNOWN_TIME = datetime.min.replace(tzinfo=UTC)


def _give_times(messages: list[ChatMessage], beginning: datetime, losses: Counter[str]) -> None:
    known: dict[str, datetime] = {}
    for message in messages:
        if message.created_at == UNKNOWN_TIME:
            message.created_at = known.get(message.parent_id or "", beginning)
            losses[UNTIMED] += 1
        known[message.id] = message.created_at
