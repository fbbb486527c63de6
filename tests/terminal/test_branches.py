"""Branches in the real program: edited prompts, other models, forks, marks."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, says

SIZES = [(80, 24), (120, 40)]


def ask(terminal: Terminal, prompt: str, reply: str) -> None:
    """Send a prompt, and wait until its reply has come."""
    terminal.keys(prompt, "<enter>")
    terminal.wait_for(reply)
    terminal.wait_for("ready")


def browse(terminal: Terminal, *keys: str) -> None:
    terminal.keys("<esc>")
    terminal.wait_for("browse")
    terminal.keys(*keys)


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_prompt_is_edited_and_each_version_keeps_what_followed(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("Apples are red."), says("More on apples."), says("Pears are green."))
    terminal = start(*at_server, columns=columns, rows=rows)
    ask(terminal, "Tell me of apples", "Apples are red")
    ask(terminal, "Go on", "More on apples")
    terminal.keys("a draft")
    browse(terminal, "g", "e")
    terminal.wait_for("editing")
    terminal.wait_for("Enter send as a branch")
    terminal.keys("<esc>")
    terminal.wait_for("browse")
    terminal.wait_for("a draft")
    terminal.keys("e")
    terminal.wait_for("editing")
    terminal.keys(", and of pears", "<enter>")
    terminal.wait_for("Pears are green")
    terminal.wait_for("ready")
    terminal.wait_for("‹ 2/2 ›")
    assert "More on apples" not in terminal.wait_for("a draft")
    assert [one["content"] for one in server.chats[-1].body["messages"]] == ["Tell me of apples, and of pears"]
    browse(terminal, "g", "<")
    terminal.wait_for("More on apples")
    terminal.keys(">")
    terminal.wait_for("Pears are green")
    terminal.keys("z")
    terminal.wait_for("Back at the branch before")
    terminal.wait_for("More on apples")
    terminal.keys("Z")
    terminal.wait_for("Pears are green")
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_another_model_answers_beside_the_first(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("From the first."), says("From the other."))
    terminal = start(*at_server, columns=columns, rows=rows)
    ask(terminal, "Who are you?", "From the first")
    browse(terminal, "R")
    terminal.wait_for("Filter, or type a name")
    terminal.keys("/", "other-model")
    terminal.wait_for("Enter asks OpenAI for other-model")
    terminal.keys("<enter>")
    terminal.wait_for("From the other")
    terminal.wait_for("‹ 2/2 ›")
    assert server.chats[-1].body["model"] == "other-model"
    terminal.keys("<esc>")
    terminal.wait_for("fake-model · ")
    terminal.keys("/regenerate-with third-model", "<enter>")
    terminal.wait_until(lambda _: len(server.chats) == 3, "the third request")
    terminal.wait_for("‹ 3/3 ›")
    assert server.chats[-1].body["model"] == "third-model"


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_session_forks_at_a_message(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("One."), says("Two."), says("Three."))
    terminal = start(*at_server, columns=columns, rows=rows)
    ask(terminal, "first", "One\\.")
    ask(terminal, "second", "Two\\.")
    browse(terminal, "g", "j", "b")
    terminal.wait_for("first fork")
    terminal.wait_until(lambda text: "Two." not in text, "the fork without what followed")
    ask(terminal, "third", "Three\\.")
    assert [one["content"] for one in server.chats[-1].body["messages"]] == ["first", "One.", "third"]
    terminal.keys("/undo", "<enter>")
    terminal.wait_for("Deleted first fork")


def test_messages_are_left_out_and_always_sent(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    server.script(says("One."), says("Two."), says("Three."))
    terminal = start(*at_server)
    ask(terminal, "first", "One\\.")
    browse(terminal, "g", "E")
    terminal.wait_for("Not sent from now on +z undo")
    terminal.wait_for("you · .* not sent")
    terminal.keys("j", "p")
    terminal.wait_for("Always sent from now on")
    terminal.wait_for("fake-model · .* always sent|test-model · .* always sent")
    terminal.keys("<esc>", "second", "<enter>")
    terminal.wait_for("Two\\.")
    assert [one["content"] for one in server.chats[-1].body["messages"]] == ["One.", "second"]
    terminal.keys("/undo", "<enter>")
    terminal.wait_until(lambda text: "always sent" not in text, "the mark gone")
    terminal.keys("/undo", "<enter>")
    terminal.wait_until(lambda text: "not sent" not in text, "the mark gone")
    terminal.keys("third", "<enter>")
    terminal.wait_for("Three\\.")
    assert server.chats[-1].body["messages"][0]["content"] == "first"
    assert (home / "history.json").read_text().count("excluded") > 0
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_two_answers_are_compared_and_one_is_kept(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("Wait a little longer."), says("Wait much longer."), says("Go away."))
    terminal = start(*at_server, columns=columns, rows=rows)
    ask(terminal, "What now?", "a little")
    for words in ("much", "away"):
        terminal.keys("/regenerate", "<enter>")
        terminal.wait_for(words)
        terminal.wait_for("ready")
    browse(terminal, "=")
    text = terminal.wait_for("words gone")
    assert re.search("Two answers · to What now\\?", text)
    heads = [line for line in text.splitlines() if "‹ 2/3 ›" in line]
    assert ("‹ 3/3 ›" in heads[0]) is (columns >= 100), "beside each other from 100 columns on"
    assert re.search(rb"\x1b\[(\d+;)*9(;\d+)*m", terminal.raw), "gone words are struck, not only red"
    assert re.search(rb"\x1b\[(\d+;)*4(;\d+)*m", terminal.raw), "new words are underlined, not only green"
    terminal.keys("n")
    terminal.wait_for("change 1 of")
    terminal.keys("<tab>")
    terminal.wait_until(
        lambda text: (re.search("‹ 2/3 ›.*‹ 3/3 ›", text) is not None) is (columns < 100),
        "the other way of showing both",
    )
    terminal.keys(">")
    terminal.wait_for("‹ 1/3 ›")
    terminal.keys("y")
    terminal.keys("<enter>")
    terminal.wait_for("browse")
    terminal.wait_for("‹ 1/3 ›")
    terminal.wait_for("Wait a little longer")
    terminal.keys("<esc>", "/diff", "<enter>")
    terminal.wait_for("Two answers")
    text = terminal.wait_for("‹ 2/3 ›")
    row, column = next((row, line.rindex("›")) for row, line in enumerate(text.splitlines()) if "‹ 2/3 ›" in line)
    terminal.click(column, row)
    terminal.wait_for("‹ 3/3 ›")
    terminal.keys("<esc>")
    terminal.wait_for("Type a message")
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_map_of_branches_goes_anywhere(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("Red."), says("More red."), says("Green."))
    terminal = start(*at_server, columns=columns, rows=rows)
    ask(terminal, "Apples", "Red\\.")
    ask(terminal, "Go on", "More red")
    terminal.keys("/regenerate", "<enter>")
    terminal.wait_for("Green\\.")
    terminal.wait_for("ready")
    browse(terminal, "M")
    terminal.wait_for("5 messages, 2 branches")
    text = terminal.wait_for("●   Green\\. +test-model")
    assert re.search("● Apples +you", text)
    assert re.search("  [^●]  More red\\. +test-model", text)
    terminal.keys("k", "<enter>")
    terminal.wait_for("browse")
    terminal.wait_for("‹ 1/2 ›")
    terminal.keys("<esc>", "/branches", "<enter>")
    terminal.wait_for("5 messages, 2 branches")
    terminal.click_on("Green.")
    terminal.wait_for("‹ 2/2 ›")
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_siblings_are_gone_through_by_mouse(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("Red."), says("Green."))
    terminal = start(*at_server, columns=columns, rows=rows)
    ask(terminal, "A colour?", "Red\\.")
    browse(terminal, "r")
    terminal.wait_for("Green\\.")
    for place, words in (("1/2", "Red\\."), ("2/2", "Green\\.")):
        terminal.wait_for(" tok +‹ \\d/2 ›")  # it has ended
        terminal.click_on("›")
        terminal.wait_for(f"‹ {place} ›")
        terminal.wait_for(words)
    terminal.click_on("‹")
    terminal.wait_for("Red\\.")
    assert b"Traceback" not in terminal.raw


def test_a_reply_in_the_middle_goes_on_and_what_followed_is_still_there(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    gate = threading.Event()
    server.script(says("Half of", gate), says("Second answer."), says(" the first answer."))
    terminal = start(*at_server)
    terminal.keys("first", "<enter>")
    terminal.wait_for("Half of")
    terminal.keys("<esc>")
    terminal.wait_for("interrupted")
    gate.set()
    terminal.keys("second", "<enter>")
    terminal.wait_for("Second answer")
    terminal.wait_for("ready")
    browse(terminal, "g", "j", "o")
    terminal.wait_for("Half of the first answer")
    terminal.wait_for("Second answer")
    assert b"Traceback" not in terminal.raw
