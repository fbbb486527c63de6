"""The Markdown parser: markdown-it with tables, strikethrough, links and footnotes, bounded in time and depth."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from tui_chat.app.transcript.maths import keep_maths

if TYPE_CHECKING:  # the parser is imported with the first message, after the first frame
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

DEEPEST = 48
"""How far containers nest. What is deeper is shown as it was typed."""
LONGEST = 20_000
"""Characters of one paragraph beyond which it is shown as it was typed."""
MOST_MARKS = 3_000
"""The same for marks such as ``[`` and ``*``, which are looked at in pairs."""

MOST_PAIRS = 500
"""The same for what is looked at once for each of its kind: ``[`` and ``://``."""
MOST_LINKS = 200
"""The same for links without brackets, each of which is looked for in all that follows."""

Env = dict[str, Any]
"""What a parser keeps of a document: the references and footnotes that are defined in it."""
_MARKS = re.compile(r"[\[\]*_`~<&!$:@\\]")


def _inline(state: StateCore) -> None:
    """Parse what is inside the blocks, but for what would take too long."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        children: list[Token] = []
        content = token.content
        if "typed" in token.meta or (len(content) > MOST_PAIRS and _takes_long(content)):
            make = type(token)
            token.meta["typed"] = True
            for number, line in enumerate(content.split("\n")):
                children += [make("softbreak", "br", 0)] if number else []
                children.append(make("text", "", 0, content=line))
        else:
            state.md.inline.parse(content, state.md, state.env, children)
        token.children = children


def _takes_long(content: str) -> bool:
    return (
        len(content) > LONGEST
        or max(content.count("["), content.count("://")) > MOST_PAIRS
        or len(_MARKS.findall(content)) > MOST_MARKS
    )


def _bounded(linkify: Callable[[StateCore], None]) -> Callable[[StateCore], None]:
    """Return the rule that finds links without brackets, for what was parsed and has not too many."""

    def bounded(state: StateCore) -> None:
        everything = state.tokens
        state.tokens = [token for token in everything if "typed" not in token.meta and _may_link(token.content)]
        if state.tokens:
            linkify(state)
        state.tokens = everything

    return bounded


def _may_link(content: str) -> bool:
    count = content.count("://") + content.count("@")
    return 0 < count <= MOST_LINKS


@cache
def markdown() -> MarkdownIt:
    """Return the parser."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("gfm-like", {"maxNesting": DEEPEST})
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False})  # "main.py" is a file, not a site in Paraguay
    linkify = next(rule.fn for rule in parser.core.ruler.__rules__ if rule.name == "linkify")
    parser.core.ruler.at("inline", _inline)
    parser.core.ruler.at("linkify", _bounded(linkify))
    footnote_plugin(parser, inline=False, move_to_end=False)
    keep_maths(parser)
    return parser


def defined(env: Env) -> Env:
    """Return what is defined, for a parser that adds to it."""
    footnotes = env.get("footnotes", {}).get("refs", {})
    return {
        "references": dict(env.get("references", {})),
        "footnotes": {"refs": dict.fromkeys(footnotes, -1), "list": {}},
    }


def has_definitions(env: Env) -> bool:
    """Return whether anything is defined."""
    return bool(env.get("references") or env.get("footnotes", {}).get("refs"))


def parse(source: str, env: Env) -> list[Token]:
    """Return the tokens of a document; what nests too deep stands as it was typed.

    Args:
        source: Markdown, sanitized.
        env: The definitions known; those of the source are added.
    """
    tokens = markdown().parse(source, env)
    if any(token.level >= DEEPEST - 1 for token in tokens if token.nesting > 0):
        return _without_depth(tokens, source.split("\n"))
    return tokens


def _without_depth(tokens: list[Token], lines: list[str]) -> list[Token]:
    """Replace each outermost block that nests too deep by its source."""
    kept: list[Token] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.level or token.nesting > 0:
            continue
        inside = tokens[start : index + 1]
        if max(one.level for one in inside) >= DEEPEST - 1:
            at = inside[0].map or [0, len(lines)]
            text = "\n".join(lines[at[0] : at[1]])
            kept.append(type(token)("html_block", "", 0, content=text, map=at))
        else:
            kept += inside
        start = index + 1
    return kept
