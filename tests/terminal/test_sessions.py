"""What is done to sessions in the real program, and how it is taken back."""

from __future__ import annotations

from pathlib import Path

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
    terminal.wait_until(lambda text: "Leaving" not in text.splitlines()[1], "the name before")
    terminal.keys("/redo", "<enter>")
    terminal.wait_until(lambda text: "Leaving" in text.splitlines()[1], "the name again")
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


def test_sessions_are_tagged_moved_duplicated_and_archived(start: Start) -> None:
    terminal = begun(start)
    terminal.keys("<ctrl+s>", "t")
    terminal.wait_for("with blanks between")
    terminal.keys("#work urgent", "<enter>")
    terminal.wait_for("Leaving: #work #urgent +z undo")
    terminal.keys("m")
    terminal.wait_for("empty for none")
    terminal.keys("House", "<enter>")
    terminal.wait_for("Leaving: in House +z undo")
    terminal.keys("C")
    terminal.wait_for("Made Leaving copy +z undo")
    terminal.wait_for("2 sessions")
    terminal.keys("A")
    terminal.wait_for("Archived Leaving +z undo")
    terminal.wait_for("1 session(?!s)")
    terminal.send(b"/is:archived")  # at once: no letter of it may be taken for a command
    terminal.wait_for("▎ Leaving  ")
    terminal.keys("<tab>", "A")
    terminal.wait_for("Back in the list: Leaving")
    terminal.wait_for("No session has these words")
    assert b"Traceback" not in terminal.raw


def test_letters_right_behind_a_slash_are_no_commands(start: Start) -> None:
    terminal = begun(start)
    terminal.keys("<ctrl+s>")
    terminal.wait_for("Enter open")
    terminal.send(b"/DDD/x")
    terminal.wait_for("DDD/x")
    assert "Deleted" not in terminal.text()
    terminal.keys("<esc>", "<esc>", "<esc>")
    terminal.wait_for("y copy")
    terminal.send(b"/Drop/p")
    terminal.wait_for("Drop/p")
    assert "Deleted" not in terminal.text()


def test_the_trash_gives_back_and_forgets(start: Start, home: Path) -> None:
    terminal = begun(start)
    terminal.keys("/trash", "<enter>")
    terminal.wait_for("The trash is empty")
    terminal.keys("<esc>", "/delete", "<enter>")
    terminal.wait_for("Deleted Leaving, 2 messages +/undo")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    terminal = start()
    terminal.wait_for("No sessions yet")
    terminal.keys("/trash", "<enter>")
    terminal.wait_for("Leaving +deleted .* 30 days left")
    terminal.keys("<enter>")
    terminal.wait_for("Restored Leaving +/undo")
    terminal.wait_for("1 session(?!s)")
    terminal.keys("/undo", "<enter>")
    terminal.wait_for("Deleted Leaving again +/redo")
    terminal.keys("/trash", "<enter>")
    terminal.wait_for("30 days left")
    terminal.keys("D")
    terminal.wait_for("Delete for good\\?")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "Delete for good?" not in text, "the question gone")
    assert "Leaving" in (home / "history.json").read_text()
    terminal.keys("D")
    terminal.wait_for("Delete for good\\?")
    terminal.keys("y")
    terminal.wait_for("The trash is empty")
    assert "Leaving" not in (home / "history.json").read_text()
    assert b"Traceback" not in terminal.raw


def test_several_sessions_are_changed_at_once_and_taken_back(start: Start) -> None:
    terminal = begun(start)
    terminal.keys("<ctrl+n>", "How do I export?", "<enter>")
    terminal.wait_for("2 sessions")
    terminal.wait_for("I am the built-in guide")
    terminal.wait_for("ready")
    terminal.keys("<ctrl+s>", " ", " ")
    terminal.wait_for("2 selected")
    terminal.keys("p")
    terminal.wait_for("Pinned 2 sessions +z undo")
    terminal.wait_for("Pinned\\s")
    terminal.keys("*", "D")
    terminal.wait_for("Deleted 2 sessions +z undo")
    terminal.wait_for("No sessions yet")
    terminal.keys("z")
    terminal.wait_for("Restored 2 sessions")
    terminal.wait_for("2 sessions")
    assert b"Traceback" not in terminal.raw


def test_a_session_is_looked_into_without_opening_it(start: Start) -> None:
    terminal = begun(start)
    terminal.keys("<ctrl+n>")
    terminal.wait_for("Type below to begin")
    terminal.keys("<ctrl+s>", "<tab>")
    terminal.wait_for("Leaving +20[0-9-]+ [0-9:]+ · 2 messages")
    terminal.wait_for("other sessions")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "other sessions" not in text, "the preview closed")
    terminal.wait_for("Type below to begin")
    terminal.keys("<tab>")
    terminal.wait_for("other sessions")
    terminal.keys("<enter>")
    terminal.wait_until(lambda text: "Type below to begin" not in text, "the session open")
