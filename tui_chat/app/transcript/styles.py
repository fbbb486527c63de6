"""From style keys to colours: the names that the transcript draws with, resolved for one theme."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.filter import NoColor
from textual.widget import Widget

from tui_chat.app.transcript.lines import StyleKey
from tui_chat.app.transcript.links import knows_links, link_for


class Rule(NamedTuple):
    """What a name adds to the style of a run."""

    ink: str = ""
    """The theme token of the text, without ``$``; empty: as before."""
    ground: str = ""
    """The theme token of what is behind it; empty: as before."""
    attributes: str = ""
    """``bold``, ``italic``, ``underline``, ``strike``, ``reverse``; more than one with spaces between."""


GROUNDS = {"page": "background", "card": "surface", "panel": "panel", "cursor": "block-cursor-background"}
"""The grounds that a line can be drawn on, and their tokens."""

RULES: dict[str, Rule] = {
    # Inline
    "strong": Rule(attributes="bold"),
    "em": Rule(attributes="italic"),
    "strike": Rule(attributes="strike"),
    "code": Rule(ground="panel"),
    "link": Rule("text-primary", attributes="underline"),
    "html": Rule("foreground-muted"),
    # Blocks
    "title": Rule("text-primary", attributes="bold"),
    "heading": Rule(attributes="bold"),
    "quote": Rule("foreground-muted", attributes="italic"),
    "rule": Rule("border-blurred"),
    "head": Rule("foreground-muted"),
    "language": Rule("foreground-disabled"),
    # Code
    "keyword": Rule("text-secondary"),
    "string": Rule("text-success"),
    "number": Rule("text-warning"),
    "comment": Rule("foreground-disabled", attributes="italic"),
    "name": Rule(attributes="bold"),
    "decorator": Rule("text-primary"),
    # What stands around the text of a message
    "bold": Rule(attributes="bold"),
    "muted": Rule("foreground-muted"),
    "faint": Rule("foreground-disabled"),
    "italic": Rule(attributes="italic"),
    "accent": Rule("text-primary"),
    "bar": Rule("primary"),
    "dim-bar": Rule("border-blurred"),
    "warning": Rule("text-warning"),
    "error": Rule("text-error"),
    "success": Rule("text-success"),
    "error-bar": Rule("error"),
    "warning-bar": Rule("warning"),
    "hit": Rule("text-primary", attributes="bold"),
    "cursor": Rule("block-cursor-foreground", "block-cursor-background"),
    "gone": Rule("text-error", "error-muted", "strike"),
    "new": Rule("text-success", "success-muted", "underline"),
    "selection": Rule(ground="screen-selection-background"),
    "cap": Rule("surface"),
}
"""What each name means. Names that are not here add nothing."""


class Styles:
    """The styles of one theme; each key is resolved once.

    Attributes:
        has_tones: Whether grounds differ by tone. Without tones a card has no caps.
        no_color: Whether all colours are left out.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        *,
        ansi: bool = False,
        no_color: bool = False,
        hyperlinks: bool = False,
    ) -> None:
        """Resolve for one theme.

        Args:
            variables: The theme's tokens and their values, as ``App.theme_variables`` gives them.
            ansi: Whether the theme draws with the terminal's own colours.
            no_color: Whether to leave all colours out; weight, underline and marks stay.
            hyperlinks: Whether the terminal knows links (OSC 8).
        """
        self._variables = variables
        self.no_color = no_color
        self._hyperlinks = hyperlinks
        self._styles: dict[tuple[StyleKey, str], Style] = {}
        self.has_tones = not (ansi or no_color)

    def get(self, key: StyleKey, ground: str = "page") -> Style:
        """The style of a run.

        Args:
            key: The run's style key.
            ground: What its line is drawn on, a name of ``GROUNDS``.
        """
        style = self._styles.get((key, ground))
        if style is None:
            style = self._styles[key, ground] = self._resolve(key, ground)
        return style

    def _resolve(self, key: StyleKey, ground: str) -> Style:
        rules = [RULES.get(name, Rule()) for name in _names(key)]
        # A theme without tones has clear cards: they lie on the page.
        behind = self._color(GROUNDS[ground], None) or self._color(GROUNDS["page"], None)
        for rule in rules:
            behind = self._color(rule.ground, behind) or behind if rule.ground else behind
        ink = next((rule.ink for rule in reversed(rules) if rule.ink), "foreground")
        address = address_of(key)
        attributes = " ".join(rule.attributes for rule in rules)
        front = self._color(ink, behind)
        return Style.parse(attributes) + Style(
            color=None if front is None or self.no_color else front.rich_color,
            bgcolor=None if behind is None or self.no_color else behind.rich_color,
            link=link_for(address) if self._hyperlinks and address else None,
        )

    def _color(self, token: str, behind: Color | None) -> Color | None:
        """The colour of a token, with what shines through mixed in; None: the theme does not say, or it is clear."""
        value, _, share = self._variables.get(token, "").partition(" ")
        try:
            color = Color.parse(value)
        except ColorParseError:
            return None
        if share.endswith("%"):
            color = color.multiply_alpha(float(share[:-1]) / 100)
        if color.ansi is not None or color.a == 1:
            return color
        if color.a == 0 or behind is None or behind.ansi is not None:
            return None
        return behind + color


def styles_for(widget: Widget) -> Styles:
    """Return the styles of the app's theme, for a widget that draws itself."""
    variables, ansi = widget.app.theme_variables, widget.app.current_theme.ansi
    if widget.has_class("-raised") and not ansi:
        variables = _raised(variables)
    elif widget.app.has_class("-transparent"):
        variables = _clear(variables)
    no_color = any(isinstance(one, NoColor) for one in widget.get_line_filters())
    return Styles(variables, ansi=ansi, no_color=no_color, hyperlinks=knows_links(os.environ))


def _raised(variables: Mapping[str, str]) -> dict[str, str]:
    """Return a theme's tokens for a pane on raised ground: what lies on it is sunken."""
    page, card = variables.get("background", ""), variables.get("surface", "")
    return {**variables, "background": card, "surface": page}


def _clear(variables: Mapping[str, str]) -> dict[str, str]:
    """Return a theme's tokens for a page that keeps the terminal's own background."""
    return {**variables, "background": "ansi_default"}


def address_of(key: StyleKey) -> str | None:
    """Where a run leads, if it is part of a link."""
    return key[key.index("link") + 1] if "link" in key else None


def _names(key: StyleKey) -> list[str]:
    """The names in a key, without the address of a link."""
    if "link" not in key:
        return list(key)
    at = key.index("link")
    return [*key[: at + 1], *key[at + 2 :]]
