"""The app ends at any moment of a reply, in every way a process can end; the next start has all that was on disk."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import configure
from tests.faults.ledger import Tally, ledger, reply_text
from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, says

#: Ends of each kind; TUI_CHAT_LONG=1 takes some minutes.
ROUNDS = 25 if os.environ.get("TUI_CHAT_LONG") else 2

ENDS: dict[str, Callable[[Terminal], int]] = {
    "kill -9": lambda terminal: terminal.kill(signal.SIGKILL),
    "SIGTERM (shutdown)": lambda terminal: terminal.kill(signal.SIGTERM),
    "SIGHUP (session ends)": lambda terminal: terminal.kill(signal.SIGHUP),
    "terminal closed": lambda terminal: terminal.hang_up(),
}

#: The exit code of each; what ended by itself took what was on screen with it to the disk.
CODES = {
    "kill -9": -9,
    "SIGTERM (shutdown)": 128 + 15,
    "SIGHUP (session ends)": 128 + 1,
    "terminal closed": 128 + 1,
}


@pytest.mark.parametrize("how", ENDS)
def test_nothing_on_disk_is_lost(start: Start, server: OpenAIServer, home: Path, tally: Tally, how: str) -> None:
    dice = random.Random(how)
    options = configure(home, server.base_url)
    server.reply = says(*(f"w{number} " for number in range(2000)), rate=50)
    app = start(*options)
    for turn in range(ROUNDS):
        app.keys(f"question {turn}", "<enter>")
        app.wait_for(rf"▎ question {turn}\s[\s\S]*w\d+")
        app.wait_until(lambda _: "w0" in reply_text(home), "the first checkpoint")
        time.sleep(dice.uniform(0, 1))
        shown, before = last_word(app.text()), ledger(home)
        assert ENDS[how](app) == CODES[how]
        if how != "kill -9":
            assert last_word(reply_text(home)) >= shown
        if how in ("SIGTERM (shutdown)", "SIGHUP (session ends)"):
            assert b"\x1b[?1049l" in app.raw
        assert b"Traceback" not in app.raw
        app = start(*options, "--continue")
        screen = app.wait_for("interrupted · all that came is kept")
        assert f"question {turn}" in screen or turn
        tally.check(how, before, ledger(home))
        assert b"Traceback" not in app.raw


def last_word(text: str) -> int:
    """Return the number of the last word of the last reply."""
    return int(re.findall(r"\bw(\d+)\b", text)[-1])
