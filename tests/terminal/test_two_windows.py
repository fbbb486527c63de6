"""Two windows on one history: each shows what the other does, and neither gets into the other's way."""

from __future__ import annotations

import json
import re
import signal
import threading
from pathlib import Path

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, says


def test_a_reply_of_one_window_is_read_in_the_other(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    begun, ended = threading.Event(), threading.Event()
    server.script(says("The first half ", begun, "and the second half.", ended), says("A reply to the other window."))
    one = start(*at_server)
    one.keys("Tell me a story", "<enter>")
    one.wait_for("The first half")
    two = start(*at_server, "--continue")
    two.wait_for("The first half")
    two.wait_for("running in another window")
    two.keys("me too", "<enter>")
    two.wait_for("Another window receives a reply")
    assert "me too" in two.wait_for("▎ me too")
    begun.set()
    two.wait_for("and the second half")
    ended.set()
    two.wait_until(lambda text: "running in another window" not in text, "the end")
    two.keys("<enter>")
    two.wait_for("A reply to the other window")
    one.wait_for("A reply to the other window")
    assert b"Traceback" not in one.raw + two.raw


def test_a_reply_whose_window_was_killed_is_ended_by_the_other(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    server.script(says("The first half ", threading.Event(), "never sent"))
    one = start(*at_server)
    one.keys("Tell me a story", "<enter>")
    one.wait_for("The first half")
    two = start(*at_server, "--continue")
    two.wait_for("running in another window")
    two.wait_for("The first half")
    one.kill(signal.SIGKILL)
    two.wait_for("■ interrupted · all that came is kept")
    tables = json.loads((home / "history.json").read_text())
    assert "interrupted" in json.dumps(tables)
    assert b"Traceback" not in two.raw


def test_what_one_window_does_to_sessions_is_seen_in_the_other(start: Start) -> None:
    one = start()
    one.keys("how do I quit?", "<enter>")
    one.wait_for("I am the built-in guide")
    one.wait_for("ready")
    two = start()
    two.wait_for("1 session")
    one.keys("/rename A name of the other window", "<enter>")
    two.wait_for("A name of the other win")
    two.keys("<ctrl+s>", "D")
    two.wait_for("Deleted A name")
    one.wait_for("No sessions yet")


def test_who_looks_elsewhere_is_told_when_a_reply_ends(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    ended = threading.Event()
    server.script(says("A story.", ended))
    terminal = start(*at_server)
    terminal.keys("Tell me a story", "<enter>")
    terminal.wait_for("A story")
    terminal.send(b"\x1b[O")  # the window has lost the keys
    terminal.wait_for("writing")
    ended.set()
    terminal.wait_for("ready")
    terminal.wait_until(lambda _: b"\x1b]2;ready: Tell me a story" in terminal.raw, "the title")
    terminal.wait_until(lambda _: b"\x07" in terminal.raw, "the bell")
    terminal.send(b"\x1b[I")
    terminal.wait_until(lambda _: b"\x1b]2;tui-chat\x1b\\" in terminal.raw, "the title as before")


def bytes_read(terminal: Terminal) -> int:
    """Return how much the program has read so far, from whatever it was."""
    (found,) = re.findall(r"rchar: (\d+)", Path(f"/proc/{terminal.pid}/io").read_text())
    return int(found)


def test_a_history_that_becomes_unreadable_meanwhile_ends_nothing(start: Start, home: Path) -> None:
    terminal = start()
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("I am the built-in guide")
    terminal.wait_for("ready")
    history = home / "history.json"
    terminal.settle()  # nothing more is written then
    kept = history.read_bytes()
    broken = "{ this is no history" + " " * 1_000_000
    read = bytes_read(terminal)
    history.write_text(broken)
    terminal.wait_until(lambda _: bytes_read(terminal) > read + len(broken), "a look at it")
    terminal.keys("still here")
    terminal.wait_for("▎ still here")
    assert history.read_text() == broken
    history.write_bytes(kept)
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw
