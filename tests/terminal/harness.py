"""The real program in a pseudo-terminal, behind a terminal emulator that answers as a real one does."""

from __future__ import annotations

import base64
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

#: What keys send, as xterm has it.
KEYS = {
    "enter": b"\r",
    "esc": b"\x1b",
    "tab": b"\t",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "f1": b"\x1bOP",
    "f3": b"\x1bOR",
    "f9": b"\x1b[20~",
} | {f"ctrl+{letter}": bytes([ord(letter) - 96]) for letter in "abcdefghijklmnopqrstuvwxyz"}

#: Seconds that anything is waited for: no measure of speed, since the machine may be slow and shared.
PATIENCE = 60.0

#: A lone Esc is told from the beginning of a sequence by what follows: here an answer that nobody has asked for.
KEYS["esc"] = b"\x1b\x1b[?2026;0$y"

#: Seconds without a sign of life after which the program rests: longer than it takes a frame to be drawn.
REST = 0.025

#: Seconds of work after which it is not waited for any longer, as while a reply streams.
EFFORT = 0.5

#: What a program may ask a terminal, and what it is told.
ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>1;10;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
)


def _whole(data: bytes) -> int:
    """Return how many bytes there are before a frame or a sequence of which only the beginning has come."""
    begun, ended = data.rfind(b"\x1b[?2026h"), data.rfind(b"\x1b[?2026l")
    if begun > ended:
        return begun
    cut = re.search(rb"\x1b(\[[<>=?\d;]*)?$", data)
    return cut.start() if cut else len(data)


class _Screen(pyte.Screen):
    def report_device_status(self, mode: int = 0, **_: object) -> None:
        """Leave answering to the reader."""

    def write_process_input(self, data: str) -> None:
        """Leave answering to the reader."""

    def shown(self) -> str:
        """Return what stands on the screen, as ``display`` does, which takes thirty times as long."""
        rows = (self.buffer[row] for row in range(self.lines))
        return "\n".join("".join(row[x].data for x in range(self.columns)).rstrip() for row in rows)


class Terminal:
    """Runs a command; use it as a context manager.

    Attributes:
        raw: Every byte the program has written.
    """

    def __init__(
        self, command: Sequence[str], *, environment: dict[str, str], columns: int = 120, rows: int = 40
    ) -> None:
        self._command = list(command)
        self._environment = environment
        self._size = (columns, rows)
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = 0
        self._text = self._screen.shown()
        self._is_gone = False
        self._lock = threading.Lock()
        self.raw = bytearray()

    def __enter__(self) -> Self:
        self._master, slave = os.openpty()
        columns, rows = self._size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            self._command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # nothing else runs in the child
        )
        self._name = os.ttyname(slave)
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(5)
        if not self._is_gone:
            os.close(self._master)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def text(self) -> str:
        """Return what stands on the screen."""
        with self._lock:
            new = bytes(self.raw[self._fed :])
            new = new[: _whole(new)]
            self._fed += len(new)
            if new:
                # Private markers such as "CSI > 25 u" are not known to the emulator and would be shown.
                self._stream.feed(re.sub(rb"\x1b\[[<>=][\d;]*[a-zA-Z]", b"", new))
                self._text = self._screen.shown()
            return self._text

    def cursor_row(self) -> int:
        """Return the row, from 0, of the terminal's own cursor: what has the keys puts it where it writes."""
        self.text()
        row: int = self._screen.cursor.y
        return row

    def wait_for(self, pattern: str, timeout: float = PATIENCE) -> str:
        """Wait until the screen matches a regular expression; return the screen."""
        return self.wait_until(lambda text: re.search(pattern, text) is not None, pattern, timeout)

    def wait_until(self, holds: Callable[[str], bool], what: str = "it", timeout: float = PATIENCE) -> str:
        """Wait until something holds for the screen; return the screen."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if holds(text := self.text()):
                return text
            time.sleep(0.02)
        raise AssertionError(f"waited {timeout} s for {what!r} on this screen:\n{self.text()}")

    def settle(self) -> None:
        """Wait until the program has read all that was sent to it and rests, however slow the machine is."""
        first = worked = self._work()
        since = time.monotonic()
        end = since + PATIENCE
        while time.monotonic() < min(since + REST, end) and worked - first < EFFORT * 1e9:
            time.sleep(0.004)
            if (now := self._work()) != worked or self._is_busy():
                worked, since = now, time.monotonic()

    def keys(self, *keys: str) -> None:
        """Press keys, each once the one before has had its effect: names as ``<enter>``, anything else is typed.

        Whoever has to type faster than the program follows uses `send`.
        """
        for key in keys:
            self.send(KEYS[key[1:-1]] if key[1:-1] in KEYS and key[0] == "<" else key.encode())
            self.settle()

    def send(self, data: bytes) -> None:
        """Send bytes as the terminal would."""
        os.write(self._master, data)

    def mouse(self, button: int, column: int, row: int, *, is_down: bool = True) -> None:
        """Send what a mouse does, as terminals report it (SGR).

        Args:
            button: 0 left; 32 more for a move with it down; 64 the wheel up, 65 down.
            column: From 0.
            row: From 0.
            is_down: Whether the button is down now.
        """
        self.send(f"\x1b[<{button};{column + 1};{row + 1}{'M' if is_down else 'm'}".encode())

    def click(self, column: int, row: int, times: int = 1) -> None:
        """Click on a cell, both counted from 0; several clicks come as quickly as one chain needs."""
        down, up = (f"\x1b[<0;{column + 1};{row + 1}{how}" for how in "Mm")
        self.send((down + up).encode() * times)
        self.settle()

    def click_on(self, words: str) -> None:
        """Click on the first place where some words stand, once they do and the screen stands still."""
        self.wait_until(lambda text: words in text, words)
        self.settle()
        row, line = next((row, line) for row, line in enumerate(self.text().split("\n")) if words in line)
        self.click(line.index(words) + len(words) // 2, row)

    def drag(self, start: tuple[int, int], *ways: tuple[int, int]) -> None:
        """Press the left button at a cell (column, row), move over others, release it at the last."""
        self.mouse(0, *start)
        for way in ways:
            self.mouse(32, *way)
            self.settle()
        self.mouse(0, *ways[-1], is_down=False)
        self.settle()

    def copied(self) -> list[str]:
        """Return the texts that the program put into the terminal's clipboard (OSC 52)."""
        found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", bytes(self.raw))
        return [base64.b64decode(one).decode() for one in found]

    def paste(self, text: str) -> None:
        """Paste as a terminal does that was asked to mark it, and wait until it has been taken."""
        self.send(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")
        self.settle()

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        with self._lock:
            self._screen.resize(rows, columns)
            self._text = self._screen.shown()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self._process.pid, signal.SIGWINCH)

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send a signal, and wait for the end."""
        self._process.send_signal(number)
        return self.wait_exit()

    def hang_up(self) -> int:
        """Close the window with the program in it, and wait for the end."""
        self._is_gone = True
        self._reader.join()
        os.close(self._master)
        return self._process.wait(PATIENCE)

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Wait for the end, and for all that was written before; return the exit code."""
        code = self._process.wait(timeout)
        self._reader.join(timeout)
        return code

    def _work(self) -> int:
        """Return for how many nanoseconds the program has run so far, all its threads together."""
        return sum(int(one.split()[0]) for one in self._threads("schedstat"))

    def _is_busy(self) -> bool:
        """Return whether input is left unread, or any thread runs, wants to run or waits for the disk."""
        if any(one.rpartition(")")[2].split()[0] in "RD" for one in self._threads("stat")):
            return True
        unread = bytearray(4)
        with suppress(OSError):
            slave = os.open(self._name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            fcntl.ioctl(slave, termios.FIONREAD, unread)
            os.close(slave)
        return any(unread)

    def _threads(self, name: str) -> list[str]:
        """Return what a file of the system says of each thread of the program; nothing once that has ended."""
        found = []
        with suppress(OSError):
            for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
                with suppress(OSError):
                    found.append((thread / name).read_text())
        return found

    def _read(self) -> None:
        while not self._is_gone:
            ready, _, _ = select.select([self._master], [], [], 0.2)
            if not ready:
                if self._process.poll() is not None:
                    return
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self.raw += data
            for question, reply in ANSWERS:
                for _ in question.findall(data):
                    os.write(self._master, reply)
