"""A disk that fills up or may only be read while the app runs, and clocks that are wrong."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.conftest import configure
from tests.faults.disks import mounted
from tests.faults.ledger import Tally, ledger, reply_text
from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History

#: More than fits into the block that the end of the history is in.
LONG = "so much that it " * 600


@pytest.fixture
def disk(home: Path) -> Iterator[Path]:
    """Return the home as a disk of its own, of 400 KB."""
    home.mkdir(mode=0o700)
    with mounted(home, 400) as disk:
        yield disk


def fill(folder: Path) -> Path:
    """Write until nothing more fits; return what takes the room."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            return ballast
    raise AssertionError("a disk without an end")


def greeted(start: Start, options: tuple[str, ...]) -> Terminal:
    """Return the app, which has answered once."""
    app = start(*options)
    app.keys("first", "<enter>")
    app.wait_for("Hello from the test server[\\s\\S]*ready")
    return app


def test_a_disk_that_fills_up(start: Start, server: OpenAIServer, disk: Path, tally: Tally) -> None:
    options = configure(disk, server.base_url)
    gate = threading.Event()
    server.script(says("Before it was full."), says("While it ", gate, LONG, "fills up."))
    app = start(*options)
    app.keys("first", "<enter>")
    app.wait_for("Before it was full[\\s\\S]*ready")
    app.keys("second", "<enter>")
    app.wait_until(lambda _: reply_text(disk) == "While it ", "a checkpoint")
    before, ballast = ledger(disk), fill(disk)
    gate.set()
    app.wait_for("No space left on device")
    tally.check("disk full in a reply", before, ledger(disk))
    app.wait_for("fills up\\.")
    ballast.unlink()
    app.wait_for("is saved now")
    assert reply_text(disk).endswith("fills up.")
    assert app.kill(signal.SIGTERM) == 143
    app = start(*options, "-c")
    app.wait_for("fills up\\.")
    tally.check("disk full, room again", before, ledger(disk))
    assert b"Traceback" not in app.raw


def test_a_disk_that_is_full_before_a_prompt(start: Start, server: OpenAIServer, disk: Path, tally: Tally) -> None:
    options = configure(disk, server.base_url)
    app = greeted(start, options)
    before, ballast = ledger(disk), fill(disk)
    second = f"{'second ' * 150}end " * 4
    for piece in second.split("end "):
        app.paste(f"{piece}end " if piece else "")  # longer pastes become attachments
    app.wait_for("second end")
    app.keys("<enter>")
    app.wait_for("No space left on device")
    app.wait_for("second end")
    assert len(server.chats) == 1, "what is not on disk is not sent"
    tally.check("disk full before a prompt", before, ledger(disk))
    ballast.unlink()
    app.keys("<enter>")
    app.wait_until(lambda _: len(server.chats) == 2, "the prompt sent")
    app.wait_until(lambda _: len(ledger(disk)) == 4, "both on disk")
    assert second.strip() in [one.text.strip() for one in ledger(disk).values()]
    assert app.kill(signal.SIGTERM) == 143
    assert b"Traceback" not in app.raw


def test_a_disk_that_may_only_be_read(start: Start, server: OpenAIServer, disk: Path, tally: Tally) -> None:
    options = configure(disk, server.base_url)
    app = greeted(start, options)
    assert app.kill(signal.SIGTERM) == 143
    before = ledger(disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    app = start(*options, "-c")
    app.wait_for("Hello from the test server")
    app.keys("second", "<enter>")
    app.wait_for("Read-only file system")
    app.wait_for("▎ second")
    assert len(server.chats) == 1
    app.keys("<ctrl+q>")
    assert app.wait_exit() == 0
    assert b"Traceback" not in app.raw
    tally.check("read-only disk", before, ledger(disk))
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


@pytest.mark.parametrize("days", [-365 * 56, 365 * 70], ids=["the past", "the future"])
def test_a_clock_that_was_wrong(start: Start, server: OpenAIServer, home: Path, tally: Tally, days: int) -> None:
    options = configure(home, server.base_url)
    then = datetime.now(UTC) + timedelta(days=days)
    session = ChatSession(id="odd", name="At an odd time", created_at=then, updated_at=then, message_count=1)
    prompt = ChatMessage(session_id="odd", role=Role.USER, parts=[TextPart(text="kept")], created_at=then)
    history = History(home / "history.json")
    history.save(session.to_document(), [prompt.to_document()])
    history.close()
    before = ledger(home)
    app = start(*options, "--session", "odd")
    app.wait_for("▎ kept")
    app.keys("more", "<enter>")
    app.wait_for("Hello from the test server[\\s\\S]*ready")
    app.keys("<ctrl+n>")
    app.wait_for("New session")
    app.keys("today", "<enter>")
    app.wait_until(lambda _: len(ledger(home)) == 5, "both sessions")
    assert app.kill(signal.SIGTERM) == 143
    assert b"Traceback" not in app.raw
    tally.check("clock jumps", before, ledger(home))
