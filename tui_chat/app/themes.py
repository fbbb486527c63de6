"""Colours and marks: the two themes of tui-chat, a contrast floor for every other theme, and the glyphs."""

from __future__ import annotations

from typing import NamedTuple

from textual.color import Color
from textual.theme import Theme

MUTED_LEAST = 5.5
"""Least contrast of muted words with the page and with raised ground (WCAG 2 ratio)."""
TEXT_LEAST = 4.5
"""Least contrast of every other word: WCAG 2, level AA."""
LINE_LEAST = 1.6
"""Least contrast of a rule or a dim bar with the ground it lies on."""

INK = Theme(
    name="ink",
    dark=True,
    background="#14171A",
    surface="#1B1F23",
    panel="#252B30",
    foreground="#D5DAD9",
    primary="#74C7BC",
    secondary="#93B5E6",
    accent="#74C7BC",
    warning="#E3BF78",
    error="#F0908A",
    success="#9DC88D",
    variables={
        "text": "#D5DAD9",
        "text-muted": "#A0AAAB",
        "text-disabled": "#838E90",
        "text-primary": "#74C7BC",
        "text-secondary": "#93B5E6",
        "text-accent": "#74C7BC",
        "text-warning": "#E3BF78",
        "text-error": "#F0908A",
        "text-success": "#9DC88D",
        "foreground-muted": "#A0AAAB",
        "foreground-disabled": "#838E90",
        "primary-muted": "#20383A",
        "warning-muted": "#3B3424",
        "error-muted": "#412A2A",
        "success-muted": "#2A372A",
        "border": "#74C7BC",
        "border-blurred": "#3A4247",
        "block-cursor-background": "#20383A",
        "block-cursor-foreground": "#EAF2F0",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#252B30",
        "block-cursor-blurred-foreground": "#D5DAD9",
        "block-cursor-blurred-text-style": "bold",
        "block-hover-background": "#20262A",
        "scrollbar": "#333A3F",
        "scrollbar-hover": "#4A5359",
        "scrollbar-active": "#74C7BC",
        "scrollbar-background": "#14171A",
        "scrollbar-background-hover": "#14171A",
        "scrollbar-background-active": "#14171A",
        "input-cursor-background": "#74C7BC",
        "input-cursor-foreground": "#14171A",
        "input-selection-background": "#74C7BC 30%",
        "screen-selection-background": "#2B5551",
        "link-color": "#74C7BC",
    },
)
"""The dark theme, and the default: blue-black ground, sea-glass accent."""

PAPER = Theme(
    name="paper",
    dark=False,
    background="#FBF8F2",
    surface="#F2EDE2",
    panel="#E7DFD0",
    foreground="#2A2C2B",
    primary="#0B6B63",
    secondary="#2A5BA3",
    accent="#0B6B63",
    warning="#825400",
    error="#AD3229",
    success="#3B662A",
    variables={
        "text": "#2A2C2B",
        "text-muted": "#565A57",
        "text-disabled": "#676B66",
        "text-primary": "#0B6B63",
        "text-secondary": "#2A5BA3",
        "text-accent": "#0B6B63",
        "text-warning": "#825400",
        "text-error": "#AD3229",
        "text-success": "#3B662A",
        "foreground-muted": "#565A57",
        "foreground-disabled": "#676B66",
        "primary-muted": "#CFE3DC",
        "warning-muted": "#F3E3BF",
        "error-muted": "#F6D9D2",
        "success-muted": "#DDE8CF",
        "border": "#0B6B63",
        "border-blurred": "#D3C9B7",
        "block-cursor-background": "#CFE3DC",
        "block-cursor-foreground": "#14211F",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#E7DFD0",
        "block-cursor-blurred-foreground": "#2A2C2B",
        "block-cursor-blurred-text-style": "bold",
        "block-hover-background": "#EDE6D9",
        "scrollbar": "#D9D0BF",
        "scrollbar-hover": "#BFB5A2",
        "scrollbar-active": "#0B6B63",
        "scrollbar-background": "#FBF8F2",
        "scrollbar-background-hover": "#FBF8F2",
        "scrollbar-background-active": "#FBF8F2",
        "input-cursor-background": "#0B6B63",
        "input-cursor-foreground": "#FBF8F2",
        "input-selection-background": "#0B6B63 25%",
        "screen-selection-background": "#BFDDD5",
        "link-color": "#0B6B63",
    },
)
"""The light theme: warm paper."""

OWN = (INK, PAPER)
"""The themes to register with the app. Their inks are chosen by hand and need no floor."""


class Glyphs(NamedTuple):
    """The marks that are drawn. Each is one cell wide."""

    bar: str = "▎"
    """Left of the row on which Enter acts."""
    running: str = "●"
    """A reply is being written; also: chosen."""
    new: str = "•"
    """Finished and not yet seen; also: waiting, changed, an item of a list."""
    interrupted: str = "■"
    """Cut off; also: ticked."""
    failed: str = "!"
    """Went wrong."""
    unticked: str = "□"
    """An option that is off."""
    cut: str = "…"
    """Stands for text that did not fit."""
    between: str = "·"
    """Separates facts."""
    rule: str = "─"
    """A horizontal line."""
    meter: str = "━"
    """One step of a meter."""
    edge: str = "│"
    """A vertical line."""


UNICODE = Glyphs()
"""Marks found in common monospace fonts."""
ASCII = Glyphs(
    bar="|",
    running="*",
    new="-",
    interrupted="#",
    unticked="_",
    cut="~",
    between="-",
    rule="-",
    meter="=",
    edge="|",
)
"""Marks for locales without UTF-8 and for terminals that draw ambiguous marks two cells wide."""


def luminance(color: Color) -> float:
    """Return the relative luminance of a colour, from 0 (black) to 1 (white), as WCAG 2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two opaque colours, from 1 (the same) to 21 (black and white), as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def with_floor(variables: dict[str, str], theme: Theme) -> dict[str, str]:
    """Return a theme's CSS variables with its quiet inks lifted until they can be read.

    Args:
        variables: what Textual made of the theme.
        theme: the theme they were made of. Those of `OWN` come back as they are.
    """
    if any(theme.name == own.name for own in OWN):
        return variables
    return {**variables, **(_terminal_inks() if theme.ansi else _lifted_inks(variables))}


def _terminal_inks() -> dict[str, str]:
    """Return inks for a theme of the terminal's own colours, of which nothing is known.

    Bright black is the page itself in some palettes, so it is good for lines only.
    """
    quiet = {f"{kind}-{ink}": "ansi_default" for kind in ("text", "foreground") for ink in ("muted", "disabled")}
    grounds = {f"scrollbar-background{state}": "ansi_default" for state in ("", "-hover", "-active")}
    return {
        **quiet,
        **grounds,
        "border-blurred": "ansi_bright_black",
        "scrollbar": "ansi_bright_black",
        "panel": "transparent",
        "block-cursor-blurred-text-style": "bold",
    }


def _lifted_inks(variables: dict[str, str]) -> dict[str, str]:
    page, raised, ink = (Color.parse(variables[name]) for name in ("background", "surface", "foreground"))
    lifted = {}
    for name, least in (("muted", MUTED_LEAST), ("disabled", TEXT_LEAST)):
        share = max(_share(ground, ink, ground, least, start=0.5) for ground in (page, raised))
        lifted[f"text-{name}"] = lifted[f"foreground-{name}"] = raised.blend(ink, share).hex
    for name in ("primary", "secondary", "accent", "success", "warning", "error"):
        color = Color.parse(variables[f"text-{name}"])
        share = max(_share(color, ink, ground, TEXT_LEAST) for ground in (page, raised))
        lifted[f"text-{name}"] = color.blend(ink, share).hex
    line = raised.blend(ink, _share(raised, ink, raised, LINE_LEAST, start=0.1)).hex
    return {
        **lifted,
        "border-blurred": line,
        "scrollbar": line,
        "scrollbar-background": page.hex,
        "scrollbar-background-hover": page.hex,
        "scrollbar-background-active": page.hex,
    }


def _share(color: Color, ink: Color, ground: Color, least: float, start: float = 0.0) -> float:
    """Return the least share of an ink that a colour must take in to stand off from a ground, 1 if none is enough."""
    share = start
    while share < 1 and contrast(color.blend(ink, share), ground) < least:
        share += 0.02
    return min(share, 1.0)
