"""Telling the user that a reply has ended while another window has the keys: bell, desktop, window title."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress

from tui_chat.app.transcript.sanitize import one_line
from tui_chat.domain.settings import NoticeSettings

#: Terminals that show a notification for OSC 9, by what they set; and those that do for OSC 777.
_OSC_9 = ("iTerm.app", "WezTerm", "ghostty", "kitty")
_OSC_777 = ("foot", "rxvt", "contour")

_LONGEST = 120
TITLE = "tui-chat"


class Notices:
    """What reaches a user who looks elsewhere.

    Args:
        write: Sends a sequence to the terminal.
        environment: The environment of the process; tells which terminal it is.
    """

    def __init__(self, write: Callable[[str], None], environment: Mapping[str, str] = os.environ) -> None:
        self._write = write
        self._environment = environment
        self._is_marked = False

    async def reply_ended(self, session: str, how: str, settings: NoticeSettings, *, is_away: bool) -> None:
        """Tell that a reply has ended.

        Args:
            session: The name of its session; foreign text.
            how: How it ended, in a word or two.
            settings: What is wanted.
            is_away: Whether another window has the keys.
        """
        if settings.when == "never" or (settings.when == "away" and not is_away):
            return
        name = _plain(session)
        if settings.title:
            self._mark(f"{how}: {name}")
        if settings.bell:
            self._write("\a")
        if settings.desktop:
            await self._notify(name, how)

    def seen(self) -> None:
        """Take the mark off the title: the user is back."""
        if self._is_marked:
            self._is_marked = False
            self._write(f"\x1b]2;{TITLE}\x1b\\")

    def end(self) -> None:
        """Leave the title as it was found."""
        self.seen()

    def _mark(self, text: str) -> None:
        self._is_marked = True
        self._write(f"\x1b]2;{text} · {TITLE}\x1b\\")

    async def _notify(self, title: str, body: str) -> None:
        sequence = osc(title, body, self._environment)
        if sequence:
            self._write(sequence)
        elif program := _notifier(self._environment):
            # No shell: the name of a session is foreign text. What stands behind -- is no option.
            with suppress(OSError):
                process = await asyncio.create_subprocess_exec(
                    program,
                    "--app-name=tui-chat",
                    "--",
                    title,
                    body,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                await process.wait()


def osc(title: str, body: str, environment: Mapping[str, str]) -> str:
    """Return the sequence by which a terminal shows a notification; empty if it is not known to.

    In tmux it is wrapped so that tmux hands it on, which it does if ``allow-passthrough`` is on.
    """
    program, term = environment.get("TERM_PROGRAM", ""), environment.get("TERM", "")
    is_in_tmux = bool(environment.get("TMUX"))
    if is_in_tmux:
        program = environment.get("LC_TERMINAL", "")
    if program in _OSC_9 or "kitty" in term or "ghostty" in term or "WT_SESSION" in environment:
        # Our own word first: behind OSC 9, a number is a command (4: progress, 7: run a program in ConEmu).
        sequence = f"\x1b]9;{body}: {title}\x1b\\"
    elif program in _OSC_777 or term.startswith(_OSC_777) or "VTE_VERSION" in environment:
        sequence = f"\x1b]777;notify;{title.replace(';', ',')};{body}\x1b\\"
    else:
        return ""
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\" if is_in_tmux else sequence


def _notifier(environment: Mapping[str, str]) -> str | None:
    """Return the desktop's own program, if there is a desktop here and not at the other end of a connection."""
    has_desktop = "DISPLAY" in environment or "WAYLAND_DISPLAY" in environment
    return shutil.which("notify-send") if has_desktop and "SSH_CONNECTION" not in environment else None


def _plain(text: str) -> str:
    """Return foreign text in one line, without anything that a terminal would act on."""
    line = one_line(text)
    return "".join(character for character in line if character.isprintable())[:_LONGEST]
