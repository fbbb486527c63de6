"""The threads of llm from version 0.32 on: messages by their hashes, shared by all threads that hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from tui_chat.domain.messages import (
    ChatMessage,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Timing, Usage
from tui_chat.importers.base import Imported, stable_id
from tui_chat.importers.databases import Database, Row
from tui_chat.importers.llm_parts import Shared, loaded
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.turns import merged
from tui_chat.importers.values import count, json_text, key, mappings, moment, number, text

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "tool": Role.TOOL}


def threads(opened: Database, source: Source) -> Iterator[Imported]:
    """Yield the threads of a log."""
    for row in opened.rows("threads"):
        yield _Thread(opened, row, source).session()


class _Thread:
    """Reads one thread."""

    def __init__(self, opened: Database, row: Row, source: Source) -> None:
        self._opened = opened
        self._row = row
        self._source = source
        self._shared = Shared(opened, Counter())
        self._session = ChatSession(id=stable_id("llm", key(row["id"])), name=text(row["name"]))
        turns = list(opened.rows("turns", "thread_id", row["id"], order="datetime_utc, id"))
        self._replies = {text(turn["tip_message_hash"]): turn for turn in turns}
        self._prompts = {text(turn["parent_message_hash"]): turn for turn in turns}

    def session(self) -> Imported:
        """Return it as a session."""
        session = self._session
        tip = text(self._row["tip_message_hash"])
        tree = Tree(self._nodes([*self._replies, tip]))
        messages, session.current_node = merged(tree.messages, tree.leaf(tip))
        return finish(
            session,
            messages,
            self._shared.losses + tree.losses,
            created=None,
            updated=None,
            fallback=moment(self._row["datetime_utc"]) or self._source.modified,
        )

    def _nodes(self, tips: list[str]) -> Iterator[Node]:
        """Yield the messages that lead to the answers, each once."""
        seen: set[str] = set()
        for tip in tips:
            path: list[Node] = []
            at = tip
            while at and at not in seen:
                seen.add(at)
                row = next(self._opened.rows("messages", "hash", at), None)
                if row is None:
                    break
                parent = text(row["parent_hash"])
                path.append(Node(at, parent, self._message(at, row)))
                at = parent
            yield from reversed(path)

    def _message(self, name: str, row: Row) -> ChatMessage | None:
        rows = list(self._opened.rows("parts", "message_hash", name, order="position, id"))
        parts = [part for one in rows for part in self._parts(one)]
        if row["role"] == "system":
            words = "".join(part.text for part in parts if isinstance(part, TextPart))
            self._session.system_prompt = self._session.system_prompt or words
            return None
        role = _ROLES.get(text(row["role"]))
        if role is None or not parts:
            return None
        turn = self._replies.get(name, {})
        took = number(turn.get("duration_ms"))
        is_reply = role is Role.ASSISTANT
        return ChatMessage(
            id=stable_id(self._session.id, name),
            session_id=self._session.id,
            role=role,
            parts=parts,
            model=text(turn.get("model")) if is_reply else "",
            created_at=self._time(name) or UNKNOWN_TIME,
            usage=Usage(input_tokens=count(turn["input_tokens"]), output_tokens=count(turn["output_tokens"]))
            if turn
            else None,
            timing=Timing(total=took / 1000) if took else None,
        )

    def _time(self, name: str) -> datetime | None:
        """Return the time of a message: a turn begins with its prompt and ends with its reply."""
        if turn := self._replies.get(name):
            begun = moment(turn["datetime_utc"])
            return begun + timedelta(milliseconds=number(turn["duration_ms"]) or 0) if begun else None
        return moment(self._prompts.get(name, {}).get("datetime_utc"))

    def _parts(self, row: Row) -> Iterator[Part]:
        payload = loaded(row["payload"])
        words = text(row["text"]) or "".join(
            text(piece.get("literal")) or self._shared.fragment(piece.get("fragment"))
            for piece in mappings(payload.get("text_ref"))
        )
        match row["type"]:
            case "text" if words:
                yield TextPart(text=words)
            case "reasoning" if words:
                yield ReasoningPart(text=words)
            case "tool_call":
                name = text(payload.get("name")) or text(row["tool_name"]) or "tool"
                call_id = key(payload.get("tool_call_id")) or name
                yield ToolCallPart(call_id=call_id, name=name, arguments=json_text(payload.get("arguments")))
            case "tool_result":
                name = key(payload.get("tool_call_id")) or text(row["tool_name"]) or "tool"
                failure = text(payload.get("exception"))
                output = text(payload.get("output")) or failure
                yield ToolResultPart(call_id=name, text=output, is_error=bool(failure))
                yield from self._shared.attachments("part_attachments", "part_id", row["id"])
            case "attachment":
                yield from self._shared.attachments("part_attachments", "part_id", row["id"])
