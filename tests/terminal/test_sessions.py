"""What is done to sessions in the real program, and how it is taken back."""

from __future__ import annotations

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal


def begun(start: Start) -> Terminal:
    """Start the program with a session called Leaving."""
    terminal = start()
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("See also")
    terminal.wait_for("ready")
    terminal.keys("/rename Leaving", "<enter>")
    terminal.wait_for("Named Leaving +/undo")
    return terminal


def test_changes_are_undone_and_redone_from_everywhere(start: Start) -> None:
    terminal = begun(start)
    terminal.keys("/undo", "<enter>")
    terminal.wait_for("Named how do I quit\\? again +/redo")
    terminal.keys("/redo", "<enter>")
    terminal.wait_until(lambda text: text.count("Named Leaving") == 2, "the name again")
    terminal.keys("<esc>", "D")
    terminal.wait_for("Deleted 2 messages|Deleted the message")
    terminal.keys("<ctrl+s>", "z")
    terminal.wait_for("Messages restored +Z redo")
    terminal.wait_for("Press Ctrl\\+Q")
    terminal.keys("D")
    terminal.wait_for("Deleted Leaving, 2 messages +z undo")
    terminal.keys("z")
    terminal.wait_for("Restored Leaving +Z redo")
    terminal.keys("Z", "Z")
    terminal.wait_for("Nothing to redo")
    assert b"Traceback" not in terminal.raw
