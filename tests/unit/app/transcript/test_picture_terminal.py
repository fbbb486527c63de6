"""What the environment tells about drawing pictures."""

from __future__ import annotations

import pytest

from tui_chat.app.transcript.picture_terminal import USUAL_ASPECT, Drawing, aspect_of, drawing_for

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"},
        {"TERM": "xterm-kitty"},
        {"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"},
        {**XTERM, "TERM_PROGRAM": "ghostty"},
        {**XTERM, "KITTY_WINDOW_ID": "3"},
        {"TERM": "xterm-kitty", "VTE_VERSION": "7600"},
    ],
)
def test_kitty_and_ghostty_know_placeholders(environment: dict[str, str]) -> None:
    assert drawing_for(environment, "truecolor") is Drawing.KITTY


@pytest.mark.parametrize(
    "environment",
    [
        {},
        XTERM,
        {**XTERM, "TERM_PROGRAM": "WezTerm", "WEZTERM_PANE": "0"},
        {**XTERM, "TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "1"},
        {**XTERM, "KITTY_WINDOW_ID": "1", "VTE_VERSION": "7600"},
        {**XTERM, "KITTY_WINDOW_ID": "1", "XTERM_VERSION": "XTerm(390)"},
        {"TERM": "alacritty", "KITTY_WINDOW_ID": "1"},
        {"TERM": "tmux-256color", "TMUX": "/tmp/tmux", "KITTY_WINDOW_ID": "1"},
        {"TERM": "screen-256color", "KITTY_WINDOW_ID": "1"},
        {"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"},
        {"TERM": "xterm-ghostty", "ZELLIJ": "0"},
        {"TERM": "xterm-kitty", "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"},
    ],
)
def test_all_others_get_half_blocks(environment: dict[str, str]) -> None:
    assert drawing_for(environment, "truecolor") is Drawing.BLOCKS


@pytest.mark.parametrize("colors", [None, "standard", "256"])
def test_without_true_colour_nothing_is_drawn(colors: str | None) -> None:
    assert drawing_for({"TERM": "xterm-kitty"}, colors) is Drawing.NOT


def test_the_shape_of_a_cell_comes_from_a_terminal_that_tells_its_pixels() -> None:
    assert aspect_of(40, 120, 1200, 880) == 2.2
    assert aspect_of(40, 120, 0, 0) == USUAL_ASPECT
    assert aspect_of(0, 0, 1200, 880) == USUAL_ASPECT
    assert aspect_of(40, 120, 1200, 88_000) == USUAL_ASPECT
