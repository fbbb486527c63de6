"""The marks of Markdown in a text, so that what stands in one line without its look can be read without them."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What is code comes first, since in it nothing else means anything. Bounded, since each beginning is looked at.
_MARKS = re.compile(
    r"""
    ^[ \t>]*(?P<fence>`{3,}|~{3,})[^`\n]*(?:\n(?s:.*?)(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)|\Z)
    | (?<!`)(?P<tick>`+)(?!`)(?P<code>[^\n]{1,500}?)(?<!`)(?P=tick)(?!`)
    | ^[ \t]*(?P<opening>(?:\#{1,6}|>)(?:[ \t>]+|$))
    | (?P<rule>^[ \t]*\|?[ \t]*:?-{3,}[-:|\ \t]*$)
    | (?P<bracket>!?\[)(?P<words>[^][\n]{0,500})(?P<target>\]\([^()\s]{0,2000}(?:[ ]"[^"\n]{0,200}")?\))
    """,
    re.MULTILINE | re.VERBOSE,
)
_EMPHASIS = re.compile(r"(?<![*~\\])(?P<mark>\*{1,3}|~~)(?=[^\s*~])[^\n]{0,500}?(?<=[^\s*~\\])(?P=mark)(?![*~])")


def unmarked(text: str) -> str:
    """Return a text without the marks."""
    left_out = marks(text)
    return "".join(character for index, character in enumerate(text) if index not in left_out)


def marks(text: str) -> set[int]:
    """Return the places of the characters that are marks and no words."""
    found: set[int] = set()
    code: set[int] = set()
    for match in _MARKS.finditer(text):
        if match["fence"] or match["tick"]:
            code.update(range(*match.span()))
        for start, end in _of(match, text):
            found.update(range(start, end))
    for match in _EMPHASIS.finditer(text):
        if match.start() not in code and match.end() - 1 not in code:
            length = len(match["mark"])
            found.update(range(match.start(), match.start() + length), range(match.end() - length, match.end()))
    return found


def _of(match: re.Match[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of the marks in what was matched."""
    for name in ("opening", "rule", "bracket", "target"):
        if match[name]:
            yield match.span(name)
    if match["tick"]:
        yield match.span("tick")
        yield match.end("code"), match.end()
    if match["fence"]:
        yield match.start("fence"), _end_of_line(text, match.start())
        last = text.rfind("\n", match.start(), match.end()) + 1
        if match["fence"] in text[last : match.end()]:
            yield last, match.end()


def _end_of_line(text: str, start: int) -> int:
    return end if (end := text.find("\n", start)) >= 0 else len(text)
