"""Links that the terminal itself knows (OSC 8): where they may be sent, and what may be in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KNOWN_TERMS = re.compile(r"xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour|mintty|iterm2")
_KNOWN_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"}
_SIGNS = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "ALACRITTY_WINDOW_ID", "DOMTERM")

#: VTE knows links since 0.50; before 0.54 a long one could crash it.
_FIRST_VTE = 5400
#: tmux hands links on since 3.4.
_FIRST_TMUX = (3, 4)

_SAFE = re.compile(r"(?:https?|mailto):[!-~]{1,2000}", re.IGNORECASE)


def knows_links(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal knows links, as far as its environment tells.

    A terminal that does not know them shows nothing odd as a rule, but some old ones print the address into the text.
    """
    program = environment.get("TERM_PROGRAM", "")
    if environment.get("TMUX") or program == "tmux":
        return program == "tmux" and _version(environment.get("TERM_PROGRAM_VERSION", "")) >= _FIRST_TMUX
    if program in _KNOWN_PROGRAMS or any(environment.get(sign) for sign in _SIGNS):
        return True
    vte = environment.get("VTE_VERSION", "")
    if vte.isdigit() and int(vte) >= _FIRST_VTE:
        return True
    return _KNOWN_TERMS.match(environment.get("TERM", "")) is not None


def link_for(address: str) -> str | None:
    """Return an address as the terminal may get it; ``None`` for one that is neither web nor mail, or not printable.

    What a model writes ends up between escape sequences here, so nothing but printable ASCII is let through.
    """
    return address if _SAFE.fullmatch(address) else None


def _version(words: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", words)
    return (int(found[1]), int(found[2])) if found else (0, 0)
