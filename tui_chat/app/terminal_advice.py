"""What is to be said about a terminal, and the exact line that mends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tui_chat.app.terminal_probe import SAMPLES, Probe

#: Programs that take a copied text, with the variable without which they cannot.
_CLIPBOARDS = {
    "pbcopy": "",
    "wl-copy": "WAYLAND_DISPLAY",
    "xclip": "DISPLAY",
    "xsel": "DISPLAY",
    "clip.exe": "",
    "termux-clipboard-set": "",
}

#: Longest time in milliseconds for which tmux may hold back an Esc before it is felt.
_LONGEST_ESCAPE = 50

#: Lines to add in programs that take keys away, by what TERM_PROGRAM says.
_KEYS = {
    "vscode": (
        "VS Code keeps Ctrl+P, Ctrl+Q, Ctrl+J and F1 for itself",
        'add to settings.json: "terminal.integrated.commandsToSkipShell": ["-workbench.action.quickOpen", '
        '"-workbench.action.quit", "-workbench.action.togglePanel", "-workbench.action.showCommands"]',
    ),
    "Apple_Terminal": (
        "Terminal of macOS has 256 colours, no Shift+Enter, and takes no copied text from programs",
        "Settings, Profiles, Keyboard: tick 'Use Option as Meta key'; Option+Enter is a newline then",
    ),
}


#: Values of tmux' options that are well, and the line that sets one.
_TMUX: Mapping[str, tuple[tuple[str, ...], str]] = {
    "escape-time": ((), "set -sg escape-time 10"),
    "focus-events": (("on",), "set -g focus-events on"),
    "extended-keys": (("on", "always"), "set -s extended-keys on"),
    "set-clipboard": (("on", "external"), "set -s set-clipboard on"),
    "allow-passthrough": (("on", "all"), "set -g allow-passthrough on"),
}


class Fact(NamedTuple):
    """Something about the terminal."""

    name: str
    value: str
    is_well: bool = True
    """Whether nothing has to be done about it."""
    advice: str = ""
    """What to do, if something has to."""


def facts(
    environment: Mapping[str, str], found: Probe, tmux: Mapping[str, str], size: tuple[int, int]
) -> Iterator[Fact]:
    """Yield what is known about the terminal.

    Args:
        environment: The environment of the process.
        found: What the terminal answered.
        tmux: The options of tmux; empty outside of it.
        size: Columns and rows.
    """
    program = environment.get("TERM_PROGRAM", "")
    named = found.version or program or environment.get("TERM", "") or "unknown"
    yield Fact(
        "terminal", named, found.answers, "" if found.answers else "It answers no questions; widths are guessed."
    )
    yield Fact("size", f"{size[0]} × {size[1]}", size[0] >= 60 and size[1] >= 15, "Below 60 × 15 much is left out.")
    yield _colours(environment)
    yield _locale(environment)
    yield from _keys(environment, found)
    yield from _widths(found)
    yield _clipboard(environment)
    yield from _tmux(tmux)


def _colours(environment: Mapping[str, str]) -> Fact:
    if "NO_COLOR" in environment:
        return Fact("colours", "none, since NO_COLOR is set")
    if environment.get("COLORTERM", "") in ("truecolor", "24bit") or "WT_SESSION" in environment:
        return Fact("colours", "16 million")
    if "256" in environment.get("TERM", ""):
        advice = "If the terminal knows more: export COLORTERM=truecolor"
        return Fact("colours", "256", environment.get("TERM_PROGRAM") == "Apple_Terminal", advice)
    return Fact("colours", "16", False, "Choose a theme that uses the terminal's own: /theme ansi-dark")


def _locale(environment: Mapping[str, str]) -> Fact:
    name = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or "none"
    is_utf8 = "utf-8" in name.lower() or "utf8" in name.lower()
    return Fact("locale", name, is_utf8, "Marks are drawn in ASCII. For the others: export LANG=C.UTF-8")


def _keys(environment: Mapping[str, str], found: Probe) -> Iterator[Fact]:
    if found.has_kitty_keys:
        yield Fact("keys", "all can be told apart (kitty protocol)")
    else:
        words = "Shift+Enter comes as Enter; Ctrl+J and Alt+Enter are newlines"
        yield Fact("keys", words)
    known = _KEYS.get(environment.get("TERM_PROGRAM", ""))
    if known is not None:
        yield Fact("keys", known[0], False, known[1])
    if "WT_SESSION" in environment:
        advice = 'in settings.json, "actions": {"command": {"action": "sendInput", "input": "\\u001b[13;2u"}, '
        yield Fact("keys", "Windows Terminal sends Enter for Shift+Enter", False, f'{advice}"keys": "shift+enter"}}')
    if "ZELLIJ" in environment:
        yield Fact("keys", "zellij takes most Ctrl keys", False, "Lock it with Ctrl+G, or use Esc and the F keys.")


def _widths(found: Probe) -> Iterator[Fact]:
    wrong = [
        f"{name} {width} instead of {SAMPLES[name][1]}"
        for name, width in found.widths.items()
        if width != SAMPLES[name][1]
    ]
    if wrong:
        marks = [one for one in wrong if one.startswith(("bar", "bullet"))]
        advice = 'Set glyphs = "ascii" under [look].' if marks else "Lines with them may be drawn one cell off."
        yield Fact("widths", "; ".join(wrong), False, advice)
    elif found.widths:
        yield Fact("widths", "as they should be")


def _clipboard(environment: Mapping[str, str]) -> Fact:
    for name, variable in _CLIPBOARDS.items():
        if shutil.which(name) and (not variable or environment.get(variable)):
            return Fact("clipboard", name)
    if environment.get("TMUX"):
        return Fact("clipboard", "tmux' buffer")
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return Fact("clipboard", "a file", False, "This terminal takes none; over SSH use another one.")
    return Fact("clipboard", "the terminal (OSC 52), which nobody can check", True)


def _tmux(options: Mapping[str, str]) -> Iterator[Fact]:
    if not options:
        return
    for name, (values, line) in _TMUX.items():
        value = options.get(name, "not known")
        is_quick = value.isdecimal() and int(value) <= _LONGEST_ESCAPE
        is_well = is_quick if name == "escape-time" else value in values
        yield Fact(f"tmux {name}", value, is_well, f"add to ~/.tmux.conf: {line}")


def worth_telling(environment: Mapping[str, str], tmux: Mapping[str, str]) -> str:
    """Return what a user should hear once about this terminal, in a sentence; empty if nothing."""
    troubles = [fact for fact in (*_tmux(tmux), *_keys(environment, Probe(answers=True))) if not fact.is_well]
    first = next((fact for fact in troubles if fact.name == "tmux escape-time"), next(iter(troubles), None))
    if first is None:
        return ""
    if first.name == "tmux escape-time":
        return f"tmux holds Esc back for {first.value} ms; tui-chat doctor tells the lines that mend this"
    return "This terminal keeps some keys for itself; tui-chat doctor tells the lines that mend this"
