"""Asking the terminal what it can do: by the questions that terminals answer, in the moment before any app runs."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

#: Samples whose width a terminal may get wrong, with the width that the app reckons with.
SAMPLES = {
    "CJK": ("漢", 2),
    "emoji": ("🙂", 2),
    "emoji with selector": ("❤️", 2),
    "joined emoji": ("👩‍💻", 2),
    "combining mark": ("e\u0301", 1),
    "bar": ("▎", 1),
    "bullet": ("•", 1),
}

_TMUX = ("escape-time", "focus-events", "extended-keys", "set-clipboard", "allow-passthrough")

#: Seconds that a terminal gets to answer; one at the other end of a slow line needs a while.
_PATIENCE = 0.8

_CURSOR = re.compile(rb"\x1b\[(\d+);(\d+)R")
_KITTY = re.compile(rb"\x1b\[\?(\d+)u")
_DEVICE = re.compile(rb"\x1b\[\?[\d;]*c")
_VERSION = re.compile(rb"\x1bP>\|([^\x1b]*)\x1b\\")


class Probe(NamedTuple):
    """What a terminal has answered."""

    answers: bool
    """Whether it answers at all."""
    version: str = ""
    """What it calls itself."""
    has_kitty_keys: bool = False
    """Whether it speaks the kitty keyboard protocol, by which all keys can be told apart."""
    widths: Mapping[str, int] = {}
    """How wide it draws the samples, in cells."""


def probe() -> Probe:
    """Ask the terminal on stdin and stdout; it must be one.

    The samples are written and wiped away again.
    """
    with _raw() as terminal:
        if terminal is None:
            return Probe(answers=False)
        # Every terminal answers the last question, so nobody has to wait for those it does not know.
        reply = _asked(terminal, b"\x1b[>q\x1b[?u\x1b[c", _DEVICE)
        if not _DEVICE.search(reply):
            return Probe(answers=False)
        version = _VERSION.search(reply)
        widths = {name: width for name, (text, _) in SAMPLES.items() if (width := _width(terminal, text)) is not None}
        return Probe(True, _plain(version[1]) if version else "", _KITTY.search(reply) is not None, widths)


def tmux_options(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the options of the tmux that this runs in; empty if it does not."""
    if not environment.get("TMUX"):
        return {}
    return {name: value for name in _TMUX if (value := _tmux_option(name))}


def _tmux_option(name: str) -> str:
    for scope in ("-sv", "-gv"):  # of the server, or of all sessions and windows
        asked = ["tmux", "show", scope, name]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603  # nothing foreign
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    return ""


@contextmanager
def _raw() -> Iterator[int | None]:
    """Let keys and answers come as bytes for a while; ``None`` where that is not possible."""
    try:
        import termios
        import tty
    except ImportError:  # Windows has its own way, which none of these questions needs
        yield None
        return
    try:
        number = sys.stdin.fileno()
        before = termios.tcgetattr(number)
    except (OSError, ValueError, termios.error):
        yield None
        return
    try:
        tty.setcbreak(number)
        yield number
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def _asked(terminal: int, question: bytes, end: re.Pattern[bytes]) -> bytes:
    """Return what a terminal answers, up to what ends the answer."""
    os.write(sys.stdout.fileno(), question)
    reply, deadline = b"", time.monotonic() + _PATIENCE
    while not end.search(reply) and (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([terminal], [], [], left)
        if ready:
            reply += os.read(terminal, 1024)
    return reply


def _width(terminal: int, text: str) -> int | None:
    reply = _asked(terminal, b"\r" + text.encode() + b"\x1b[6n", _CURSOR)
    os.write(sys.stdout.fileno(), b"\r\x1b[K")
    found = _CURSOR.search(reply)
    return int(found[2]) - 1 if found else None


def _plain(text: bytes) -> str:
    return "".join(character for character in text.decode(errors="replace") if character.isprintable())[:60]
