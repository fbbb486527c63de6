"""Several models answer at once in the real program, at real servers."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_models_answer_side_by_side_and_the_winner_stays(
    start: Start, server: OpenAIServer, home: Path, columns: int, rows: int
) -> None:
    gate = threading.Event()
    with OpenAIServer() as other:
        server.script(says("From ", "the first."))
        other.script(says("Slowly ", gate, "from the second."))
        home.mkdir()
        (home / "config.toml").write_text(
            f'[providers.near]\nlabel = "Near"\nbase_url = "{server.base_url}"\ndefault_model = "near-model"\n'
            f'[providers.far]\nlabel = "Far"\nbase_url = "{other.base_url}"\ndefault_model = "far-model"\n'
        )
        terminal = start("--provider", "near", columns=columns, rows=rows)
        terminal.keys("/compare Who is better?", "<enter>")
        terminal.wait_for("1 of 4: near-model")
        terminal.keys("<enter>")
        terminal.wait_for("Tick 2 models at least")
        terminal.keys("far/test")
        terminal.wait_for("Far\n.*▎□ test-model")
        terminal.keys(" ")
        terminal.wait_for("2 of 4: near-model, test-model")
        terminal.keys("<enter>")
        terminal.wait_for("Compare · Who is better\\?")
        terminal.wait_for("1 of 2 ended")
        text = terminal.wait_for("From the first\\.")
        if columns >= 100:
            terminal.wait_for("Slowly")
        else:
            assert "Slowly" not in text, "one at a time where there is no room"
        terminal.keys("<tab>")
        terminal.wait_for("Slowly")
        gate.set()
        terminal.wait_for("2 answers")
        terminal.wait_for("Slowly from the second\\.")
        terminal.keys("<enter>")
        terminal.wait_for("Type a message")
        terminal.wait_for("‹ 2/2 ›")
        terminal.wait_for("Slowly from the second\\.")
        terminal.keys("/undo", "<enter>")
        terminal.wait_for("Back at the branch before")
        terminal.keys("<esc>", "<")
        terminal.wait_for("From the first\\.")
        assert b"Traceback" not in terminal.raw


def test_another_prompt_goes_on_after_a_comparison_by_mouse(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says("Zero."), says("One."), says("Two."), says("Three."))
    terminal = start(*at_server, columns=80, rows=24)
    terminal.keys("first", "<enter>")
    terminal.wait_for("Zero\\.")
    terminal.wait_for("ready")
    terminal.keys("<esc>")
    terminal.wait_for("browse")
    terminal.keys("m")
    terminal.wait_for("1 of 4: fake-model")
    terminal.keys("test")
    terminal.click_on("□ test-model")
    terminal.wait_for("2 of 4: fake-model, test-model")
    terminal.keys("<enter>")
    terminal.wait_for("2 answers")
    terminal.wait_for("1 test-model   2 test-model")
    before = "One." if "One." in terminal.wait_for(r"(One|Two)\.") else "Two."
    after = "Two." if before == "One." else "One."
    terminal.click_on("2 test-model")
    terminal.wait_until(lambda text: after in text and before not in text, "the other answer")
    terminal.keys("<esc>")
    terminal.wait_for("‹ [23]/3 ›")
    terminal.keys("<esc>", "next", "<enter>")
    terminal.wait_for("Three\\.")
    messages = [one["content"] for one in server.chats[-1].body["messages"]]
    assert messages[0] == "first"
    assert messages[1] == after
    assert messages[2] == "next"
    assert b"Traceback" not in terminal.raw


def test_what_came_is_kept_when_the_program_is_left_amid_a_comparison(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path
) -> None:
    gate = threading.Event()
    server.reply = says("Partly here", gate)
    terminal = start(*at_server)
    terminal.keys("/compare Which?", "<enter>")
    terminal.wait_for("1 of 4: fake-model")
    terminal.keys("test")
    terminal.wait_for("▎□ test-model")
    terminal.keys(" ", "<enter>")
    terminal.wait_until(lambda text: text.count("Partly here") == 2, "both answers")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    gate.set()
    stored = (home / "history.json").read_text()
    assert stored.count('"interrupted"') >= 2
    assert "Partly here" in stored
