"""Keys that come faster than they can be followed still go where they are meant to."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input, Static

from tests.app.screens.driving import Driver, running, write_history
from tests.wire.openai_server import MODEL, OpenAIServer
from tui_chat.app import key_order
from tui_chat.app.screens.chat.screen import ChatScreen
from tui_chat.app.screens.compare_models import CompareModels
from tui_chat.app.widgets import Pick
from tui_chat.chat.services import Options

#: What keys are called whose character is no name.
NAMES = {" ": "space", "/": "slash"}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let keys wait as long as a busy machine takes."""
    monkeypatch.setattr(key_order, "PATIENCE", 60.0)


def send(driver: Driver, *keys: str) -> None:
    """Press keys all at once: names as ``<enter>``, anything else is typed."""
    for key in keys:
        if key.startswith("<"):
            driver.app.post_message(events.Key(key[1:-1], None))
        else:
            for character in key:
                driver.app.post_message(events.Key(NAMES.get(character, character), character))


def chat(driver: Driver) -> ChatScreen:
    found = driver.app.screen_stack[0]
    assert isinstance(found, ChatScreen)
    return found


def typed_in(driver: Driver) -> str:
    field = driver.app.focused
    return field.value if isinstance(field, Input) else ""


async def test_a_prompt_goes_to_its_session_and_the_next_to_the_new_one() -> None:
    async with running() as driver:
        screen = chat(driver)
        send(driver, "first", "<enter>", "<ctrl+n>", "second", "<enter>", "<f3>", "third")
        await driver.until(lambda: screen.prompt.text == "third")
        await driver.until(lambda: len(screen.history.sessions) == 2)
        assert not len(screen.opened.tree)
        names = {one.name for one in screen.history.sessions}
        assert names == {"first", "second"}
        assert not any((screen.held(one.id) or screen.opened).queued for one in screen.history.sessions)


async def test_letters_behind_the_key_of_a_dialog_are_typed_into_it() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        screen = chat(driver)
        await driver.until(lambda: len(screen.history.sessions) == 1)
        send(driver, "draft", "<ctrl+f>", "pears")
        await driver.until(lambda: typed_in(driver) == "pears")
        assert screen.prompt.text == "draft"
        send(driver, "<escape>", " goes on", "<ctrl+p>", "quit")
        await driver.until(lambda: typed_in(driver) == "quit")
        assert screen.prompt.text == "draft goes on"
        send(driver, "<escape>", "!", "<ctrl+s>", "R", "x", "<enter>", "<escape>", "?")
        await driver.until(lambda: screen.prompt.text == "draft goes on!?")
        await driver.until(lambda: [one.name for one in screen.history.sessions] == ["x"])


async def test_what_is_ticked_is_where_the_cursor_was_when_the_key_was_pressed() -> None:
    with OpenAIServer() as server:
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            send(driver, "/compare best?", "<enter>")
            await driver.until(lambda: isinstance(driver.app.screen, CompareModels))
            await driver.until(lambda: len(driver.app.screen.query(".note")) > 0)
            rows, note = driver.app.screen.query_one(Pick), driver.app.screen.query_one(".note", Static)
            await driver.until(lambda: any(row.key == f"openai\n{MODEL}" for row in rows._rows))
            assert rows.cursor_id == "openai\nm"
            send(driver, " ", "<up>", " ")
            await driver.until(lambda: str(note.render()) == f"1 of 4: {MODEL}")


async def test_letters_behind_the_key_that_edits_a_prompt_are_typed_into_it() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        screen = chat(driver)
        await driver.until(lambda: len(screen.history.sessions) == 1)
        send(driver, "<ctrl+s>", "<enter>", "<escape>", "e", " Dyed", "<escape>", "b", "forked")
        await driver.until(lambda: screen.prompt.text == "forked")
        await driver.until(lambda: len(screen.history.sessions) == 2)
        assert [message.text for message in screen.opened.branch] == ["Are pears ripe?", "They are."]


async def test_letters_behind_a_slash_are_typed_into_the_field_that_it_leads_to() -> None:
    write_history([("Pears", ["Are pears ripe/raw?", "They are."])])
    async with running() as driver:
        screen = chat(driver)
        await driver.until(lambda: len(screen.history.sessions) == 1)
        send(driver, "<ctrl+s>", "/", "d/n")
        await driver.until(lambda: typed_in(driver) == "d/n")
        send(driver, "<escape>", "<ctrl+s>", "<enter>", "<escape>", "/", "ripe/raw")
        await driver.until(lambda: typed_in(driver) == "ripe/raw")
        assert driver.app.focused is screen.find_bar.field
        send(driver, "<escape>", "<escape>", "/settings", "<enter>", "/", "n/a")
        await driver.until(lambda: typed_in(driver) == "n/a")
        assert [one.name for one in screen.history.sessions] == ["Pears"]
