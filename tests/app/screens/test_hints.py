"""The keys that dialogs show: each of them does something, and only what acts now is shown."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from textual.binding import Binding
from textual.widgets import Input

from tests.app.screens.driving import Driver, running, write_history
from tui_chat.app import screens
from tui_chat.app.commands import Place
from tui_chat.app.commands.command import SHOWN
from tui_chat.app.commands.keymap import pretty
from tui_chat.app.screens.chat.message_pane import ChatTranscript
from tui_chat.app.screens.context import ContextDialog
from tui_chat.app.screens.help import HelpScreen
from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.widgets import Hints, Toast

#: What stands for several keys, or for what is typed.
WORDS = {"type", "any key", "click"}

#: What the widgets of a dialog take themselves.
BY_WIDGETS = {
    "AskLines": {"Enter", "Ctrl+J"},
    "VariablesForm": {"Enter", "Ctrl+J"},
    "CompareModels": {"Space"},
    "ExportDialog": {"Space"},
    "HelpScreen": {"↑", "↓"},
}


def dialogs() -> Iterator[type[Sheet[Any]]]:
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    waiting: list[type[Sheet[Any]]] = Sheet.__subclasses__()
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        if found.__module__.startswith("tui_chat."):
            yield found


def bound(dialog: type[Sheet[Any]]) -> set[str]:
    """Return the keys of a dialog, as they are shown."""
    keys = {
        key.strip()
        for owner in dialog.__mro__
        for binding in vars(owner).get("BINDINGS", ())
        for key in (binding.key if isinstance(binding, Binding) else binding[0]).split(",")
    }
    return {pretty(key).replace("Delete", "Del") for key in keys} | BY_WIDGETS.get(dialog.__name__, set())


def takes_enter(dialog: type[Sheet[Any]]) -> bool:
    """Return whether a dialog does something with Enter in its field."""
    return any(
        message is Input.Submitted
        for owner in dialog.__mro__
        for method in vars(owner).values()
        for message, _selectors in getattr(method, "_textual_on", ())
    )


@pytest.mark.parametrize("dialog", sorted(set(dialogs()), key=repr), ids=repr)
def test_every_key_that_a_dialog_shows_does_something(dialog: type[Sheet[Any]]) -> None:
    keys = bound(dialog) | ({"Enter"} if takes_enter(dialog) else set())
    shown = {key for hint, _words in dialog.KEYS if hint not in WORDS for key in hint.split()}
    assert shown - keys == set()
    assert {hint for hint, _words in dialog.KEYS} >= set(dialog.OF_A_ROW)


def test_the_way_out_is_the_last_key() -> None:
    assert [one.__name__ for one in dialogs() if not one.KEYS[-1][0].startswith("Esc")] == []


async def test_undo_is_offered_in_the_context_once_there_is_something_to_take_back() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        await driver.open_session()
        await driver.press("escape", "C")
        await driver.until(lambda: isinstance(driver.app.screen, ContextDialog))
        hints = driver.app.screen.query_one(".sheet-keys", Hints)
        assert "z" not in dict(hints.hints)
        await driver.press("E")
        await driver.until(lambda: "z" in dict(hints.hints))
        await driver.press("z")
        await driver.until(lambda: "z" not in dict(hints.hints))


def test_the_message_pane_shows_the_keys_that_the_user_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = ChatTranscript()
    assert (pane.follow_key, pane.code_keys) == ("Ctrl+G", [("c", "copy"), ("w", "save")])
    monkeypatch.setitem(SHOWN, "view.follow", "F5")
    monkeypatch.setitem(SHOWN, "message.copy_code", "Y")
    assert (pane.follow_key, pane.code_keys) == ("F5", [("Y", "copy"), ("w", "save")])


async def click(driver: Driver, words: str) -> None:
    """Click on a key of the row of keys in front of all others."""
    found = driver.app.screen.query(Hints).last()
    await driver.until(lambda: words in str(found.render()))
    x = str(found.render()).index(words) + found.content_region.x
    await driver.pilot.click(offset=(x, found.content_region.y))


async def test_a_key_that_is_shown_can_be_clicked() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        chat = await driver.open_session()
        await click(driver, "F1")
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        await click(driver, "close")
        await driver.until(lambda: driver.app.screen is chat)
        await click(driver, "/ commands")
        await driver.until(lambda: chat.prompt.text == "/")
        await driver.press("backspace")
        await click(driver, "browse")
        await driver.until(lambda: chat.place is Place.TRANSCRIPT)
        await click(driver, "y copy")
        await driver.until(lambda: len(chat.query(Toast)) == 1)


async def test_the_key_of_a_notice_can_be_clicked_wherever_the_keys_go_by_then() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        chat = await driver.open_session()
        await driver.press("ctrl+s", "p")
        await driver.until(lambda: chat.history.sessions[0].pinned and len(chat.query(Toast)) == 1)
        await driver.press("a")
        await driver.pilot.click(Toast)
        await driver.until(lambda: not chat.history.sessions[0].pinned)
        assert chat.prompt.text == ""
