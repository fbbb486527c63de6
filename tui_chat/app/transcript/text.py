"""Foreign text made fit for the screen: no control characters, and the commonest Markdown shown as what it means."""

from __future__ import annotations

import re

from textual.content import Content

#: Characters that turn the direction of text around, or have no width and no meaning here.
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)\s*([\w+#.-]*)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"^(\s*)[-*+]\s+(.*)")
_INLINE = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[([^\]\n]*)\]\((https?://[^)\s]+)\)")


def printable(text: str) -> str:
    """Return text without anything a terminal would act on: controls become visible symbols."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").expandtabs(4))
    return _CONTROL.sub(_symbol, text)


def styled(text: str) -> Content:
    """Return Markdown as it is read: headings, lists, code, bold and links in the theme's styles."""
    lines: list[Content] = []
    fence = ""
    for line in printable(text).split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
            lines.append(Content.assemble((f"  {mark[2]}", "$foreground-disabled")))
        elif fence and line.strip().startswith(fence):
            fence = ""
            lines.append(Content())
        elif fence:
            lines.append(Content.assemble((f"  {line}", "on $surface")))
        else:
            lines.append(_line(line))
    return Content("\n").join(lines)


def inline(text: str) -> Content:
    """Return one line or paragraph with inline code, bold and links styled."""
    pieces: list[str | tuple[str, str]] = []
    end = 0
    text = printable(text)
    for found in _INLINE.finditer(text):
        pieces.append(text[end : found.start()])
        code, bold, label, _address = found.groups()
        pieces.append((code, "on $panel") if code else (bold, "bold") if bold else (label, "underline $text-primary"))
        end = found.end()
    pieces.append(text[end:])
    return Content.assemble(*pieces)


def code_blocks(text: str) -> list[tuple[str, str]]:
    """Return the fenced code of a text: language and exact source of each block."""
    blocks: list[tuple[str, str]] = []
    fence, language = "", ""
    body: list[str] = []
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence, language, body = mark[1], mark[2], []
        elif fence and line.strip().startswith(fence):
            blocks.append((language, "\n".join(body)))
            fence = ""
        elif fence:
            body.append(line)
    if fence:
        blocks.append((language, "\n".join(body)))
    return blocks


def _line(line: str) -> Content:
    if heading := _HEADING.match(line):
        style = "bold $text-primary" if len(heading[1]) < 3 else "bold"
        return Content.assemble((inline(heading[2]).plain, style))
    if bullet := _BULLET.match(line):
        return Content.assemble(bullet[1], ("• ", "$foreground-muted"), inline(bullet[2]))
    return inline(line)


def _symbol(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
