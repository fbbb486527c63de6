"""Fifty sessions that stream at once, in the app; every reply whole at its end, in its own session."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from pathlib import Path

from tests.faults.conftest import configure, memory
from tests.faults.ledger import Ledger, Tally, ledger
from tests.terminal.conftest import Start
from tests.wire.openai_server import Exchange, OpenAIServer, beginning, chunk, ending, event
from tui_chat.domain.messages import MessageStatus, Role
from tui_chat.storage.line_storage import HUGE_TAIL

SESSIONS = 50

#: How long all of them stream; TUI_CHAT_LONG=1 makes it ten minutes.
SECONDS = 600.0 if os.environ.get("TUI_CHAT_LONG") else 2.0


class Words:
    """Answers each prompt with words that hold its number, until it is told to end; remembers what it said."""

    def __init__(self) -> None:
        self.end = threading.Event()
        self.said: dict[str, str] = {}

    def __call__(self, exchange: Exchange) -> None:
        name = re.findall(r"\d+", exchange.request_body["messages"][-1]["content"])[0]
        dice = random.Random(name)
        exchange.begin()
        for one in beginning():
            exchange.send_piece(one)
        said = ""
        while not self.end.is_set():
            word = f"{name}-{len(said)} "
            exchange.send_piece(event(chunk({"content": word})))
            said += word
            self.end.wait(dice.uniform(0.1, 0.5))
        self.said[name] = said
        for one in ending():
            exchange.send_piece(one)
        exchange.end()


def test_fifty_sessions_stream_at_once(start: Start, server: OpenAIServer, home: Path, tally: Tally) -> None:
    options = configure(home, server.base_url)
    server.reply = words = Words()
    app = start(*options)
    for number in range(SESSIONS):
        app.keys(f"number {number:02}", "<enter>")
        app.wait_for(f"{number:02}-0 ")
        app.keys("<ctrl+n>")
        app.wait_until(lambda text: "Five keys" in text, "an empty session")
    app.wait_for(f"{SESSIONS} elsewhere")
    end, turns, sizes = time.monotonic() + SECONDS, 0, []
    while time.monotonic() < end or not turns:
        # The screen is read all the time, as a terminal does.
        app.keys(f"typed meanwhile {turns}.")
        app.wait_for(rf"typed meanwhile {turns}\.")
        app.keys("<ctrl+c>")
        app.wait_until(lambda text: "typed meanwhile" not in text, "an empty input")
        sizes.append((home / "history.json").stat().st_size)
        turns += 1
    print(f"typed {turns} times, {memory(app.pid)} KB, history of {max(sizes)} bytes at most")
    assert max(sizes) < 3 * HUGE_TAIL
    before = ledger(home)
    words.end.set()
    app.wait_until(lambda text: "elsewhere" not in text, "all ends")
    app.wait_until(lambda _: is_done(home), "all on disk")
    tally.check("50 sessions at once", before, ledger(home))
    found = {one.text.split("-")[0]: one.text for one in ledger(home).values() if one.role is Role.ASSISTANT}
    assert found == words.said
    assert len(found) == SESSIONS
    assert app.kill(signal.SIGTERM) == 143
    assert b"Traceback" not in app.raw


def test_fifty_sessions_are_cut_by_a_kill(start: Start, server: OpenAIServer, home: Path, tally: Tally) -> None:
    options = configure(home, server.base_url)
    server.reply = Words()
    app = start(*options)
    for number in range(SESSIONS // 5):
        app.keys(f"number {number:02}", "<enter>")
        app.wait_for(f"{number:02}-0 ")
        app.keys("<ctrl+n>")
        app.wait_until(lambda text: "Five keys" in text, "an empty session")
    app.wait_until(lambda _: len(texts(ledger(home))) == SESSIONS // 5, "a checkpoint of each")
    before = ledger(home)
    app.kill()
    app = start(*options, "-c")
    app.wait_for("interrupted · all that came is kept")
    after = ledger(home)
    tally.check("kill -9, ten sessions", before, after)
    assert {one.status for one in after.values() if one.role is Role.ASSISTANT} == {MessageStatus.INTERRUPTED}
    assert b"Traceback" not in app.raw


def texts(found: Ledger) -> list[str]:
    """Return the replies that are not empty."""
    return [one.text for one in found.values() if one.role is Role.ASSISTANT and one.text]


def is_done(home: Path) -> bool:
    """Return whether no reply runs any more, as it stands on disk."""
    return all(one.status is MessageStatus.COMPLETE for one in ledger(home).values())
