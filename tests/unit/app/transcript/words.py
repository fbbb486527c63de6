"""What a reader sees: the words of a layout, and the words of HTML, in their order."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tui_chat.app.transcript.lines import Layout

_WORD = re.compile(r"\w+")
_BOX = re.compile(r"^\s*\[[ xX]\]\s")


class _Reader(HTMLParser):
    """Collects the text of rendered Markdown, with the numbers of lists and the names of images."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._lists: list[int | None] = []
        self._is_new_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("ol", "ul"):
            self._lists.append(
                int(found.get("start") or "1" if found.get("start") != "0" else 0) if tag == "ol" else None
            )
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self.parts.append(f" {number} ")
                self._lists[-1] = number + 1
            self._is_new_item = True
        elif tag == "img":
            self.parts.append(" image " + (found.get("alt") or found.get("title") or "without a name"))
        elif tag in ("br", "p", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul"):
            self._lists.pop()
        if tag in ("p", "li", "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6"):
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if self._is_new_item and data.strip():
            data = _BOX.sub("", data)
            self._is_new_item = False
        self.parts.append(data)


def words_of_html(html: str) -> list[str]:
    """The words and list numbers of rendered Markdown."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _WORD.findall("".join(reader.parts))


def words_of_layout(layout: Layout) -> list[str]:
    """The words and list numbers that are drawn. Caps and rules are no words."""
    return _WORD.findall("\n".join("".join(text for text, _ in line.runs) for line in layout.lines))


def drawn(layout: Layout) -> list[str]:
    """The rows as they look, without styles; caps as empty rows."""
    return ["".join(text for text, key in line.runs if key != ("cap",)).rstrip() for line in layout.lines]
