"""A day of talk in seconds: the memory does not grow with what was said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.conftest import configure, memory
from tests.faults.ledger import Tally, ledger
from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.app.app import COLLECT_EVERY, QUIET

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")

IS_LONG = bool(os.environ.get("TUI_CHAT_LONG"))

#: Turns without a screen, and with one; TUI_CHAT_LONG=1 takes some minutes.
TURNS, TURNS_ON_SCREEN = (20_000, 2_000) if IS_LONG else (1_000, 16)

#: Turns in a row without a pause.
READS_AFTER = 20

#: KB a turn that may stay: where each message is in the file, and what belongs to a session.
KEPT_A_TURN = 1.5

#: KB by which memory moves anyway, since dictionaries grow in leaps.
LEAP = 5_000


def test_thousands_of_turns(home: Path, environment: dict[str, str], tally: Tally) -> None:
    home.mkdir()
    command = [sys.executable, "-m", "tests.faults.soaker", str(home), str(TURNS)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    sizes = [int(line) for line in said.stdout.split()]
    assert len(sizes) == 10
    print(f"memory after each tenth of {TURNS} turns: {sizes} KB")
    # The first three tenths warm up.
    assert sizes[-1] - sizes[2] < LEAP + TURNS * 7 / 10 * KEPT_A_TURN
    found = ledger(home)
    tally.check("soak, turns", found, found)
    assert len(found) == 2 * TURNS


def test_turns_on_screen(start: Start, server: OpenAIServer, home: Path, tally: Tally) -> None:
    server.reply = says(*(f"word {number} " for number in range(30)))
    app = start(*configure(home, server.base_url))
    sizes = []
    for number in range(TURNS_ON_SCREEN):
        app.keys(f"question {number}", "<enter>")
        app.wait_for(rf"▎ question {number}\s[\s\S]*word 29[\s\S]*ready")
        if number % 4 == 3:
            app.keys("<ctrl+n>")
            app.wait_for("Five keys")
        if number % READS_AFTER == READS_AFTER - 1:
            # As people do, who read now and then: old garbage is collected meanwhile.
            time.sleep(COLLECT_EVERY + QUIET + 0.5)
        if number % (TURNS_ON_SCREEN // 4) == TURNS_ON_SCREEN // 4 - 1:
            sizes.append(memory(app.pid))
    print(f"memory of the app after each quarter of {TURNS_ON_SCREEN} turns: {sizes} KB")
    assert sizes[-1] - sizes[1] < LEAP + TURNS_ON_SCREEN / 2 * KEPT_A_TURN
    before = ledger(home)
    assert app.kill(signal.SIGTERM) == 143
    tally.check("soak, turns on screen", before, ledger(home))
    assert len(before) == 2 * TURNS_ON_SCREEN
