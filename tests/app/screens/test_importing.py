from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.app.screens.driving import Driver, running
from tests.unit.importers.reading import SAMPLES
from tests.unit.importers.test_stores import database
from tui_chat.app.screens.importing import ImportDialog
from tui_chat.app.screens.path_field import PathField, first_match


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer on which elia was used."""
    for variable in ("AICHAT_SESSIONS_DIR", "AICHAT_CONFIG_DIR", "XDG_CONFIG_HOME", "LLM_USER_PATH"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    database("elia.sql", tmp_path / "data/elia/elia.sqlite")
    return tmp_path


def note(driver: Driver) -> str:
    return str(driver.app.screen.query_one(".note", Static).render())


async def open_dialog(driver: Driver, path: str = "") -> None:
    driver.chat.prompt.insert(f"/import {path}".strip())
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, ImportDialog))


async def open_dialog_at_stores(driver: Driver) -> ImportDialog:
    await open_dialog(driver)
    dialog = driver.app.screen
    assert isinstance(dialog, ImportDialog)
    await driver.until(lambda: dialog.stores.has_focus)
    assert "ChatGPT" in note(driver)
    return dialog


async def test_a_store_is_looked_at_imported_and_listed(home: Path) -> None:
    async with running() as driver:
        await open_dialog_at_stores(driver)
        await driver.press("enter")
        await driver.until(lambda: "2 sessions with 6 messages would be imported." in note(driver))
        assert driver.chat.history.sessions == []
        await driver.press("enter")
        await driver.until(lambda: "2 sessions with 6 messages imported." in note(driver))
        await driver.press("enter")
        await driver.until(lambda: not isinstance(driver.app.screen, ImportDialog))
        await driver.until(lambda: len(driver.chat.history.sessions) == 2)


async def test_what_was_removed_for_good_comes_back_when_told_to(home: Path) -> None:
    async with running() as driver:
        await open_dialog_at_stores(driver)
        await driver.press("enter")
        await driver.until(lambda: "would be imported" in note(driver))
        await driver.press("enter")
        await driver.until(lambda: "6 messages imported" in note(driver))
        await driver.press("enter")
        await driver.until(lambda: len(driver.chat.history.sessions) == 2)
        await driver.chat.history.purge(driver.chat.history.sessions[0].id)
        await open_dialog_at_stores(driver)
        await driver.press("enter")
        await driver.until(lambda: "1 session removed here for good, and left out." in note(driver))
        await driver.press("ctrl+r")
        await driver.until(lambda: "Enter imports 1 session" in note(driver))
        await driver.press("enter")
        await driver.until(lambda: "1 session with " in note(driver) and " imported." in note(driver))
        await driver.press("enter")
        await driver.until(lambda: len(driver.chat.history.sessions) == 2)


async def test_a_path_that_is_typed_with_the_command_is_looked_at_at_once(home: Path) -> None:
    async with running() as driver:
        await open_dialog(driver, str(SAMPLES / "parllama.json"))
        await driver.until(lambda: "1 session with 2 messages would be imported." in note(driver))


async def test_what_is_wrong_with_a_path_is_said(home: Path) -> None:
    (home / "notes.txt").write_text("Milk")
    async with running() as driver:
        dialog = await open_dialog_at_stores(driver)
        dialog.field.focus()
        dialog.field.value = "~/notes.txt"
        await driver.until(lambda: "none of the formats that are known" in note(driver))
        dialog.field.value = "~/nothing"
        await driver.until(lambda: "There is no file" in note(driver))
        dialog.field.value = str(SAMPLES / "parllama.json")
        await driver.until(lambda: "parllama" in note(driver))


async def test_escape_stops_a_long_import_and_then_closes(home: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "content": f"{number} {'x' * 2000}"}, {"role": "assistant", "content": "y"}]}
        for number in range(10_000)
    ]
    path = home / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    async with running() as driver:
        await open_dialog(driver, str(path))
        await driver.until(lambda: "%" in note(driver))
        await driver.press("escape")
        await driver.until(lambda: "Stopped before the end" in note(driver))
        await driver.press("escape")
        await driver.until(lambda: not isinstance(driver.app.screen, ImportDialog))


async def complete(driver: Driver, field: PathField, typed: str, whole: str) -> None:
    """Type, and wait for what Tab makes of it."""
    field.value = typed
    field.cursor_position = len(typed)
    await driver.until(lambda: field._suggestion == whole)
    await driver.press("tab")
    await driver.until(lambda: field.value == whole)


async def test_tab_completes_a_path(home: Path) -> None:
    (home / "Downloads").mkdir()
    (home / "Downloads" / "chatgpt.zip").touch()
    async with running() as driver:
        dialog = await open_dialog_at_stores(driver)
        dialog.field.focus()
        for typed, whole in (("~/Dow", "~/Downloads/"), ("~/Downloads/ch", "~/Downloads/chatgpt.zip")):
            await complete(driver, dialog.field, typed, whole)


def test_hidden_files_are_offered_only_if_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()
    assert first_match(f"{tmp_path}/") is None
    assert first_match(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert first_match("no slash") is None
    assert first_match("/nowhere/at all") is None
    assert first_match("~no-such-user/x") is None
