"""Saved prompts, from the file to the request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says

REVIEW = "---\ntitle: Review a change\n---\nReview this {{language}} code: {{code}}\n"


@pytest.fixture
def prompts(home: Path) -> Path:
    folder = home / "prompts"
    folder.mkdir(parents=True)
    (folder / "review.md").write_text(REVIEW)
    (folder / "haiku.md").write_text("Answer in a haiku, [b]please[/x].")
    return folder


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 15)], ids=["80x24", "120x40", "60x15"])
def test_a_hash_completes_a_saved_prompt_and_a_form_asks_for_its_variables(
    start: Start,
    server: OpenAIServer,
    at_server: tuple[str, ...],
    prompts: Path,
    size: tuple[int, int],
) -> None:
    server.script(says("Received."))
    terminal = start(*at_server, columns=size[0], rows=size[1])
    terminal.keys("now #")
    terminal.wait_for("#haiku +Answer in a haiku, \\[b\\]please")
    terminal.keys("rev")
    terminal.wait_for("▎ #review +Review a change")
    terminal.keys("<tab>")
    terminal.wait_for("language")
    terminal.wait_for("Enter next, done")
    terminal.keys("Python")
    terminal.wait_for(" Python *\n")
    row = terminal.cursor_row()
    terminal.keys("<enter>")
    terminal.wait_until(lambda _: terminal.cursor_row() > row, "the cursor in the next field")
    terminal.keys("a = 1")
    terminal.send(b"\x1b\r")
    terminal.keys("b = 2")
    terminal.wait_for(" b = 2 *\n")
    terminal.keys("<enter>")
    terminal.wait_for("▎ now Review this Python code: a = 1")
    terminal.keys("<enter>")
    terminal.wait_for("Received\\.")
    assert server.chats[0].body["messages"][-1]["content"] == "now Review this Python code: a = 1\nb = 2"
    assert b"Traceback" not in terminal.raw


def test_a_form_that_is_left_gives_back_what_was_typed(start: Start, prompts: Path) -> None:
    terminal = start()
    terminal.keys("now #rev")
    terminal.wait_for("▎ #review")
    terminal.keys("<enter>")
    terminal.wait_for("language")
    terminal.keys("<esc>")
    terminal.wait_for("▎ now #review")


def test_numbers_and_headings_open_nothing_and_are_sent(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], prompts: Path
) -> None:
    server.script(says("Received."))
    terminal = start(*at_server)
    terminal.keys("# see #12", "<enter>")
    terminal.wait_for("Received\\.")
    assert server.chats[0].body["messages"][-1]["content"] == "# see #12"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_saved_prompts_are_listed_saved_changed_deleted_and_restored(
    start: Start, prompts: Path, size: tuple[int, int]
) -> None:
    terminal = start(columns=size[0], rows=size[1])
    terminal.keys("Explain it to a child")
    terminal.wait_for("▎ Explain it to a child")
    terminal.keys("<ctrl+p>", "save the prompt")
    terminal.wait_until(lambda text: "/save-prompt" in text and "/save-code" not in text, "this command alone")
    terminal.keys("<enter>")
    terminal.wait_for("a name to type after #")
    terminal.keys("simple words", "<enter>")
    terminal.wait_for("Saved as #simple-words")
    assert (prompts / "simple-words.md").read_text() == "Explain it to a child"
    terminal.keys("<ctrl+c>", "/prompts", "<enter>")
    terminal.wait_for("#review +Review a change")
    terminal.wait_for("Answer in a haiku")
    terminal.keys("j", "j", "e")
    terminal.wait_for("simple-words\\.md")
    terminal.keys(" of five", "<enter>")
    terminal.wait_for("Changed #simple-words")
    assert (prompts / "simple-words.md").read_text() == "Explain it to a child of five"
    terminal.keys("/prompts", "<enter>")
    terminal.wait_for("Saved prompts")
    terminal.keys("j", "j", "D")
    terminal.wait_for("Deleted #simple-words +/undo")
    assert not (prompts / "simple-words.md").exists()
    terminal.keys("/undo", "<enter>")
    terminal.wait_for("Restored #simple-words")
    assert (prompts / "simple-words.md").read_text() == "Explain it to a child of five"
    terminal.keys("/prompts", "<enter>")
    terminal.wait_for("Saved prompts")
    terminal.keys("<enter>")
    terminal.wait_for("▎ Answer in a haiku, \\[b\\]please\\[/x\\]")


def test_without_saved_prompts_the_list_says_how_to_make_one(start: Start, home: Path) -> None:
    terminal = start()
    terminal.keys("/prompts", "<enter>")
    terminal.wait_for("There are none yet")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "none yet" not in text, "the dialog to close")
    terminal.keys("/save-prompt", "<enter>")
    terminal.wait_for("Write the prompt into the input first")
