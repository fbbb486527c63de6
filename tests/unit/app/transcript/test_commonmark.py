"""The examples of the CommonMark specification: the right words in the right order."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.unit.app.transcript.words import words_of_html, words_of_layout
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.parser import markdown
from tui_chat.app.transcript.sanitize import sanitize

EXAMPLES = json.loads(Path(__file__).with_name("data").joinpath("commonmark.json").read_text(encoding="utf-8"))
WIDE = 100_000


def test_there_are_all_examples() -> None:
    assert len(EXAMPLES) == 652


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_has_its_words(number: int) -> None:
    source = sanitize(EXAMPLES[number]["markdown"])

    assert words_of_layout(layout_markdown(source, WIDE)) == words_of_html(_rendered(source))


def _rendered(source: str) -> str:
    """HTML in which the HTML of the source stands as text, as it does on screen."""
    env: dict[str, object] = {}
    tokens = markdown().parse(source, env)
    for token in tokens:
        if token.type.startswith("footnote_reference"):
            token.type, token.content = "html_block", str(token.meta.get("label", ""))
        if token.type == "html_block":
            token.content = f"<p>{html.escape(token.content)}</p>"
        for child in token.children or ():
            if child.type == "footnote_ref":
                child.type, child.content = "text", f"[{child.meta['label']}]"
            if child.type == "html_inline":
                is_break = re.fullmatch(r"<br\s*/?>", child.content, re.IGNORECASE)
                child.content = " " if is_break else html.escape(child.content)
    return str(markdown().renderer.render(tokens, markdown().options, env))
