"""Links that are sent to the terminal."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from tests.unit.app.transcript.test_styles import INK
from tui_chat.app.transcript.links import knows_links, link_for
from tui_chat.app.transcript.styles import Styles


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-kitty"},
        {"TERM": "xterm-256color", "VTE_VERSION": "7600"},
        {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"},
        {"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.5a"},
    ],
)
def test_known_terminals(environment: dict[str, str]) -> None:
    assert knows_links(environment)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"TERM": "linux"},
        {"TERM": "xterm-256color", "VTE_VERSION": "4800"},
        {"TERM": "screen", "TMUX": "x", "KITTY_WINDOW_ID": "1"},
        {"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"},
    ],
)
def test_others_get_none(environment: dict[str, str]) -> None:
    assert not knows_links(environment)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "https://a\x1b]8;;\x07", "https://ä.example", "https://a b", ""],
)
def test_what_is_not_plain_is_not_sent(address: str) -> None:
    assert link_for(address) is None


def test_a_link_is_sent_with_its_text_and_only_where_it_is_known() -> None:
    key = ("link", "https://example.org/a?b=c")
    for is_known in (True, False):
        styles = Styles(INK, hyperlinks=is_known)
        sent = Strip([Segment("here", styles.get(key))]).render(Console())
        assert ("https://example.org/a?b=c" in sent) is is_known
    evil = Styles(INK, hyperlinks=True).get(("link", "https://a\x1b\\evil"))
    assert evil.link is None
