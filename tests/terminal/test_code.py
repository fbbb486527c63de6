"""Code blocks in the real program: listed, copied, saved, compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, says

REPLY = "In `greet.py`:\n\n```python\nprint('hello')\n```\n\nAnd a script:\n\n```bash\nls -l\n```\n"


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_code_is_listed_saved_and_compared(
    start: Start,
    server: OpenAIServer,
    at_server: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    rows: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    server.script(says(REPLY))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("Greet me", "<enter>")
    terminal.wait_for("ls -l")
    terminal.wait_for("ready")
    terminal.keys("/code", "<enter>")
    terminal.wait_for("this session · 2 blocks")
    terminal.wait_for("python +greet.py")
    terminal.keys("w")
    terminal.wait_for("Save the code")
    terminal.keys("<enter>")
    terminal.wait_for("Saved")
    assert (tmp_path / "greet.py").read_text() == "print('hello')\n"
    (tmp_path / "greet.py").write_text("print('bye')\n")
    terminal.keys("=")
    terminal.wait_for("Compare with")
    terminal.keys("<enter>")
    terminal.wait_for("-print\\('bye'\\)")
    terminal.keys("w")
    terminal.wait_for("Save the code")
    terminal.keys("<enter>")
    terminal.wait_for("Replace the file\\?")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "Replace the file" not in text, "the question gone")
    assert (tmp_path / "greet.py").read_text() == "print('bye')\n"
    terminal.keys("/", "bash")
    terminal.wait_for("1 of 2 block")
    terminal.keys("<esc>", "<esc>")
    terminal.wait_until(lambda text: "blocks" not in text, "the drawer closed")
    terminal.keys("<esc>", "]", "w")
    terminal.wait_for("Save the code")
    terminal.keys("<esc>")
    assert b"Traceback" not in terminal.raw


def test_code_of_all_sessions_leads_to_its_message(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...]
) -> None:
    server.script(says(REPLY), says("No code here."))
    terminal: Terminal = start(*at_server)
    terminal.keys("Greet me", "<enter>")
    terminal.wait_for("ls -l")
    terminal.wait_for("ready")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("Type below to begin")
    terminal.keys("And now?", "<enter>")
    terminal.wait_for("No code here")
    terminal.wait_for("ready")
    terminal.keys("/code", "<enter>")
    terminal.wait_for("this session · 0 blocks")
    terminal.wait_for("No code in this session")
    terminal.wait_for("\\n *Tab all sessions")
    terminal.keys("<tab>")
    terminal.wait_for("all sessions · 2 blocks")
    terminal.wait_for("c copy .* Tab this session")
    terminal.keys("<enter>")
    terminal.wait_until(lambda text: "all sessions" not in text and "ls -l" in text, "the session with the code")
    terminal.wait_for("browse")
