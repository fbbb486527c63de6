"""Whether what is written can be read, in every theme."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui_chat.app.themes import CONTRAST, OWN, contrast, with_floor

RGB = [theme for theme in BUILTIN_THEMES.values() if not theme.ansi]
TERMINAL = [theme for theme in BUILTIN_THEMES.values() if theme.ansi]
# Their own text reads no better than this, so no ink of theirs can.
WEAK = {"solarized-dark": 4.1, "solarized-light": 4.1}
STATES = ("primary", "secondary", "accent", "warning", "error", "success")


def variables_of(theme: Theme) -> dict[str, str]:
    made = {**theme.to_color_system().generate(), **theme.variables}
    return with_floor(made, theme)


def ratio(variables: dict[str, str], ink: str, ground: str) -> float:
    return contrast(Color.parse(variables[ink]), Color.parse(variables[ground]))


def test_contrast_is_that_of_wcag() -> None:
    black, white = Color.parse("#000000"), Color.parse("#FFFFFF")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == 1
    # The lightest grey that passes AA on white.
    assert contrast(Color.parse("#767676"), white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_every_ink_of_our_themes_reads_on_every_ground_it_is_used_on(theme: Theme) -> None:
    variables = variables_of(theme)
    for ink in ("foreground", "foreground-muted", "text", "text-muted", *(f"text-{name}" for name in STATES)):
        for ground in ("background", "surface", "panel", "block-cursor-background"):
            assert ratio(variables, ink, ground) >= 4.5, f"{ink} on {ground}"
    for ground in ("background", "surface"):
        assert ratio(variables, "foreground-disabled", ground) >= 4.5
    assert ratio(variables, "block-cursor-foreground", "block-cursor-background") >= 10
    for name in ("error", "success", "warning"):
        assert ratio(variables, f"text-{name}", f"{name}-muted") >= 4.5


def test_every_word_of_the_theme_for_strong_contrast_passes_aaa_and_every_line_can_be_seen() -> None:
    variables = variables_of(CONTRAST)
    quiet = [f"{kind}-{ink}" for kind in ("text", "foreground") for ink in ("muted", "disabled")]
    inks = ["foreground", "text", *quiet, *(f"text-{name}" for name in STATES)]
    marks = ["block-cursor", "block-cursor-blurred", "screen-selection", "block-hover"]
    for ground in ("background", "surface", "panel", *(f"{mark}-background" for mark in marks)):
        for ink in inks:
            assert ratio(variables, ink, ground) >= 7, f"{ink} on {ground}"
    for ground in ("background", "surface", "panel"):
        for line in ("border-blurred", "scrollbar", "primary", "error", "warning", "success"):
            assert ratio(variables, line, ground) >= 3, f"{line} on {ground}"
    for name in ("error", "success", "warning"):
        assert ratio(variables, f"text-{name}", f"{name}-muted") >= 7
    for words, ground in (
        ("block-cursor-foreground", "block-cursor-background"),
        ("input-cursor-foreground", "primary"),
    ):
        assert ratio(variables, words, ground) >= 7


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_our_themes_need_no_floor(theme: Theme) -> None:
    made = {**theme.to_color_system().generate(), **theme.variables}
    assert with_floor(made, theme) == made


def test_our_quiet_inks_are_the_same_in_style_sheets_and_in_markup() -> None:
    for theme in OWN:
        for name in ("muted", "disabled"):
            assert theme.variables[f"text-{name}"] == theme.variables[f"foreground-{name}"]


@pytest.mark.parametrize("theme", RGB, ids=lambda theme: theme.name)
def test_every_ink_of_another_theme_is_lifted_until_it_reads(theme: Theme) -> None:
    variables = variables_of(theme)
    best = min(ratio(variables, "foreground", ground) for ground in ("background", "surface"))
    assert best >= WEAK.get(theme.name, 4.5)
    for ground in ("background", "surface"):
        assert ratio(variables, "foreground-muted", ground) >= min(5.5, best) - 0.05
        for ink in ("foreground-disabled", *(f"text-{name}" for name in STATES)):
            assert ratio(variables, ink, ground) >= min(4.5, best) - 0.05, ink
    assert ratio(variables, "border-blurred", "surface") >= 1.6 - 0.01


def test_the_floor_changes_what_cannot_be_read() -> None:
    theme = BUILTIN_THEMES["atom-one-light"]
    made = {**theme.to_color_system().generate(), **theme.variables}
    assert ratio(made, "text-warning", "background") < 3.5
    assert ratio(with_floor(made, theme), "text-warning", "background") >= 4.5


@pytest.mark.parametrize("theme", TERMINAL, ids=lambda theme: theme.name)
def test_a_theme_of_the_terminals_colours_has_one_ink(theme: Theme) -> None:
    variables = variables_of(theme)
    quiet = [variables[f"{kind}-{name}"] for kind in ("text", "foreground") for name in ("muted", "disabled")]
    assert quiet == ["ansi_default"] * 4
    # It is seen on the page: a block of black, or of white that is reversed, is not seen in a dark palette.
    is_block_light = variables["input-cursor-background"] == "ansi_white"
    is_reversed = variables["input-cursor-text-style"] == "reverse"
    assert is_block_light is theme.dark
    assert is_reversed is not theme.dark
    # Good for lines only: bright black is the page itself in some palettes.
    assert variables["border-blurred"] == "ansi_bright_black"
