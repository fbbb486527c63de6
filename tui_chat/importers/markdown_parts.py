"""The parts of a message in tui-chat's own Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

from markdown_it import MarkdownIt

from tui_chat.domain.messages import (
    CitationPart,
    FilePart,
    ImagePart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

_ESCAPED = re.compile(r"\\([\\`*_\[\]<>&#|~!])")
_NAMED = re.compile(r"(?P<kind>File|Tool) (?P<name>.+):|(?P<result>Result|Error):")
_LINK = r"\[(?P<name>(?:[^\]\\]|\\.)*)\]\(<(?P<url>[^>]*)>\)"
_IMAGE = re.compile(rf"!{_LINK}")
_CITATION = re.compile(rf"- \[(?P<number>\d{{1,9}})\] (?:{_LINK}|(?P<words>.*))")
_FOLD = re.compile(r"<details>\n<summary>thought(?: for [^<]*)?</summary>")


def unescaped(words: str) -> str:
    """Return a text without the backslashes that keep it from being Markdown."""
    return _ESCAPED.sub(r"\1", words)


class _Block(NamedTuple):
    """A paragraph, a block of code or the like."""

    kind: str
    first: int
    end: int
    content: str


def parts_of(body: str) -> list[Part]:
    """Return the parts of a message from its text in the file."""
    return _Reader(body).parts()


class _Reader:
    """Goes over the blocks of a message; what is nothing else is text."""

    def __init__(self, body: str) -> None:
        self._lines = body.split("\n")
        tokens = MarkdownIt("commonmark").disable("inline").parse(body)
        self._blocks = [
            _Block(token.type, token.map[0], token.map[1], token.content or self._raw(*token.map))
            for token in tokens
            if token.level == 0 and token.map
        ]
        self._at = 0
        self._parts: list[Part] = []
        self._text_begin: int | None = None

    def parts(self) -> list[Part]:
        """Return the parts."""
        readers: tuple[Callable[[], list[Part]], ...] = (self._fold, self._named, self._image, self._sources)
        while self._at < len(self._blocks):
            block = self._blocks[self._at]
            at = self._at
            found = next((parts for reader in readers if (parts := reader())), [])
            if found:
                self._end_text(block.first)
                self._parts += found
            else:
                if self._text_begin is None:
                    self._text_begin = block.first
                self._at = at + 1
        self._end_text(len(self._lines))
        return self._parts

    def _raw(self, first: int, end: int) -> str:
        return "\n".join(self._lines[first:end])

    def _end_text(self, end: int) -> None:
        if self._text_begin is not None and (words := self._raw(self._text_begin, end).strip("\n")):
            self._parts.append(TextPart(text=words))
        self._text_begin = None

    def _fold(self) -> list[Part]:
        """Return the reasoning, which is folded."""
        block = self._blocks[self._at]
        if block.kind != "html_block" or not _FOLD.match(block.content):
            return []
        for place in range(self._at + 1, len(self._blocks)):
            end = self._blocks[place]
            if end.kind == "html_block" and end.content.startswith("</details>"):
                self._at = place + 1
                words = self._raw(block.end, end.first).strip("\n")
                return [ReasoningPart(text=re.sub(r"&lt;(?=/?details)", "<", words, flags=re.IGNORECASE))]
        return []

    def _named(self) -> list[Part]:
        """Return a file, a call of a tool or its result: a line with its name, then a block of code."""
        block, code = self._blocks[self._at], self._blocks[self._at + 1 : self._at + 2]
        found = _NAMED.fullmatch(self._raw(block.first, block.end).strip()) if block.kind == "paragraph_open" else None
        if found is None or not code or code[0].kind != "fence":
            return []
        self._at += 2
        words, name = code[0].content.removesuffix("\n"), unescaped(found["name"] or "")
        if found["kind"] == "File":
            return [FilePart(name=name, text=words)]
        if found["kind"] == "Tool":
            return [ToolCallPart(call_id=name, name=name, arguments=words)]
        call_id = next((part.call_id for part in reversed(self._parts) if isinstance(part, ToolCallPart)), "tool")
        return [ToolResultPart(call_id=call_id, text=words, is_error=found["result"] == "Error")]

    def _image(self) -> list[Part]:
        block = self._blocks[self._at]
        found = _IMAGE.fullmatch(self._raw(block.first, block.end).strip()) if block.kind == "paragraph_open" else None
        if found is None:
            return []
        self._at += 1
        return [ImagePart(media_type="image/*", url=unescape(found["url"]), name=unescaped(found["name"]))]

    def _sources(self) -> list[Part]:
        """Return the citations, which end a message."""
        block, rows = self._blocks[self._at], self._blocks[self._at + 1 :]
        is_last = len(rows) == 1 and rows[0].kind == "bullet_list_open"
        if not is_last or self._raw(block.first, block.end).strip() != "Sources:":
            return []
        found = [_CITATION.fullmatch(line) for line in self._raw(rows[0].first, rows[0].end).strip("\n").split("\n")]
        if not all(found):
            return []
        self._at += 2
        return [
            CitationPart(
                number=int(one["number"]), title=unescaped(one["name"] or one["words"] or ""), url=one["url"] or ""
            )
            for one in found
            if one
        ]
