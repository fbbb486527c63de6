"""Markdown: front matter in YAML, then one heading of level 2 for each message.

A level 2 heading is always a message's head and never a part of its text: headings inside a text are moved down
so that its highest is of level 3, and what a text leaves open (an interrupted code block, a comment) is closed.
The outline of the file is then the session, nobody can forge a message, and a reader of the file can split it there.
All else stays as it was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tui_chat.domain.attachments import size_in_words
from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    ImagePart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.base import Export
from tui_chat.exporters.words import (
    amount,
    head_facts,
    joined_parts,
    shown_messages,
    speaker,
    stamp,
    state,
    thought,
)

#: The highest level of a heading inside a message.
_TEXT_LEVEL = 3

#: What ends the constructs of Markdown that otherwise last to the end of the file.
_ENDS = ("-->", "]]>", "?>", ">", "</pre>", "</script>", "</style>", "</textarea>")

_PLAIN_YAML = re.compile(r"[^\W\d_](?:[\w ./()+-]*[\w)+])?")
_YAML_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def render(export: Export) -> str:
    """Return the session as Markdown."""
    blocks = [_front_matter(export)]
    if export.session.system_prompt:
        blocks += ["## system", _settled(export.session.system_prompt)]
    tree = MessageTree(export.tree)
    before: ChatMessage | None = None
    for message in shown_messages(export):
        blocks.append(_head(export, message, tree))
        if export.options.tree and before is not None and message.parent_id != before.id:
            blocks.append(_answers(tree.get(message.parent_id)))
        blocks += _body(export, message)
        before = message
    return "\n\n".join(block for block in blocks if block) + "\n"


def _front_matter(export: Export) -> str:
    session = export.session
    lines = [f"title: {_yaml(session.name)}"]
    if export.options.facts:
        lines.append(f"created: {stamp(session.created_at)}")
        if session.model:
            lines.append(f"model: {_yaml(session.model)}")
        if cost := amount(session.usage.cost):
            lines.append(f"cost: {cost}")
    if session.tags:
        lines.append(f"tags: [{', '.join(_yaml(tag) for tag in session.tags)}]")
    return "\n".join(["---", *lines, "---"])


def _yaml(text: str) -> str:
    """Return a scalar: plain where no reader can take it for anything else, otherwise in double quotes."""
    if _PLAIN_YAML.fullmatch(text) and text.casefold() not in _YAML_WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    # JSON leaves some characters bare that YAML does not allow.
    return re.sub("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]", lambda c: f"\\u{ord(c[0]):04x}", quoted)


def _head(export: Export, message: ChatMessage, tree: MessageTree) -> str:
    who = _escape(speaker(message, facts=export.options.facts))
    return f"## {' · '.join((who, *head_facts(export, message, tree)))}"


def _answers(parent: ChatMessage | None) -> str:
    """Return the note that tells where a branch leaves, for a message that does not follow the one above it."""
    if parent is None:
        return "*at the beginning*"
    words = " ".join(parent.text[:400].split())
    return f"*after “{_escape(words[:60])}{'…' if len(words) > 60 else ''}”*"


def _body(export: Export, message: ChatMessage) -> Iterator[str]:
    for part in joined_parts(message, reasoning=export.options.reasoning):
        yield _part(part, message)
    if message.citations:
        yield "Sources:"
        yield "\n".join(_citation(part) for part in message.citations)
    if words := state(message):
        yield f"> **{_escape(words)}**"


def _part(part: Part, message: ChatMessage) -> str:
    match part:
        case TextPart():
            return _settled(part.text)
        case ReasoningPart():
            # The text must not end the folding; inside code the change can be seen, which is the smaller harm.
            inner = re.sub(r"<(/?details)", r"&lt;\1", _settled(part.text), flags=re.IGNORECASE)
            return f"<details>\n<summary>{thought(message)}</summary>\n\n{inner}\n\n</details>"
        case ImagePart():
            return _image(part)
        case FilePart():
            return f"File {_escape(part.name)}:\n\n{_fenced(part.text, _language(part.name))}"
        case ToolCallPart():
            return f"Tool {_escape(part.name)}:\n\n{_fenced(part.arguments, 'json')}"
        case ToolResultPart():
            return f"{'Error' if part.is_error else 'Result'}:\n\n{_fenced(part.text)}"
    return ""


def _image(part: ImagePart) -> str:
    """Return a link to the image, or its name: the bytes themselves would make the file unreadable."""
    name = _escape(part.name or "image")
    if _is_web(part.url):
        return f"![{name}]({_target(part.url)})"
    facts = [part.media_type] + ([size_in_words(len(part.data) * 3 // 4)] if part.data else [])
    return f"Image {name} · {_escape(' · '.join(facts))}"


def _citation(part: CitationPart) -> str:
    title = _escape(part.title or part.url)
    # The number in brackets, since an ordered list would be counted anew by whoever shows it.
    return f"- [{part.number}] " + (f"[{title}]({_target(part.url)})" if _is_web(part.url) else title)


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _target(url: str) -> str:
    """Return an address between angle brackets, in which nothing can end the link early."""
    return "<" + re.sub(r"[<>\\\s\x00-\x1f]", lambda c: "".join(f"%{b:02X}" for b in c[0].encode()), url) + ">"


def _escape(text: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>&#|~!])", r"\\\1", " ".join(text.split()))


def _language(name: str) -> str:
    extension = name.rpartition(".")[2]
    return extension if extension.isalnum() and extension.isascii() and extension != name else ""


def _fenced(text: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _settled(text: str) -> str:
    """Return a message's text with its headings moved below the level of the heads, and nothing left open."""
    text = _closed("\n".join(re.split("\r\n|\r|\n", text.strip("\r\n"))))
    headings = [token for token in _blocks(text) if token.type == "heading_open" and token.level == 0]
    down = _TEXT_LEVEL - min((int(token.tag[1]) for token in headings), default=_TEXT_LEVEL)
    if down <= 0:
        return text
    lines = text.split("\n")
    for token in reversed(headings):
        first, end = token.map or (0, 0)
        marks = "#" * min(6, int(token.tag[1]) + down)
        if token.markup.startswith("#"):
            lines[first] = marks + lines[first].lstrip().lstrip("#")
        else:  # underlined with = or -
            lines[first:end] = [f"{marks} {' '.join(line.strip() for line in lines[first : end - 1])}"]
    return "\n".join(lines)


def _closed(text: str) -> str:
    """Return the text with a line added that ends what would swallow the next message, if there is such a thing."""
    if _ends(text):
        return text
    last = _blocks(text)[-1]
    fence = [last.markup] if last.type == "fence" else []
    for end in (*fence, *_ENDS):
        if _ends(f"{text}\n{end}"):
            return f"{text}\n{end}"
    return _fenced(text)


def _ends(text: str) -> bool:
    """Whether a heading after the text is seen as one, apart from the text."""
    tokens = _blocks(f"{text}\n\n## end")
    heading = tokens[-3] if len(tokens) >= 3 else None
    return heading is not None and heading.type == "heading_open" and heading.level == 0


@cache
def _parser() -> MarkdownIt:
    # Without tables, in which a heading could hide from this parser but not from a simpler one; and without what
    # stands inside a block, which takes most of the time.
    return MarkdownIt("commonmark").disable("inline")


def _blocks(text: str) -> list[Token]:
    return _parser().parse(text)
