"""Attaching in the app, without a terminal: what is kept, given back and set."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual import events

from tests.app.screens.driving import Driver, running
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.app.screens.attachments import AttachmentsDialog, AttachmentView
from tui_chat.app.widgets import Pick
from tui_chat.chat.services import Options
from tui_chat.config.paths import history_path
from tui_chat.domain.messages import FilePart

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
LONG = "\n".join(f"line {number}" for number in range(21))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha")
    monkeypatch.chdir(folder)
    return folder


async def paste(driver: Driver, text: str) -> None:
    driver.chat.prompt.post_message(events.Paste(text))
    await driver.pilot.pause()


def names(driver: Driver) -> list[str]:
    return [part.name for part in driver.chat.attached if isinstance(part, FilePart)]


@pytest.mark.parametrize(
    ("limit", "text", "is_folded"),
    [
        (2000, "x" * 2000, False),
        (2000, "x" * 2001, True),
        (2000, "x\n" * 20, False),
        (2000, LONG, True),
        (2000, LONG.replace("\n", "\r"), True),
        (10, "x" * 11, True),
        (0, LONG * 200, False),
    ],
)
async def test_a_paste_is_folded_above_the_limit(limit: int, text: str, is_folded: bool) -> None:
    async with running() as driver:
        screen = driver.chat
        chat_settings = screen.services.settings.chat.model_copy(update={"fold_pastes": limit})
        screen.services.settings = screen.services.settings.model_copy(update={"chat": chat_settings})
        await paste(driver, text)
        assert bool(screen.attached) is is_folded
        assert bool(screen.prompt.text) is not is_folded
        if is_folded:
            [part] = screen.attached
            assert isinstance(part, FilePart)
            assert part.text == text.replace("\r", "\n")


@SIZES
async def test_what_is_attached_is_listed_looked_into_and_written_out(size: tuple[int, int]) -> None:
    async with running(size) as driver:
        await paste(driver, LONG)
        assert await driver.chat.attach("a.txt")
        assert names(driver) == ["pasted text", "a.txt"]
        await driver.type("/attachments")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, AttachmentsDialog))
        await driver.until(lambda: driver.app.screen.query_one(Pick).count() == 2)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, AttachmentView))
        await driver.press("t")
        await driver.until(lambda: names(driver) == ["a.txt"])
        assert driver.chat.prompt.text == LONG
        await driver.press("D")
        await driver.until(lambda: driver.app.screen is driver.chat)
        assert names(driver) == []


async def test_what_is_attached_twice_is_read_anew(folder: Path) -> None:
    async with running() as driver:
        screen = driver.chat
        assert await screen.attach("a.txt")
        (folder / "a.txt").write_text("beta")
        assert await screen.attach("a.txt")
        assert screen.attached == (FilePart(name="a.txt", text="beta"),)
        assert not await screen.attach("nowhere.txt")
        assert names(driver) == ["a.txt"]


async def test_files_of_the_same_name_do_not_take_each_others_place(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    async with running() as driver:
        screen = driver.chat
        for path in ("a.txt", "../one/a.txt", "../two/a.txt", "../one/a.txt", "a.txt", str(tmp_path / "two/a.txt")):
            assert await screen.attach(path)
        assert sorted((part.name, part.text) for part in screen.attached if isinstance(part, FilePart)) == [
            ("a.txt", "alpha"),
            ("a.txt (2)", "one"),
            ("a.txt (3)", "two"),
        ]


async def test_undoing_a_removal_elsewhere_leaves_what_is_attached_there() -> None:
    async with running() as driver:
        screen = driver.chat
        assert await screen.attach("a.txt")
        await driver.press("backspace")
        await driver.until(lambda: not names(driver))
        await paste(driver, LONG)
        await screen.run_action("undo")
        await driver.until(lambda: names(driver) == ["pasted text", "a.txt"])


async def test_sessions_keep_what_is_attached_apart_and_a_temporary_one_writes_none() -> None:
    async with running() as driver:
        screen = driver.chat
        await driver.type("hello")
        await driver.press("enter")
        await driver.until(lambda: len(screen.opened.tree) == 2 and screen.opened.id not in screen.replies)
        first = screen.opened.id
        assert await screen.attach("a.txt")
        await screen.action_new_temporary()
        assert names(driver) == []
        await paste(driver, LONG)
        await screen.open_session(first)
        assert names(driver) == ["a.txt"]
        await screen.memory.write_drafts()
        assert len(list((history_path().parent / "attached").iterdir())) == 1


async def test_a_removal_can_be_undone_and_made_again() -> None:
    async with running() as driver:
        await paste(driver, LONG)
        await driver.press("backspace")
        await driver.until(lambda: not names(driver))
        await driver.chat.run_action("undo")
        await driver.until(lambda: names(driver) == ["pasted text"])
        await driver.chat.run_action("redo")
        await driver.until(lambda: not names(driver))


async def test_a_waiting_prompt_comes_back_with_what_was_attached() -> None:
    with OpenAIServer() as server:
        server.script(says("It is", threading.Event()))
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            screen = driver.chat
            await screen.send("what is a session")
            await paste(driver, LONG)
            await driver.type("next")
            await driver.press("enter")
            await driver.until(lambda: bool(screen.opened.queued))
            assert names(driver) == []
            screen.replies.stop(screen.opened.id)
            await driver.until(lambda: names(driver) == ["pasted text"])
            assert screen.prompt.text == "next"


async def test_what_is_attached_before_the_drafts_were_read_is_attached_once() -> None:
    async with running() as driver:
        screen = driver.chat
        assert await screen.attach("a.txt")
        screen.keep_draft()
        await screen.recall()
        assert names(driver) == ["a.txt"]
