"""Naming a session from its first prompt."""

from __future__ import annotations

import re

from tui_chat.chat.secret_rules import without_secrets

#: Longest name that is made here, in characters: what a sidebar of 30 columns shows, and a little more.
LONGEST = 48

#: Characters of a prompt among which its first words are looked for.
_LOOKED_AT = 20_000

_MARKUP = re.compile(r"^[#>*\-\s]+|[`*_]{1,3}|\[([^\]]*)\]\([^)]*\)")
#: A first sentence that is long enough to be a name and not too long.
_SENTENCE = re.compile(rf".{{14,{LONGEST - 1}}}?[.?!](?=\s)")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def name_from(prompt: str) -> str:
    """Return a name made of the first words of a prompt, or ``""`` if there are none.

    Markdown marks are left out, the first line with words counts, and it is cut between words. A key or a password
    never becomes a part of it.
    """
    prompt = without_secrets(prompt[:_LOOKED_AT])
    prose = _FENCE.sub("\n", prompt)
    for source in (prose, prompt):
        for line in source.splitlines():
            words = " ".join(_MARKUP.sub(lambda found: found[1] or "", line).split())
            if any(character.isalnum() for character in words):
                return cut(words)
    return ""


def cut(words: str) -> str:
    """Return words as a name: not longer than fits, cut between words, without a full stop."""
    printable = "".join(character for character in words if character.isprintable())
    if first := _SENTENCE.match(printable):
        printable = first[0]
    if len(printable) <= LONGEST:
        return printable.rstrip(" .,;:")
    head = printable[:LONGEST]
    # A text without spaces (a URL, Chinese) is cut where it must be.
    shortened = head.rsplit(" ", 1)[0] if " " in head[LONGEST // 2 :] else head
    return shortened.rstrip(" .,;:") + "…"
