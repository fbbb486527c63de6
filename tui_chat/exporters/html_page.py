"""HTML: one page that holds everything it needs, asks nobody for anything, and can be read without its script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from tui_chat.domain.attachments import size_in_words
from tui_chat.domain.messages import (
    ChatMessage,
    FilePart,
    ImagePart,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.words import counted
from tui_chat.exporters.base import Export
from tui_chat.exporters.html_text import code_html, is_web_or_mail, link_open, markdown_html, visible
from tui_chat.exporters.words import (
    amount,
    clock,
    joined_parts,
    local,
    seconds,
    shown_messages,
    sibling_place,
    speaker,
    stamp,
    state,
    thought,
)

_PAGE = Path(__file__).parent / "page"


class Block(NamedTuple):
    """A piece of a message."""

    kind: str
    """``text``, ``typed``, ``picture``, ``note`` or ``folded``."""
    html: Markup
    label: str = ""
    """What the fold says, or the name of the picture."""


class Source(NamedTuple):
    """A source of a reply."""

    anchor: str
    number: int
    title: Markup
    site: str


class Shown(NamedTuple):
    """A message, as the template needs it."""

    anchor: str
    parent: str
    """Anchor of the message before it; empty for a root."""
    role: str
    speaker: str
    facts: list[str]
    """Seconds, tokens."""
    stamp: str
    """The time for machines; empty if facts are left out."""
    clock: str
    siblings: str
    """``2/3``; empty if there are none, or the tree was not asked for."""
    detached: bool
    """Whether it does not follow the message above it."""
    in_branch: bool
    excluded: bool
    blocks: list[Block]
    sources: list[Source]
    state: str
    failed: bool


def render(export: Export) -> str:
    """Return the session as one HTML page."""
    return page(export, asset("page.css"))


def page(export: Export, style: str) -> str:
    """Return the session as an HTML page that has another style."""
    session = export.session
    script = asset("page.js")
    return _template().render(
        name=visible(session.name),
        tags=[visible(tag) for tag in session.tags],
        facts=[visible(fact) for fact in _facts(export)],
        system_prompt=visible(session.system_prompt),
        messages=list(_shown(export)),
        is_tree=export.options.tree,
        style=Markup(style),  # noqa: S704  # our own file
        script=Markup(script),  # noqa: S704  # our own file
        policy=_policy(style, script),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2")


@cache
def asset(name: str) -> str:
    """Return the text of a file that becomes a part of the page."""
    return "\n" + (_PAGE / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: this very style and script, images in the page itself, nothing else."""

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _facts(export: Export) -> list[str]:
    session = export.session
    number = len(shown_messages(export))
    facts = [counted(number, "message")]
    if not export.options.facts:
        return facts
    began = local(session.created_at)
    facts.insert(0, f"{began.day} {began:%B %Y}")
    if session.model:
        facts.append(session.model)
    if cost := amount(session.usage.cost):
        facts.append(f"${cost}")
    return facts


def _shown(export: Export) -> Iterator[Shown]:
    tree = MessageTree(export.tree)
    messages = shown_messages(export)
    anchors = {message.id: f"m{number}" for number, message in enumerate(messages, start=1)}
    in_branch = {message.id for message in export.messages}
    before = ""
    for message in messages:
        anchor = anchors[message.id]
        parent = anchors.get(message.parent_id or "", "")
        sources = list(_sources(message, anchor))
        place, number = sibling_place(tree, message) if export.options.tree else (1, 1)
        yield Shown(
            anchor=anchor,
            parent=parent,
            role=message.role.value,
            speaker=visible(speaker(message, facts=export.options.facts)),
            facts=_reply_facts(message) if export.options.facts else [],
            stamp=stamp(message.created_at) if export.options.facts else "",
            clock=clock(message.created_at, export.session.created_at),
            siblings=f"{place}/{number}" if number > 1 else "",
            detached=parent != before,
            in_branch=message.id in in_branch,
            excluded=message.excluded,
            blocks=[
                _block(part, message, sources) for part in joined_parts(message, reasoning=export.options.reasoning)
            ],
            sources=sources,
            state=visible(state(message)),
            failed=message.error is not None or message.status == "error",
        )
        before = anchor


def _reply_facts(message: ChatMessage) -> list[str]:
    facts = []
    if message.timing and message.timing.total:
        facts.append(seconds(message.timing.total))
    if message.usage and message.usage.output_tokens:
        facts.append(f"{message.usage.output_tokens:,} tok")
    return facts


def _sources(message: ChatMessage, anchor: str) -> Iterator[Source]:
    for part in message.citations:
        title = Markup(f"{_linked(part.url, part.title or part.url)}")  # noqa: S704  # escaped there
        site = re.sub(r"^https?://(?:www\.)?([^/?#]*).*$", r"\1", part.url, flags=re.DOTALL | re.IGNORECASE)
        yield Source(f"{anchor}-{part.number}", part.number, title, visible(site) if is_web_or_mail(part.url) else "")


def _linked(url: str, words: str) -> Markup:
    """Return words that lead to an address, or only the words where it may not be a link."""
    label = Markup.escape(visible(words))
    # The opening tag has its address escaped where it is made.
    return Markup("{}{}</a>").format(Markup(link_open(url)), label) if is_web_or_mail(url) else label  # noqa: S704


def _block(part: Part, message: ChatMessage, sources: list[Source]) -> Block:
    match part:
        case TextPart():
            if message.role is not Role.ASSISTANT:
                return Block("typed", Markup.escape(visible(part.text)))
            return Block("text", _rendered(part.text, sources))
        case ReasoningPart():
            return Block("folded", _rendered(part.text, []), thought(message))
        case ImagePart():
            return _image(part)
        case FilePart():
            label = f"{part.name} · {size_in_words(len(part.text.encode('utf-8', errors='replace')))}"
            return _folded_code(part.text, part.name.rpartition(".")[2], label)
        case ToolCallPart():
            return _folded_code(part.arguments, "json", part.name)
        case ToolResultPart():
            return _folded_code(part.text, "", "error" if part.is_error else "result")
    return Block("note", Markup(""))


def _rendered(text: str, sources: list[Source]) -> Markup:
    # Markdown without the author's markup, every text in it escaped.
    return Markup(markdown_html(text, {source.number: source.anchor for source in sources}))  # noqa: S704  # escaped


def _folded_code(text: str, language: str, label: str) -> Block:
    return Block("folded", Markup(code_html(text, language)), visible(label))  # noqa: S704  # escaped there


def _image(part: ImagePart) -> Block:
    name = part.name or "image"
    is_data = re.fullmatch(r"image/[a-z0-9.+-]+", part.media_type) and re.fullmatch(r"[A-Za-z0-9+/=\s]+", part.data)
    if is_data:
        label = visible(f"{name} · {size_in_words(len(part.data) * 3 // 4)}")
        return Block("picture", Markup.escape(f"data:{part.media_type};base64,{part.data}"), label)
    return Block("note", _linked(part.url, name))
