"""What is said about terminals, and that each trouble comes with what mends it."""

from __future__ import annotations

import pytest

from tui_chat.app.terminal_advice import Fact, facts, worth_telling
from tui_chat.app.terminal_probe import SAMPLES, Probe

WELL = Probe(True, "kitty 0.35", True, {name: width for name, (_, width) in SAMPLES.items()})
UTF8 = {"LANG": "C.UTF-8", "COLORTERM": "truecolor", "TERM": "xterm-256color"}
TMUX = {
    "escape-time": "10",
    "focus-events": "on",
    "extended-keys": "on",
    "set-clipboard": "on",
    "allow-passthrough": "on",
}


def found(
    environment: dict[str, str],
    probe: Probe = WELL,
    tmux: dict[str, str] | None = None,
    size: tuple[int, int] = (120, 40),
) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts({**UTF8, **environment}, probe, tmux or {}, size)}


def test_a_good_terminal_has_nothing_to_mend() -> None:
    assert all(fact.is_well for fact in found({}, tmux=TMUX).values())


@pytest.mark.parametrize("option", TMUX)
def test_each_option_of_tmux_comes_with_its_line(option: str) -> None:
    fact = found({"TMUX": "x"}, tmux={**TMUX, option: "off" if option != "escape-time" else "500"})[f"tmux {option}"]
    assert not fact.is_well
    assert fact.advice.startswith("add to ~/.tmux.conf: set ") and option in fact.advice


@pytest.mark.parametrize(
    ("environment", "name", "words"),
    [
        ({"COLORTERM": "", "TERM": "xterm"}, "colours", "ansi-dark"),
        ({"COLORTERM": ""}, "colours", "COLORTERM=truecolor"),
        ({"LANG": "C"}, "locale", "LANG=C.UTF-8"),
        ({"TERM_PROGRAM": "vscode"}, "keys", "commandsToSkipShell"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "keys", "Option as Meta"),
        ({"WT_SESSION": "1"}, "keys", "sendInput"),
        ({"ZELLIJ": "0"}, "keys", "Ctrl+G"),
    ],
)
def test_terminals_with_troubles_are_told_what_mends_them(environment: dict[str, str], name: str, words: str) -> None:
    fact = found(environment)[name]
    assert not fact.is_well
    assert words in fact.advice


def test_wrong_widths_are_named() -> None:
    fact = found({}, WELL._replace(widths={**WELL.widths, "bar": 2, "CJK": 2}))["widths"]
    assert (fact.value, "ascii" in fact.advice) == ("bar 2 instead of 1", True)


def test_a_small_or_silent_terminal_is_told() -> None:
    assert not found({}, size=(40, 10))["size"].is_well
    assert not found({}, Probe(answers=False))["terminal"].is_well


def test_only_what_is_felt_is_told_by_itself() -> None:
    assert worth_telling(UTF8, {}) == ""
    assert worth_telling(UTF8, TMUX) == ""
    assert "500 ms" in worth_telling(UTF8, {**TMUX, "escape-time": "500", "focus-events": "off"})
    assert "keeps some keys" in worth_telling({**UTF8, "TERM_PROGRAM": "vscode"}, {})
