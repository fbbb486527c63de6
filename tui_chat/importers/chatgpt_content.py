"""The contents of ChatGPT's messages, of all the types that its export has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.domain.messages import (
    CitationPart,
    FilePart,
    ImagePart,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.importers.media import MISSING_IMAGE, NO_FILE, NO_IMAGE, NO_TEXT, file_of, image
from tui_chat.importers.sources import Source
from tui_chat.importers.values import items, mapping, mappings, text

NO_AUDIO = "recordings, of which only the words are kept"
UNKNOWN_CONTENT = "contents of a kind that is not known"


class Content:
    """Reads the contents of the messages of one conversation.

    Attributes:
        losses: What could not be read is counted here.
    """

    def __init__(self, source: Source, losses: Counter[str]) -> None:
        self.losses = losses
        self._source = source

    def parts(self, role: Role, row: Mapping[str, Any]) -> list[Part]:
        """Return the parts of a message."""
        content = mapping(row.get("content"))
        metadata = mapping(row.get("metadata"))
        name = text(mapping(row.get("author")).get("name"))
        recipient = text(row.get("recipient")) or "all"
        found = list(self._parts(content))
        if role is Role.TOOL:
            return self._result(name, found)
        if role is Role.ASSISTANT and recipient != "all":
            # What the model wrote for a tool: code, a search, a document.
            words = text(content.get("text")) or "".join(part.text for part in found if isinstance(part, TextPart))
            return [ToolCallPart(call_id=recipient, name=recipient, arguments=words)] if words else []
        if role is Role.USER:
            found += self._attached(metadata, found)
        return found + list(_citations(metadata))

    def _parts(self, content: Mapping[str, Any]) -> Iterator[Part]:
        kind = text(content.get("content_type"))
        match kind:
            case "text" | "multimodal_text":
                yield from self._mixed(items(content.get("parts")))
            case "code":
                yield from _text(_fenced(content))
            case "thoughts":
                yield from _thoughts(content)
            case "reasoning_recap":
                return
            case "execution_output" | "system_error" | "tether_quote" | "tether_browsing_display" | "sonic_webpage":
                fields = ("name", "title", "url", "text", "result", "summary")
                yield from _text("\n".join(words for field in fields if (words := text(content.get(field)))))
            case _:
                yield from self._unknown(content)

    def _unknown(self, content: Mapping[str, Any]) -> Iterator[Part]:
        """Yield the text of a content of another type, wherever it may be."""
        found = list(self._mixed(items(content.get("parts"))))
        found += _text(text(content.get("text")) or text(content.get("content")))
        if content and not found:
            self.losses[UNKNOWN_CONTENT] += 1
        yield from found

    def _mixed(self, parts: list[Any]) -> Iterator[Part]:
        """Yield texts, neighbouring ones as lines of one, and images."""
        words: list[str] = []
        for part in parts:
            found = text(part) if isinstance(part, str) else self._one(mapping(part))
            if isinstance(found, str):
                words.append(found)
            elif found is not None:
                yield from _text("\n".join(words))
                words = []
                yield found
        yield from _text("\n".join(words))

    def _one(self, part: Mapping[str, Any]) -> Part | str | None:
        kind = text(part.get("content_type"))
        if "image" in kind:
            return self._image(text(part.get("asset_pointer")))
        if isinstance(part.get("text"), str):
            return text(part.get("text"))
        if "audio" in kind or "video" in kind:
            self.losses[NO_AUDIO] += 1
        elif part:
            self.losses[UNKNOWN_CONTENT] += 1
        return None

    def _image(self, pointer: str) -> ImagePart | str:
        name = pointer.rpartition("/")[2]
        file = self._source.attachment(name) if name else None
        found = image(file.read(), file.name) if file else None
        if found is None:
            self.losses[NO_IMAGE] += 1
        return found or MISSING_IMAGE

    def _attached(self, metadata: Mapping[str, Any], found: list[Part]) -> Iterator[Part]:
        """Yield the files that go with a prompt; its images are among the parts already."""
        for attached in mappings(metadata.get("attachments")):
            kind, name = text(attached.get("mime_type")), text(attached.get("name")) or "file"
            if kind.startswith("image/") and any(isinstance(part, ImagePart) for part in found):
                continue
            file = self._source.attachment(text(attached.get("id")))
            if file is None:
                self.losses[NO_FILE] += 1
                continue
            data = file.read()
            part: FilePart | ImagePart | None = image(data, name) or file_of(data, name, kind)
            if part is None:
                self.losses[NO_TEXT] += 1
            else:
                yield part

    @staticmethod
    def _result(name: str, found: list[Part]) -> list[Part]:
        """Return what a tool answered; images that it made stay images."""
        words = "\n".join(part.text for part in found if isinstance(part, TextPart))
        images: list[Part] = [part for part in found if isinstance(part, ImagePart)]
        return [ToolResultPart(call_id=name or "tool", text=words), *images] if words else images


def _text(words: str) -> list[Part]:
    return [TextPart(text=words)] if words else []


def _fenced(content: Mapping[str, Any]) -> str:
    code = text(content.get("text"))
    language = text(content.get("language"))
    return f"```{'' if language == 'unknown' else language}\n{code}\n```" if code else ""


def _thoughts(content: Mapping[str, Any]) -> Iterator[Part]:
    blocks = []
    for thought in mappings(content.get("thoughts")):
        summary, words = text(thought.get("summary")), text(thought.get("content"))
        if summary or words:
            blocks.append(f"**{summary}**\n\n{words}".strip() if summary else words)
    if blocks:
        yield ReasoningPart(text="\n\n".join(blocks))


def _citations(metadata: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the web pages that a reply refers to, each once."""
    pages: dict[str, str] = {}
    for citation in mappings(metadata.get("citations")):
        inner = mapping(citation.get("metadata")) or citation
        pages.setdefault(text(inner.get("url")), text(inner.get("title")))
    for reference in mappings(metadata.get("content_references")):
        for page in [reference, *mappings(reference.get("items")), *mappings(reference.get("sources"))]:
            pages.setdefault(text(page.get("url")), text(page.get("title")))
    pages.pop("", None)
    for place, (url, title) in enumerate(pages.items(), 1):
        yield CitationPart(number=place, title=title, url=url)
