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

#: What a program may ask a terminal, and what it is told.
ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>1;10;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
)


class _Screen(pyte.Screen):
    def report_device_status(self, mode: int = 0, **_: object) -> None:
        """Leave answering to the reader."""

    def write_process_input(self, data: str) -> None:
        """Leave answering to the reader."""


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
            self._fed += len(new)
            # Private markers such as "CSI > 25 u" are not known to the emulator and would be shown.
            self._stream.feed(re.sub(rb"\x1b\[[<>=][\d;]*[a-zA-Z]", b"", new))
            return "\n".join(line.rstrip() for line in self._screen.display)

    def cursor_row(self) -> int:
        """Return the row, from 0, of the terminal's own cursor: what has the keys puts it where it writes."""
        self.text()
        row: int = self._screen.cursor.y
        return row

    def wait_for(self, pattern: str, timeout: float = 20) -> str:
        """Wait until the screen matches a regular expression; return the screen."""
        return self.wait_until(lambda text: re.search(pattern, text) is not None, pattern, timeout)

    def wait_until(self, holds: Callable[[str], bool], what: str = "it", timeout: float = 20) -> str:
        """Wait until something holds for the screen; return the screen."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if holds(text := self.text()):
                return text
            time.sleep(0.02)
        raise AssertionError(f"waited {timeout} s for {what!r} on this screen:\n{self.text()}")

    def wait_still(self, timeout: float = 20) -> str:
        """Wait until nothing has been written for a while; return the screen."""
        written, since, end = -1, time.monotonic(), time.monotonic() + timeout
        while time.monotonic() < end and time.monotonic() - since < 0.6:
            if len(self.raw) != written:
                written, since = len(self.raw), time.monotonic()
            time.sleep(0.02)
        return self.text()

    def keys(self, *keys: str) -> None:
        """Press keys: names as ``<enter>``, anything else is typed."""
        for key in keys:
            self.send(KEYS[key[1:-1]] if key[1:-1] in KEYS and key[0] == "<" else key.encode())
            if key == "<esc>":
                time.sleep(0.15)  # what follows at once would make an Alt key of it

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

    def drag(self, start: tuple[int, int], *ways: tuple[int, int]) -> None:
        """Press the left button at a cell (column, row), move over others, release it at the last."""
        self.mouse(0, *start)
        for way in ways:
            self.mouse(32, *way)
            time.sleep(0.05)
        self.mouse(0, *ways[-1], is_down=False)

    def copied(self) -> list[str]:
        """Return the texts that the program put into the terminal's clipboard (OSC 52)."""
        found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", bytes(self.raw))
        return [base64.b64decode(one).decode() for one in found]

    def paste(self, text: str) -> None:
        """Paste as a terminal does that was asked to mark it."""
        self.send(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        with self._lock:
            self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self._process.pid, signal.SIGWINCH)

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send a signal, and wait for the end."""
        self._process.send_signal(number)
        return self._process.wait(20)

    def hang_up(self) -> int:
        """Close the window with the program in it, and wait for the end."""
        self._is_gone = True
        self._reader.join()
        os.close(self._master)
        return self._process.wait(20)

    def wait_exit(self, timeout: float = 20) -> int:
        """Wait for the end; return the exit code."""
        return self._process.wait(timeout)

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
