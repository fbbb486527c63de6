"""Ends that come from outside: ``kill``, a shutdown, a terminal that was closed."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

#: Seconds for all that has to be saved; then the process ends, whatever still hangs.
GRACE = 5.0

#: The signals that ask a process to end; Windows has not all of them.
_NAMES = ("SIGTERM", "SIGHUP", "SIGINT")


def on_ending(end: Callable[[int], None]) -> None:
    """Call ``end`` with an exit code, in the event loop that runs now, when this process is asked to end."""
    loop = asyncio.get_running_loop()
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]

    def told(number: int, _: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        code = 128 + number
        # A thread, since a terminal that takes nothing any more can block the loop for ever.
        deadline = threading.Timer(GRACE, os._exit, [code])
        deadline.daemon = True
        deadline.start()
        loop.call_soon_threadsafe(end, code)

    for one in numbers:
        signal.signal(one, told)


def is_terminal_gone() -> bool:
    """Return whether there was a terminal that has been closed."""
    if sys.__stdin__ is None:
        return False
    try:
        os.get_terminal_size(sys.__stdin__.fileno())
    except OSError as error:
        return error.errno == errno.EIO
    return False
