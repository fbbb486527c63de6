"""Which sequences reach the terminal when a reply ends, and that nothing of a name acts on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui_chat.app.notices import Notices, osc
from tui_chat.domain.settings import NoticeSettings


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]9;ready: Plans\x1b\\"),
        ({"TERM": "xterm-kitty"}, "\x1b]9;ready: Plans\x1b\\"),
        ({"WT_SESSION": "1"}, "\x1b]9;ready: Plans\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;Plans;ready\x1b\\"),
        ({"VTE_VERSION": "7600"}, "\x1b]777;notify;Plans;ready\x1b\\"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TMUX": "x", "TERM": "tmux-256color"}, ""),
        (
            {"TMUX": "x", "TERM": "tmux-256color", "LC_TERMINAL": "WezTerm"},
            "\x1bPtmux;\x1b\x1b]9;ready: Plans\x1b\x1b\\\x1b\\",
        ),
    ],
)
def test_terminals_are_told_in_their_own_way(environment: dict[str, str], sequence: str) -> None:
    assert osc("Plans", "ready", environment) == sequence


def test_a_name_that_is_a_command_behind_osc_9_is_text() -> None:
    assert osc("4;1;50", "ready", {"WT_SESSION": "1"}).startswith("\x1b]9;ready: 4;1;50")


@pytest.mark.parametrize(
    ("when", "is_away", "is_told"),
    [("away", True, True), ("away", False, False), ("always", False, True), ("never", True, False)],
)
async def test_the_user_is_told_when_it_is_wanted(when: str, is_away: bool, is_told: bool) -> None:
    written: list[str] = []
    settings = NoticeSettings.model_validate({"when": when})
    await Notices(written.append, {}).reply_ended("Plans", "ready", settings, is_away=is_away)
    assert written == (["\x1b]2;ready: Plans · tui-chat\x1b\\", "\a"] if is_told else [])


async def test_the_title_is_as_before_once_the_user_is_back() -> None:
    written: list[str] = []
    notices = Notices(written.append, {})
    notices.seen()
    assert written == []
    await notices.reply_ended("Plans", "ready", NoticeSettings(bell=False), is_away=True)
    notices.seen()
    notices.end()
    assert written[1:] == ["\x1b]2;tui-chat\x1b\\"]


async def test_a_hostile_name_is_text() -> None:
    written: list[str] = []
    name = "a\x1b]52;c;ZXZpbA==\x07b\n\u202ec\x9d" + "x" * 500
    await Notices(written.append, {"TERM": "foot"}).reply_ended(name, "ready", NoticeSettings(), is_away=True)
    title, _bell, notice = written
    for sequence in (title, notice):
        inner = sequence[1:-2]
        assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in inner)
        assert len(inner) < 200


async def test_the_desktop_is_told_where_the_terminal_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {told}\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    settings = NoticeSettings(bell=False, title=False)
    here = {"TERM": "xterm", "DISPLAY": ":0"}
    await Notices(print, {**here, "SSH_CONNECTION": "x"}).reply_ended("--evil", "ready", settings, is_away=True)
    assert not told.exists()
    await Notices(print, here).reply_ended("--evil", "ready", settings, is_away=True)
    assert told.read_text() == "--app-name=tui-chat|--|--evil|ready|"
