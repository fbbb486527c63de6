"""Colours and marks: the three themes of tui-chat, a contrast floor for every other theme, and the glyphs."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

MUTED_LEAST = 5.5
"""Least contrast of muted words with the page and with raised ground (WCAG 2 ratio)."""
TEXT_LEAST = 4.5
"""Least contrast of every other word: WCAG 2, level AA."""
LINE_LEAST = 1.6
"""Least contrast of a rule or a dim bar with the ground it lies on."""


def _theme(name: str, *, is_dark: bool, colors: dict[str, str], **variables: str) -> Theme:
    """Return a theme of ours: what it chooses, and what follows from that.

    Args:
        name: what it is called.
        is_dark: whether its ground is darker than its text.
        colors: what every theme of Textual has: grounds, text, accent, states.
        variables: every other token that is chosen by hand, with ``_`` for ``-``.
    """
    chosen = {token.replace("_", "-"): color for token, color in variables.items()}
    page, text, accent = colors["background"], colors["foreground"], colors["primary"]
    return Theme(
        name=name,
        dark=is_dark,
        primary=accent,
        secondary=colors["secondary"],
        accent=accent,
        warning=colors["warning"],
        error=colors["error"],
        success=colors["success"],
        foreground=text,
        background=page,
        surface=colors["surface"],
        panel=colors["panel"],
        variables={
            "text": text,
            **{f"text-{ink}": chosen[f"foreground-{ink}"] for ink in ("muted", "disabled")},
            **{f"text-{kind}": colors[kind] for kind in ("primary", "secondary", "warning", "error", "success")},
            "text-accent": accent,
            "primary-muted": chosen["block-cursor-background"],
            "border": accent,
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": colors["panel"],
            "block-cursor-blurred-foreground": text,
            "block-cursor-blurred-text-style": "bold",
            "scrollbar-active": accent,
            **{f"scrollbar-background{state}": page for state in ("", "-hover", "-active")},
            "input-cursor-background": accent,
            "input-cursor-foreground": page,
            "link-color": accent,
            **chosen,
        },
    )


INK = _theme(
    "ink",
    is_dark=True,
    colors={
        "background": "#14171A",
        "surface": "#1B1F23",
        "panel": "#252B30",
        "foreground": "#D5DAD9",
        "primary": "#74C7BC",
        "secondary": "#93B5E6",
        "warning": "#E3BF78",
        "error": "#F0908A",
        "success": "#9DC88D",
    },
    foreground_muted="#A0AAAB",
    foreground_disabled="#838E90",
    warning_muted="#3B3424",
    error_muted="#412A2A",
    success_muted="#2A372A",
    border_blurred="#3A4247",
    block_cursor_background="#20383A",
    block_cursor_foreground="#EAF2F0",
    block_hover_background="#20262A",
    scrollbar="#333A3F",
    scrollbar_hover="#4A5359",
    input_selection_background="#74C7BC 30%",
    screen_selection_background="#2B5551",
)
"""The dark theme, and the default: blue-black ground, sea-glass accent."""

PAPER = _theme(
    "paper",
    is_dark=False,
    colors={
        "background": "#FBF8F2",
        "surface": "#F2EDE2",
        "panel": "#E7DFD0",
        "foreground": "#2A2C2B",
        "primary": "#0B6B63",
        "secondary": "#2A5BA3",
        "warning": "#825400",
        "error": "#AD3229",
        "success": "#3B662A",
    },
    foreground_muted="#565A57",
    foreground_disabled="#676B66",
    warning_muted="#F3E3BF",
    error_muted="#F6D9D2",
    success_muted="#DDE8CF",
    border_blurred="#D3C9B7",
    block_cursor_background="#CFE3DC",
    block_cursor_foreground="#14211F",
    block_hover_background="#EDE6D9",
    scrollbar="#D9D0BF",
    scrollbar_hover="#BFB5A2",
    input_selection_background="#0B6B63 25%",
    screen_selection_background="#BFDDD5",
)
"""The light theme: warm paper."""

CONTRAST = _theme(
    "contrast",
    is_dark=True,
    colors={
        "background": "#000000",
        "surface": "#161616",
        "panel": "#2B2B2B",
        "foreground": "#FFFFFF",
        "primary": "#7FEBDD",
        "secondary": "#B5D0FF",
        "warning": "#FFD873",
        "error": "#FFB3AD",
        "success": "#B4EBA2",
    },
    foreground_muted="#DADADA",
    foreground_disabled="#C6C6C6",
    warning_muted="#3A2F00",
    error_muted="#4A1512",
    success_muted="#123A12",
    border_blurred="#8C8C8C",
    block_cursor_background="#0A3A3D",
    block_cursor_foreground="#FFFFFF",
    block_hover_background="#222222",
    scrollbar="#8C8C8C",
    scrollbar_hover="#B0B0B0",
    input_selection_background="#7FEBDD 40%",
    screen_selection_background="#0A3634",
)
"""The dark theme for those who need strong contrast: every word at 7 to 1 or more, every line and mark at 3 to 1."""

OWN = (INK, PAPER, CONTRAST)
"""The themes to register with the app. Their inks are chosen by hand and need no floor."""


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
    return {**variables, **(_terminal_inks(is_dark=theme.dark) if theme.ansi else _lifted_inks(variables))}


def _terminal_inks(*, is_dark: bool) -> dict[str, str]:
    """Return inks for a theme of the terminal's own colours, of which nothing is known.

    Bright black is the page itself in some palettes, so it is good for lines only.
    """
    quiet = {f"{kind}-{ink}": "ansi_default" for kind in ("text", "foreground") for ink in ("muted", "disabled")}
    grounds = {f"scrollbar-background{state}": "ansi_default" for state in ("", "-hover", "-active")}
    # Black is the page of a dark palette.
    cursor = {"input-cursor-background": "ansi_white", "input-cursor-foreground": "ansi_black"} if is_dark else {}
    return {
        **quiet,
        **grounds,
        **cursor,
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
