"""Open WebUI's export of chats: rows with a chat each, or a bare chat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, Literal

import orjson

from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    MessageError,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.sessions import ChatSession, Params
from tui_chat.domain.usage import Timing, Usage
from tui_chat.importers.base import ROLES, Imported, Item, Sample, Unreadable, stable_id
from tui_chat.importers.media import MISSING_IMAGE, NO_FILE, NO_IMAGE, image_at
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.rows import read_rows
from tui_chat.importers.sources import Source
from tui_chat.importers.values import count, items, json_text, key, mapping, mappings, moment, number, text

#: How Open WebUI keeps reasoning and calls of tools: folded, within the text.
_OPENING, _CLOSING = '<details type="', "</details>"
_SUMMARY = re.compile(r"\s*<summary>[^<]{0,200}</summary>")
_FACT = re.compile(r'(\w{1,20})="([^"]*)"')


def fits(sample: Sample) -> bool:
    """Return whether it is Open WebUI's: chats whose ``history`` holds messages by their ids."""
    return any(_history(row) or isinstance(row.get("chat"), dict) for row in sample.rows)


def read(source: Source) -> Iterator[Item]:
    """Yield the chats of a file."""
    return read_rows(source, convert)


def _history(row: Mapping[str, Any]) -> Mapping[str, Any]:
    chat = mapping(row.get("chat")) or row
    return mapping(mapping(chat.get("history")).get("messages"))


def convert(row: Mapping[str, Any], source: Source) -> Imported:
    """Return a chat as a session.

    Raises:
        Unreadable: if it has no messages.
    """
    chat = mapping(row.get("chat")) or row
    history = mapping(chat.get("history"))
    rows = _rows(chat)
    if not rows and not isinstance(chat.get("messages"), list) and not history:
        raise Unreadable("it has no messages (no “history”)")
    foreign = key(row.get("id")) or key(chat.get("id")) or ",".join(rows)
    session = ChatSession(
        id=stable_id("openwebui", foreign),
        name=text(row.get("title")) or text(chat.get("title")),
        system_prompt=text(chat.get("system")) or text(mapping(chat.get("params")).get("system")),
        params=_params(mapping(chat.get("params"))),
        tags=_tags(row, chat),
        pinned=row.get("pinned") is True,
        archived=row.get("archived") is True,
    )
    reader = _Reader(session)
    tree = Tree([reader.node(name, one) for name, one in rows.items()])
    session.current_node = tree.leaf(key(history.get("currentId")) or next(reversed(rows), ""))
    result = finish(
        session,
        tree.messages,
        reader.losses + tree.losses,
        created=moment(row.get("created_at")) or moment(chat.get("timestamp")),
        updated=moment(row.get("updated_at")),
        fallback=source.modified,
    )
    session.model = session.model or next((one for one in map(text, items(chat.get("models"))) if one), "")
    return result


def _rows(chat: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the messages by their ids: of the tree, else of the visible branch, each answering the one before."""
    messages = mapping(mapping(chat.get("history")).get("messages"))
    if messages:
        return {text(name): mapping(one) for name, one in messages.items()}
    found: dict[str, Mapping[str, Any]] = {}
    before = ""
    for place, one in enumerate(mappings(chat.get("messages"))):
        name = key(one.get("id")) or str(place)
        found[name] = {"parentId": before, **one}
        before = name
    return found


def _params(params: Mapping[str, Any]) -> Params:
    effort = text(params.get("reasoning_effort"))
    return Params(
        temperature=number(params.get("temperature")),
        top_p=number(params.get("top_p")),
        max_tokens=count(params.get("max_tokens")) or None,
        seed=count(params.get("seed")) or None,
        reasoning_effort=effort if effort in ("minimal", "low", "medium", "high") else None,
    )


def _tags(row: Mapping[str, Any], chat: Mapping[str, Any]) -> list[str]:
    tags = [*items(mapping(row.get("meta")).get("tags")), *items(chat.get("tags"))]
    names = [text(mapping(tag).get("name")) or text(tag) for tag in tags]
    return list(dict.fromkeys(name for name in names if name))


class _Reader:
    """Reads the messages of one chat."""

    def __init__(self, session: ChatSession) -> None:
        self.losses: Counter[str] = Counter()
        self._session = session

    def node(self, name: str, row: Mapping[str, Any]) -> Node:
        """Return a message as a node."""
        return Node(
            name,
            key(row.get("parentId")),
            self._message(name, row),
            [key(one) for one in items(row.get("childrenIds"))],
        )

    def _message(self, name: str, row: Mapping[str, Any]) -> ChatMessage | None:
        role = ROLES.get(text(row.get("role")))
        if role is None:
            return None
        is_reply = role is Role.ASSISTANT
        content = row.get("content")
        parts, thought = _texts(text(content), is_reply=is_reply)
        parts = [*self._files(row), *parts, *_citations(row)]
        error = _error(row)
        if not parts and error is None:
            return None
        return ChatMessage(
            id=stable_id(self._session.id, name),
            session_id=self._session.id,
            role=role,
            parts=parts,
            model=text(row.get("model")) if is_reply else "",
            created_at=moment(row.get("timestamp")) or UNKNOWN_TIME,
            status=MessageStatus.ERROR if error else _status(row),
            error=error,
            usage=_usage(mapping(row.get("usage")) or mapping(row.get("info"))) if is_reply else None,
            timing=Timing(reasoning=thought) if thought else None,
            rating=_rating(row),
            feedback=text(mapping(row.get("annotation")).get("comment")),
        )

    def _files(self, row: Mapping[str, Any]) -> Iterator[Part]:
        for file in mappings(row.get("files")):
            name = text(file.get("name"))
            if file.get("type") == "image":
                found = image_at(text(file.get("url")), name)
                if found is None:
                    self.losses[NO_IMAGE] += 1
                yield found or TextPart(text=f"{MISSING_IMAGE}\n\n")
                continue
            data = mapping(mapping(file.get("file")).get("data")) or mapping(file.get("data"))
            if words := text(data.get("content")):
                yield FilePart(name=name or "file", text=words)
            else:
                self.losses[NO_FILE] += 1


def _status(row: Mapping[str, Any]) -> MessageStatus:
    is_cut = row.get("role") == "assistant" and row.get("done") is False
    return MessageStatus.INTERRUPTED if is_cut else MessageStatus.COMPLETE


def _texts(content: str, *, is_reply: bool) -> tuple[list[Part], float | None]:
    """Return a content with its reasoning and its calls of tools apart, and the seconds that the reasoning took."""
    parts: list[Part] = []
    seconds: float | None = None
    end = 0
    # Not one regular expression: for openings without an end it would take the square of the length.
    while is_reply and (start := content.find(_OPENING, end)) >= 0:
        inside, close = content.find(">", start) + 1, content.find(_CLOSING, start)
        if close < inside:
            break
        if before := content[end:start].strip("\n"):
            parts.append(TextPart(text=before))
        facts = {name: unescape(value) for name, value in _FACT.findall(content[start:inside])}
        summary = _SUMMARY.match(content, inside, close)
        if facts["type"] == "reasoning":
            inner = content[summary.end() if summary else inside : close]
            parts.append(ReasoningPart(text=_unquoted(inner.strip("\n"))))
            seconds = (seconds or 0.0) + (_float(facts.get("duration", "")) or 0.0)
        elif facts["type"] == "tool_calls":
            parts += _called(facts)
        else:
            parts.append(TextPart(text=content[start : close + len(_CLOSING)]))
        end = close + len(_CLOSING)
    rest = content[end:].strip("\n") if end else content
    return [*parts, *([TextPart(text=rest)] if rest else [])], seconds


def _called(facts: Mapping[str, str]) -> Iterator[Part]:
    name = facts.get("name") or "tool"
    call_id = facts.get("id") or name
    yield ToolCallPart(call_id=call_id, name=name, arguments=_decoded(facts.get("arguments", "")))
    if "result" in facts:
        yield ToolResultPart(call_id=call_id, text=_decoded(facts["result"]))


def _decoded(value: str) -> str:
    """Return a value of an attribute, which is JSON, most often a text."""
    try:
        return json_text(orjson.loads(value))
    except orjson.JSONDecodeError:
        return text(value)


def _float(written: str) -> float | None:
    try:
        return number(float(written))
    except ValueError:
        return None


def _unquoted(words: str) -> str:
    """Return reasoning without the marks of a quote, which Open WebUI puts before each line."""
    lines = unescape(words).split("\n")
    if all(line.startswith(">") for line in lines if line):
        return "\n".join(line[1:].removeprefix(" ") for line in lines)
    return "\n".join(lines)


def _citations(row: Mapping[str, Any]) -> Iterator[Part]:
    sources = mappings(row.get("sources")) or mappings(row.get("citations"))
    for place, source in enumerate(sources, 1):
        inner = mapping(source.get("source"))
        title = text(inner.get("name")) or text(source.get("title"))
        url = text(inner.get("url")) or text(source.get("url"))
        if title or url:
            yield CitationPart(number=place, title=title, url=url)


def _error(row: Mapping[str, Any]) -> MessageError | None:
    error = row.get("error")
    words = text(mapping(error).get("content")) or text(error)
    return MessageError(kind="ProviderError", text=words) if words else None


def _usage(usage: Mapping[str, Any]) -> Usage | None:
    read = _first(usage, "prompt_tokens", "input_tokens", "prompt_eval_count")
    written = _first(usage, "completion_tokens", "output_tokens", "eval_count")
    return Usage(input_tokens=read, output_tokens=written, cost=number(usage.get("cost"))) if read or written else None


def _first(usage: Mapping[str, Any], *fields: str) -> int:
    return next((found for field in fields if (found := count(usage.get(field)))), 0)


def _rating(row: Mapping[str, Any]) -> Literal[-1, 1] | None:
    rating = number(mapping(row.get("annotation")).get("rating"))
    return None if not rating else 1 if rating > 0 else -1
