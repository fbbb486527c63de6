"""llm's log, ``logs.db``: threads of shared messages from version 0.32 on, conversations of responses before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from tui_chat.domain.messages import ChatMessage, Part, ReasoningPart, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Timing, Usage
from tui_chat.importers.base import Imported, Item, Sample, stable_id
from tui_chat.importers.databases import Database, Row, read_database
from tui_chat.importers.llm_parts import Shared
from tui_chat.importers.llm_threads import threads
from tui_chat.importers.nodes import UNKNOWN_TIME, Tree, chain, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.values import count, key, moment, number, text


def fits(sample: Sample) -> bool:
    """Return whether it is llm's."""
    tables = sample.tables
    return "tip_message_hash" in tables.get("threads", frozenset()) or "prompt" in tables.get("responses", frozenset())


def read(source: Source) -> Iterator[Item]:
    """Yield the threads of a log, and the conversations of one that an older llm wrote."""
    return read_database(source, lambda opened: _sessions(opened, source))


def _sessions(opened: Database, source: Source) -> Iterator[Imported]:
    if "threads" in opened.tables:
        yield from threads(opened, source)
    if "responses" not in opened.tables or "conversations" not in opened.tables:
        return
    # Brought over into threads by a newer llm, they keep their ids, so they are the same sessions.
    conversations = {row["id"]: row for row in opened.rows("conversations")}
    for conversation_id, rows in opened.groups("responses", "conversation_id", order="datetime_utc, id"):
        if conversation_id in conversations:
            yield _session(opened, conversations[conversation_id], rows, source)
            continue
        for row in rows:
            yield _session(opened, {"id": row["id"]}, [row], source)


def _session(opened: Database, conversation: Row, rows: list[Row], source: Source) -> Imported:
    session = ChatSession(
        id=stable_id("llm", key(conversation["id"])),
        name=text(conversation.get("name")),
        model=text(conversation.get("model")),
        system_prompt=next((words for row in rows if (words := text(row.get("system")))), ""),
    )
    shared = Shared(opened, Counter())
    tree = Tree(chain(pair for row in rows for pair in _turn(session, row, shared)))
    session.current_node = tree.leaf("")
    return finish(session, tree.messages, shared.losses, created=None, updated=None, fallback=source.modified)


def _turn(session: ChatSession, row: Row, shared: Shared) -> Iterator[tuple[str, ChatMessage]]:
    """Yield the prompt and the reply of a response."""
    row_id = key(row["id"])
    time = moment(row.get("datetime_utc"))
    took = number(row.get("duration_ms"))
    prompt: list[Part] = [*shared.attachments("prompt_attachments", "response_id", row_id)]
    words = [*shared.fragments("prompt_fragments", row_id), text(row.get("prompt"))]
    if any(words):
        prompt.append(TextPart(text="\n\n".join(word for word in words if word)))
    if prompt:
        yield (
            f"{row_id}/prompt",
            ChatMessage(
                id=stable_id(session.id, row_id, "prompt"),
                session_id=session.id,
                role=Role.USER,
                parts=prompt,
                created_at=time or UNKNOWN_TIME,
            ),
        )
    reply: list[Part] = []
    if thought := text(row.get("reasoning")):
        reply.append(ReasoningPart(text=thought))
    if answer := text(row.get("response")):
        reply.append(TextPart(text=answer))
    if reply:
        yield (
            row_id,
            ChatMessage(
                id=stable_id(session.id, row_id),
                session_id=session.id,
                role=Role.ASSISTANT,
                parts=reply,
                model=text(row.get("model")),
                created_at=time + timedelta(milliseconds=took or 0) if time else UNKNOWN_TIME,
                usage=Usage(input_tokens=count(row.get("input_tokens")), output_tokens=count(row.get("output_tokens"))),
                timing=Timing(total=took / 1000) if took else None,
            ),
        )
