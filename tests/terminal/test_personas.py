"""Personas and parameters in the real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.wire.openai_server import OpenAIServer, says

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_parameters_are_set_sent_and_taken_back(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    server.script(says("One."), says("Two."))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("/parameters", "<enter>")
    terminal.wait_for("Temperature +‹ not set ›")
    terminal.keys("<enter>")
    terminal.wait_for("empty: not set")
    terminal.keys("3", "<enter>")
    terminal.wait_for("It must be less than or equal to 2")
    terminal.keys("<enter>")
    terminal.wait_for("empty: not set")
    terminal.keys("0.4", "<enter>")
    terminal.wait_for("• Temperature +‹ 0.4 ›")
    terminal.keys("l")
    terminal.wait_for("‹ 0.5 ›")
    terminal.keys("jjj", "<enter>")
    terminal.wait_for("empty: not set")
    terminal.keys("END", "<enter>")
    terminal.wait_for("• Stop +END")
    terminal.keys("<esc>")
    terminal.wait_for("Parameters: temperature 0.5, stop END")
    terminal.keys("one", "<enter>")
    terminal.wait_for("One\\.")
    assert {server.chats[-1].body[name] for name in ("temperature",)} == {0.5}
    assert server.chats[-1].body["stop"] == ["END"]
    terminal.wait_for("ready")
    terminal.keys("<ctrl+t>")
    terminal.wait_for("effort: high")
    terminal.keys("jjjjj", "<enter>")
    terminal.wait_for("Reasoning effort: high +/undo")
    terminal.keys("/undo", "<enter>")
    terminal.wait_for("Reasoning effort as before")
    terminal.keys("/reasoning low", "<enter>")
    terminal.wait_for("Reasoning effort: low")
    terminal.keys("two", "<enter>")
    terminal.wait_for("Two\\.")
    assert server.chats[-1].body["reasoning_effort"] == "low"
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_persona_is_made_changed_and_used(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path, columns: int, rows: int
) -> None:
    server.script(says("One."), says("Two."), says("Three."))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("/system Be brief.", "<enter>")
    terminal.wait_for("System prompt changed")
    terminal.keys("/persona", "<enter>")
    terminal.wait_for("There is no persona yet")
    terminal.keys("n")
    terminal.wait_for("New persona")
    terminal.keys("Laconic", "<enter>")
    terminal.wait_for("Laconic +fake-model")
    assert "Be brief." in (home / "personas" / "Laconic.toml").read_text()
    terminal.keys("e")
    terminal.wait_for("System prompt +Be brief")
    terminal.keys("j", "<enter>")
    terminal.wait_for("Enter done")
    terminal.keys("<ctrl+j>", "Use no verbs.", "<enter>")
    terminal.wait_for("System prompt +Be brief. Use no verbs.")
    terminal.keys("jj")
    terminal.wait_for("‹ not set ›")
    terminal.keys("ll", "<esc>")
    terminal.wait_for("Laconic +fake-model +temperature 0.1")
    terminal.keys("<esc>")
    terminal.wait_until(lambda text: "use here" not in text, "the dialog gone")
    terminal.keys("<ctrl+n>", "/persona lac", "<enter>")
    terminal.wait_for("Laconic answers here")
    terminal.keys("Hello", "<enter>")
    terminal.wait_for("One\\.")
    body = server.chats[-1].body
    assert body["messages"][0] == {"role": "system", "content": "Be brief.\nUse no verbs."}
    assert body["temperature"] == 0.1
    assert b"Traceback" not in terminal.raw


def test_personas_are_imported_chosen_by_mouse_and_deleted(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], home: Path, tmp_path: Path
) -> None:
    role = tmp_path / "Poet.md"
    role.write_text("---\nmodel: poet-model\ntemperature: 1.5\n---\nYou write poems.\n")
    server.script(says("Roses."))
    terminal = start(*at_server)
    terminal.keys("/persona", "<enter>")
    terminal.wait_for("There is no persona yet")
    terminal.keys("i")
    terminal.wait_for("Import a persona")
    terminal.keys(str(tmp_path / "nowhere.md"), "<enter>")
    terminal.wait_for("cannot be read")
    terminal.keys("i")
    terminal.wait_for("Import a persona")
    terminal.keys(str(role), "<enter>")
    terminal.wait_for("Poet +poet-model +temperature 1.5")
    terminal.click_on("poet-model")
    terminal.wait_for("Poet answers here")
    terminal.keys("Hello", "<enter>")
    terminal.wait_for("Roses")
    terminal.wait_for("Hello +Poet")
    assert (server.chats[-1].body["model"], server.chats[-1].body["temperature"]) == ("poet-model", 1.5)
    terminal.keys("/undo", "<enter>")
    terminal.wait_for("Nothing to undo")
    terminal.keys("/persona", "<enter>")
    terminal.wait_for("● Poet")
    terminal.keys("D")
    terminal.wait_for("Delete this persona")
    terminal.keys("y")
    terminal.wait_for("There is no persona yet")
    assert not list((home / "personas").iterdir())
    assert b"Traceback" not in terminal.raw
