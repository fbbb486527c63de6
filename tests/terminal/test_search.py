"""Searching everything in the real program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History

PAIRS = (
    (
        "Of fish",
        ("What is a fish?", "A fish swims.\n\n" + "And swims on.\n\n" * 60 + "So does the whale, which is none."),
    ),
    ("Of birds", ("What is a bird?", "It flies over the fish.")),
)


def write(home: Path, sessions: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Write a history; the last session is the newest."""
    home.mkdir(parents=True, exist_ok=True)
    history = History(home / "history.json")
    history.open()
    for name, texts in sessions:
        session = ChatSession(name=name, provider="guide", updated_at=now())
        prompt, reply = (
            ChatMessage(session_id=session.id, role=role, parts=[TextPart(text=text)])
            for role, text in zip((Role.USER, Role.ASSISTANT), texts, strict=True)
        )
        reply.parent_id = prompt.id
        history.save(session.to_document(), [prompt.to_document(), reply.to_document()])
    history.close()


@pytest.fixture(autouse=True)
def history(home: Path) -> None:
    write(home, PAIRS)


def test_a_hit_is_found_seen_and_opened(start: Start) -> None:
    terminal = start()
    terminal.keys("<ctrl+f>")
    terminal.wait_for("Search titles and messages")
    terminal.wait_for("role:user +or role:assistant")
    terminal.keys("whale")
    terminal.wait_for("1 hit in 1 session · [0-9]+ ms")
    # Beside the list: far below in a long message.
    terminal.wait_for("Of fish +message 2 of 2")
    terminal.wait_until(lambda text: text.count("So does the whale") == 2, "the excerpt and the message")
    terminal.keys("<enter>")
    terminal.wait_for("hit 1 of 1")
    terminal.wait_for("browse")
    terminal.wait_for("So does the whale, which is none\\.")
    terminal.keys("<esc>")
    terminal.wait_for("ready|End")
    assert b"Traceback" not in terminal.raw


def test_hits_go_on_with_n_and_escape_goes_back(start: Start) -> None:
    terminal = start()
    terminal.keys("draft", "<ctrl+f>")
    terminal.wait_for("Search titles and messages")
    terminal.keys("fish")
    terminal.wait_for("4 hits in 2 sessions")
    terminal.keys("<esc>")
    terminal.wait_for("draft")
    terminal.keys("<ctrl+f>")
    terminal.wait_for("4 hits in 2 sessions")
    terminal.keys("<down>", "<enter>")
    terminal.wait_for("hit 1 of 2")
    terminal.keys("n")
    terminal.wait_for("hit 2 of 2")
    terminal.keys("n")
    terminal.wait_for("hit 1 of 2")


def test_on_a_narrow_screen_tab_shows_the_messages(start: Start) -> None:
    terminal = start(columns=80, rows=24)
    terminal.keys("<ctrl+f>")
    terminal.wait_for("Search titles and messages")
    terminal.keys("whale")
    screen = terminal.wait_for("1 hit in 1 session")
    assert "message 2 of 2" not in screen
    terminal.keys("<tab>")
    terminal.wait_for("message 2 of 2")
    terminal.wait_for("So does the whale")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "message 2 of 2" not in text, "the hits again")


def test_the_wheel_and_a_click(start: Start, home: Path) -> None:
    write(home, [(f"Number {number}", ("one?", f"jitter {number}")) for number in range(30)])
    terminal = start()
    terminal.keys("<ctrl+f>")
    terminal.wait_for("Search titles and messages")
    terminal.keys("jitter")
    terminal.wait_for("30 hits in 30 sessions")
    terminal.wait_for("Number 29 +today")
    for _ in range(4):
        terminal.mouse(65, 10, 15)
    terminal.wait_until(lambda text: not re.search("Number 29 +today", text), "rows scrolled away")
    terminal.wait_for("jitter 2[0-9]")
    terminal.settle()
    screen = terminal.text()
    row, line = next(
        (row, line) for row, line in enumerate(screen.splitlines()) if row > 12 and line.lstrip().startswith("jitter ")
    )
    number = line.split()[1]
    terminal.click(8, row)
    terminal.wait_for(f"Number {number} +hit 1 of 1")


def test_in_a_long_history_the_first_hits_are_there_at_once(start: Start, home: Path) -> None:
    filler = "word " * 400
    write(home, [(f"Number {number}", (filler, f"{filler} common{number % 7}")) for number in range(300)])
    terminal = start()
    terminal.keys("<ctrl+f>")
    terminal.wait_for("Search titles and messages")
    for letter in "common":
        terminal.keys(letter)
    terminal.wait_for("/ common")
    terminal.wait_for("common[0-9]")
    terminal.keys("3")
    terminal.wait_for("43 hits in 43 sessions|100\\+ hits")
