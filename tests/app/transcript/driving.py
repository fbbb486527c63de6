"""Running the pane alone, and reading what it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from tests.app.transcript.demo import Demo, Pane
from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.transcript.entries import Entry

M = TypeVar("M", bound=Message)


class Driver:
    """The demo while it runs, with shorthands."""

    def __init__(self, pilot: Pilot[None], app: Demo) -> None:
        self.pilot = pilot
        self.app = app
        self.posted: list[Message] = []

    @property
    def pane(self) -> Pane:
        return self.app.pane

    async def settle(self) -> None:
        """Wait until all that was sent is laid out and drawn."""
        await self.pilot.pause()
        while not self.pane.pump.is_idle:
            await self.pilot.pause(0.005)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    def lines(self) -> list[str]:
        """Return what is on the screen, row by row, without the space at the ends."""
        return [text.rstrip() for text in self.texts()]

    def texts(self) -> list[str]:
        """Return what is on the screen, row by row."""
        width, height = self.pane.size
        return [strip.text for strip in self.pane.render_lines(Region(0, 0, width, height))]

    def row_of(self, words: str) -> int:
        """Return the row of the screen that holds some words."""
        return next(y for y, text in enumerate(self.texts()) if words in text)

    async def drag(self, start: tuple[int, int], *ways: tuple[int, int]) -> None:
        """Press the mouse at a cell of the screen, move it, release it."""
        await self.pilot.mouse_down(offset=start)
        for way in ways:
            await self.pilot.hover(offset=way)
        await self.pilot.mouse_up(offset=ways[-1])
        await self.settle()

    def got(self, kind: type[M]) -> list[M]:
        """Return the messages of a kind that the pane has posted."""
        return list({id(message): message for message in self.posted if isinstance(message, kind)}.values())


@asynccontextmanager
async def running(
    entries: Sequence[Entry], size: tuple[int, int] = (80, 24), theme: str = "ink"
) -> AsyncIterator[Driver]:
    """Run the demo with a branch."""
    app = Demo(list(entries), theme)
    posted: list[Message] = []
    async with app.run_test(size=size, notifications=True, message_hook=posted.append) as pilot:
        driver = Driver(pilot, app)
        driver.posted = posted
        await driver.settle()
        yield driver


def branch(turns: int) -> list[Entry]:
    """Return prompts and replies of very different lengths."""
    entries = []
    for number in range(turns):
        entries.append(Entry(prompt(f"Question {number}\n" + "why " * (number * 7 % 60), id=f"p{number}")))
        text = f"Answer {number}.\n\n" + REPLY * (number % 3) + "\n\n".join(["word " * 40] * (number * 5 % 11))
        entries.append(Entry(reply(text, id=f"r{number}")))
    return entries
