"""tui-chat's own Markdown: front matter, then a heading of level 2 for each message.

It keeps less than JSON: times to the minute, no ids, and headings inside a text stay as far down as they were moved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from markdown_it import MarkdownIt

from tui_chat.domain.messages import ChatMessage, MessageError, MessageStatus, Part, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.importers.base import Imported, Item, Problem, Sample, Unreadable, stable_id, whole
from tui_chat.importers.markdown_parts import parts_of, unescaped
from tui_chat.importers.nodes import UNKNOWN_TIME, Node, Tree, finish
from tui_chat.importers.sources import Source
from tui_chat.importers.values import items, mapping, moment, text
from tui_chat.importers.yaml_text import scalars

_SPEAKERS = {"you": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM, "tool": Role.TOOL}

_CLOCK = re.compile(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d):(\d\d)")
_PLACE = re.compile(r"(\d{1,9})/(\d{1,9})")
_AFTER = re.compile(r"\*after “(?P<words>.*?)(?P<more>…)?”\*|(?P<root>\*at the beginning\*)")
_STATE = re.compile(r"> \*\*(?P<words>.*)\*\*")


def fits(sample: Sample) -> bool:
    """Return whether it is ours: front matter with a title, then headings."""
    return re.match(r"---\r?\ntitle:[^\n]*\n(?:[a-z_]+:[^\n]*\n)*---\r?\n", sample.text) is not None


def read(source: Source) -> Iterator[Item]:
    """Yield the session of a file."""
    try:
        content = whole(source).decode()
    except Unreadable as error:
        yield Problem(source.where, str(error))
        return
    lines = content.replace("\r\n", "\n").split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        yield Problem(source.where, "it has no front matter")
        return
    end = lines.index("---", 1)
    facts = mapping(scalars("\n".join(lines[1:end])))
    yield _session(facts, lines[end + 1 :], source)


class _Section(NamedTuple):
    """A message as it stands in the file."""

    head: list[str]
    """The words of its heading."""
    body: str


def _sections(lines: list[str]) -> list[_Section]:
    tokens = MarkdownIt("commonmark").disable("inline").parse("\n".join(lines))
    heads = [token.map for token in tokens if token.type == "heading_open" and token.tag == "h2" and token.level == 0]
    starts = [(place[0], place[1]) for place in heads if place]
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return [
        _Section(
            [unescaped(word) for word in lines[start].removeprefix("##").strip().split(" · ")],
            "\n".join(lines[begin:end]).strip("\n"),
        )
        for (start, begin), end in zip(starts, ends, strict=True)
    ]


def _session(facts: Mapping[str, Any], lines: list[str], source: Source) -> Imported:
    sections = _sections(lines)
    created = moment(facts.get("created"))
    first = sections[0].body if sections else ""
    session = ChatSession(
        id=stable_id("markdown", text(facts.get("title")), text(facts.get("created")) or first),
        name=text(facts.get("title")),
        model=text(facts.get("model")),
        tags=[tag for tag in map(text, items(facts.get("tags"))) if tag],
    )
    if sections and sections[0].head == ["system"]:
        session.system_prompt = sections.pop(0).body
    nodes: list[Node] = []
    for place in range(len(sections)):
        nodes.append(_node(session, place, sections, nodes, created))
    tree = Tree(nodes)
    session.current_node = tree.leaf("")
    return finish(session, tree.messages, Counter(tree.losses), created=created, updated=None, fallback=source.modified)


def _node(
    session: ChatSession, place: int, sections: list[_Section], before: list[Node], created: datetime | None
) -> Node:
    section = sections[place]
    role = _SPEAKERS.get(section.head[0], Role.ASSISTANT)
    parent = before[-1].key if before else ""
    body = section.body
    note, _, rest = body.partition("\n\n")
    if found := _AFTER.fullmatch(note):
        body = rest
        parent = "" if found["root"] else _answered(sections, before, unescaped(found["words"]))
    body, status, error = _ended(body)
    parts: list[Part] = parts_of(body)
    message = ChatMessage(
        id=stable_id(session.id, str(place)),
        session_id=session.id,
        role=role,
        parts=parts,
        model=section.head[0] if role is Role.ASSISTANT and section.head[0] != "assistant" else "",
        created_at=_time(section.head[1:], created) or UNKNOWN_TIME,
        status=status,
        error=error,
        excluded="not sent" in section.head[1:],
    )
    return Node(str(place), parent, message)


def _answered(sections: list[_Section], nodes: list[Node], beginning: str) -> str:
    """Return the key of what the section behind some nodes answers: so does its elder sibling, found on the way up."""
    place, number = _place(sections[len(nodes)])
    key = nodes[-1].key if nodes else ""
    while key:
        if _place(sections[int(key)]) == (place - 1, number):
            return nodes[int(key)].parent
        key = nodes[int(key)].parent
    return _key_of(nodes, beginning)


def _place(section: _Section) -> tuple[int, int]:
    """Return the place of a message among its siblings, and their number."""
    found = next((match for word in section.head[1:] if (match := _PLACE.fullmatch(word))), None)
    return (int(found[1]), int(found[2])) if found else (1, 1)


def _key_of(nodes: list[Node], beginning: str) -> str:
    """Return the key of the newest message whose text begins so."""
    for node in reversed(nodes):
        words = "".join(part.text for part in node.message.parts if isinstance(part, TextPart)) if node.message else ""
        if " ".join(words[:400].split()).startswith(beginning):
            return node.key
    return nodes[-1].key if nodes else ""


def _ended(body: str) -> tuple[str, MessageStatus, MessageError | None]:
    """Return a message without the line that tells how it ended, and what that says."""
    before, _, last = body.rpartition("\n\n")
    found = _STATE.fullmatch(last)
    words = unescaped(found["words"]).split(" · ") if found else []
    match words:
        case ["failed"]:
            return before, MessageStatus.ERROR, None
        case ["failed", what, *advice]:
            return before, MessageStatus.ERROR, MessageError(kind="ProviderError", text=what, advice=" ".join(advice))
        case ["interrupted" | "still arriving when this was written", *_]:
            return before, MessageStatus.INTERRUPTED, None
    return body, MessageStatus.COMPLETE, None


def _time(words: list[str], created: datetime | None) -> datetime | None:
    """Return the time of a message, which its heading gives in the local zone; without a date it is the first day's."""
    found = next((match for word in words if (match := _CLOCK.fullmatch(word))), None)
    if found is None or (not found[1] and created is None):
        return None
    try:
        day = datetime.fromisoformat(found[1]) if found[1] or created is None else created.astimezone()
        time = day.replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
    # The seconds are lost; that of the first message is known.
    return max(time, created) if created and time > created - timedelta(minutes=1) else time
