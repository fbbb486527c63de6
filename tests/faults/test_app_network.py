"""Servers that restart, cut, stall, talk nonsense or are not found, and a machine that sleeps: what came is kept."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.faults.conftest import configure
from tests.faults.ledger import Tally, ledger, reply_text
from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import (
    Exchange,
    OpenAIServer,
    Reply,
    beginning,
    event,
    failure,
    hangs_up,
    resets,
    says,
    sends,
    waits,
)

HALF = "Half of the truth"

#: What is offered where a reply has ended too early.
END = "(o continue|r try again)"


def half(then: Reply) -> Reply:
    """Reply with half of a text, and after it something else."""
    return sends(beginning(HALF), then=then)


def and_then(piece: bytes) -> Reply:
    """Go on with any bytes, and end as a reply does."""

    def reply(exchange: Exchange) -> None:
        exchange.send_piece(piece)
        exchange.end()

    return reply


#: What a server does in the middle of a reply.
MIDDLE: dict[str, Reply] = {
    "stream cut": half(hangs_up),
    "connection reset": half(resets),
    "stream without an end": half(Exchange.end),
    "stream stalls": half(waits),
    "nonsense in the stream": half(and_then(b"data: {\xff\x00not json\n\n")),
    "error in the stream": half(and_then(event({"error": {"message": "Out of memory", "type": "server_error"}}))),
    "no chunk but garbage": half(lambda exchange: _write(exchange, b"zz\r\n\x00\xff\r\n")),
}

#: What a server does before a reply begins.
BEFORE: dict[str, Reply] = {
    "500": failure(500, "Internal trouble"),
    "no HTTP": lambda exchange: _write(exchange, b"\x00\x01\x02 hello\r\n\r\n"),
    "silence": waits,
    "gone at once": hangs_up,
}


def _write(exchange: Exchange, data: bytes) -> None:
    exchange.wfile.write(data)
    exchange.hang_up()


def test_every_trouble_of_a_server_is_told_and_loses_nothing(
    start: Start, server: OpenAIServer, home: Path, tally: Tally
) -> None:
    options = configure(home, server.base_url, silence=1)
    server.script(*MIDDLE.values())
    app = start(*options)
    for number, fault in enumerate(MIDDLE):
        app.keys(f"question {number}", "<enter>")
        app.wait_for(rf"question {number}[\s\S]*{HALF}")
        before = ledger(home)
        app.wait_for(rf"▎ question {number}\s[\s\S]*{HALF}[\s\S]*{END}")
        app.wait_until(lambda _: reply_text(home) == HALF, "the half on disk")
        after = ledger(home)
        tally.check(fault, before, after)
        assert len(after) == 2 * (number + 1), "no prompt is sent by itself once text has come"
    app.keys("still well?", "<enter>")
    app.wait_for("Hello from the test server")
    assert b"Traceback" not in app.raw
    assert app.kill(signal.SIGTERM) == 143
    app = start(*options, "-c")
    app.wait_for("Hello from the test server")
    assert len(ledger(home)) == 2 * len(MIDDLE) + 2


def test_trouble_before_a_reply_leaves_the_prompt(start: Start, server: OpenAIServer, home: Path, tally: Tally) -> None:
    options = configure(home, server.base_url, first_byte=2)
    server.script(*BEFORE.values())
    app = start(*options)
    for number, fault in enumerate(BEFORE):
        app.keys(f"question {number}", "<enter>")
        app.wait_for(rf"▎ question {number}\s[\s\S]*(Next try in|r try again)")
        before = ledger(home)
        if "Next try in" in app.text():
            app.keys("<esc>")
        app.wait_until(lambda text: "Next try in" not in text and "r try again" in text, "the end of it")
        tally.check(fault, before, ledger(home))
    assert b"Traceback" not in app.raw


def test_a_name_that_is_not_found_leaves_the_prompt(start: Start, home: Path, tally: Tally) -> None:
    options = configure(home, "http://no-such-host.invalid/v1")
    app = start(*options)
    app.keys("anybody?", "<enter>")
    app.wait_for("no-such-host")
    app.wait_for("try again|give up|Next try")
    before = ledger(home)
    assert app.kill(signal.SIGTERM) == 143
    app = start(*options, "-c")
    app.wait_for("anybody\\?")
    tally.check("DNS gone", before, ledger(home))
    assert len(before) == 2
    assert b"Traceback" not in app.raw


def test_a_server_that_restarts_in_the_middle(start: Start, home: Path, tally: Tally) -> None:
    with OpenAIServer() as first:
        options = configure(home, first.base_url)
        first.reply = half(waits)
        app = start(*options)
        app.keys("question", "<enter>")
        app.wait_until(lambda _: reply_text(home) == HALF, "a checkpoint")
        before, port = ledger(home), first.port
    app.wait_for(END)
    with OpenAIServer(port) as second:
        second.reply = says(" and nothing but the truth.")
        app.keys("<esc>")
        app.wait_for("browse")
        app.keys("o")
        app.wait_for(f"{HALF} and nothing but the truth\\.")
        app.wait_until(lambda _: reply_text(home).endswith("the truth."), "the end on disk")
    tally.check("server restarts", before, ledger(home))
    assert b"Traceback" not in app.raw


@pytest.mark.parametrize("is_cut", [False, True], ids=["the server waits", "the server has gone"])
def test_a_machine_that_sleeps(start: Start, server: OpenAIServer, home: Path, tally: Tally, is_cut: bool) -> None:
    options = configure(home, server.base_url)
    gate = threading.Event()
    server.script(half(lambda exchange: _cut(exchange, gate)) if is_cut else says(HALF, gate, ", told late"))
    app = start(*options)
    app.keys("question", "<enter>")
    app.wait_until(lambda _: reply_text(home) == HALF, "a checkpoint")
    before = ledger(home)
    pause(app, 1.5 if not os.environ.get("TUI_CHAT_LONG") else 60, gate)
    app.wait_for(END if is_cut else f"{HALF}, told late[\\s\\S]*ready")
    app.wait_until(lambda _: len(ledger(home)) == 2, "both")
    tally.check("laptop asleep", before, ledger(home))
    app.keys("next", "<enter>")
    app.wait_for("Hello from the test server")
    assert b"Traceback" not in app.raw


def _cut(exchange: Exchange, gate: threading.Event) -> None:
    exchange.wait(gate)
    resets(exchange)


def pause(app: Terminal, seconds: float, gate: threading.Event) -> None:
    """Stop the program as sleep does, let the server act meanwhile, and wake it up."""
    os.kill(app.pid, signal.SIGSTOP)
    time.sleep(seconds / 2)
    gate.set()
    time.sleep(seconds / 2)
    os.kill(app.pid, signal.SIGCONT)
