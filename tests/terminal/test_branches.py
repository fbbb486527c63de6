"""Branches in the real program: edited prompts, other models, forks, marks."""

from __future__ import annotations

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
    text = terminal.wait_for("ready")
    assert "More on apples" not in text
    assert "‹ 2/2 ›" in text
    assert "a draft" in text
    assert [one["content"] for one in server.requests[-1].body["messages"]] == ["Tell me of apples, and of pears"]
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
    terminal.wait_for("Filter models")
    terminal.keys("other-model")
    terminal.wait_for("other-model +at")
    terminal.keys("<enter>")
    terminal.wait_for("From the other")
    terminal.wait_for("‹ 2/2 ›")
    assert server.requests[-1].body["model"] == "other-model"
    terminal.keys("<esc>")
    terminal.wait_for("fake-model · ")
    terminal.keys("/regenerate-with third-model", "<enter>")
    terminal.wait_for("‹ 3/3 ›")
    assert server.requests[-1].body["model"] == "third-model"


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
    assert [one["content"] for one in server.requests[-1].body["messages"]] == ["first", "One.", "third"]
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
    assert [one["content"] for one in server.requests[-1].body["messages"]] == ["One.", "second"]
    terminal.keys("/undo", "<enter>")
    terminal.wait_until(lambda text: "always sent" not in text, "the mark gone")
    terminal.keys("/undo", "<enter>")
    terminal.wait_until(lambda text: "not sent" not in text, "the mark gone")
    terminal.keys("third", "<enter>")
    terminal.wait_for("Three\\.")
    assert [one["content"] for one in server.requests[-1].body["messages"]][0] == "first"
    assert (home / "history.json").read_text().count("excluded") > 0
    assert b"Traceback" not in terminal.raw
