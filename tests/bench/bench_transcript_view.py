"""How quick the message pane is. Run: ``python -m tests.bench.bench_transcript_view``.

Every frame is really drawn, into Textual's headless driver. Textual's own ``Markdown`` widgets, one a message, are
measured in the same run where they can do the same; the last column says how many times longer they take.
"""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import suppress

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tests.app.transcript.driving import Driver, running
from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.domain.events import TextDelta
from tui_chat.domain.messages import MessageStatus

SIZE = (120, 40)
TOKENS = 8_000
FEW_TOKENS = 1_000
"""As many as Textual's widget is given."""
SPEED = 1_000
"""Tokens a second."""
CHARACTERS = 4
"""Of a token."""

Stopped = tuple[float, float]
"""Seconds of CPU, and the longest time in which the event loop did nothing else."""


def messages(count: int) -> list[Entry]:
    """Return as many messages, replies of about 900 characters."""
    return [
        Entry(
            reply(REPLY, id=f"r{number}")
            if number % 2
            else prompt(f"Question {number} " + "why " * 20, id=f"p{number}")
        )
        for number in range(count)
    ]


async def timed(work: Callable[[], Awaitable[object]]) -> Stopped:
    """Do work; return what it took, and the longest stall meanwhile."""
    stalls = [0.0]

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.004)
            stalls.append(time.perf_counter() - before - 0.004)

    watcher = asyncio.create_task(watch())
    start = time.process_time()
    await work()
    used = time.process_time() - start
    watcher.cancel()
    with suppress(asyncio.CancelledError):
        await watcher
    return used, max(stalls)


async def feed(send: Callable[[str], Awaitable[object]], count: int) -> None:
    """Send tokens at an even speed."""
    text = (REPLY * (count * CHARACTERS // len(REPLY) + 1))[: count * CHARACTERS]
    start = time.perf_counter()
    for number in range(count):
        await send(text[number * CHARACTERS : (number + 1) * CHARACTERS])
        early = start + (number + 1) / SPEED - time.perf_counter()
        if early > 0.002:
            await asyncio.sleep(early)


async def opened(driver: Driver, count: int) -> float:
    """Return the seconds until a branch is on the screen."""
    entries = messages(count)
    gc.collect()
    start = time.perf_counter()
    driver.pane.show(entries)
    driver.texts()
    return time.perf_counter() - start


async def paged(driver: Driver, pages: int) -> tuple[float, float]:
    """Return the seconds that a page up takes, half of the time and at worst."""
    times = []
    for _ in range(pages):
        start = time.perf_counter()
        driver.pane.scroll_page_up()
        driver.texts()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2], max(times)


class Widgets(App[None]):
    """What the pane is compared with."""

    def compose(self) -> ComposeResult:
        """Show an empty column."""
        yield VerticalScroll(id="column")

    async def show(self, count: int) -> None:
        """Show messages, one widget each."""
        column = self.query_one("#column", VerticalScroll)
        await column.mount_all([Markdown(entry.message.text) for entry in messages(count)])
        column.scroll_end(animate=False)


async def widgets() -> dict[str, Stopped]:
    """Measure Textual's widgets."""
    figures = {}
    app = Widgets()
    async with app.run_test(size=SIZE) as pilot:

        async def open_all() -> None:
            await app.show(200)
            await pilot.pause()

        async def resize() -> None:
            await pilot.resize_terminal(100, 40)
            await pilot.pause()

        async def theme() -> None:
            app.theme = "textual-light"
            await pilot.pause()

        figures["open"] = await timed(open_all)
        figures["resize"] = await timed(resize)
        figures["theme"] = await timed(theme)
    app = Widgets()
    async with app.run_test(size=SIZE) as pilot:
        await app.show(20)
        last = Markdown("")
        await app.query_one("#column").mount(last)
        stream = Markdown.get_stream(last)
        figures["stream"] = await timed(lambda: feed(stream.write, FEW_TOKENS))
        await stream.stop()
    return figures


async def streamed(count: int) -> Stopped:
    """Measure a reply that arrives in the pane."""
    async with running(messages(20), SIZE) as driver:
        pane = driver.pane
        driver.app.set_focus(None)
        pane.add(Entry(reply("", id="run", status=MessageStatus.STREAMING)))
        pane.follow()

        async def send(text: str) -> None:
            pane.apply("run", TextDelta(text=text))

        return await timed(lambda: feed(send, count))


async def held(pages: int) -> float:
    """Return the megabytes that the pane holds above the messages after paging through them."""
    entries = messages(4 * pages)
    async with running([], SIZE) as driver:
        await paged(driver, 1)
        gc.collect()
        tracemalloc.start()
        driver.pane.show(entries)
        await paged(driver, pages)
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return size / 1e6


def say(what: str, value: float, unit: str, target: str, other: float | None = None) -> None:
    """Print a row."""
    ratio = f"{other / value:8.0f}x" if other is not None and value else ""
    print(f"{what:44}{value:10.1f} {unit:3}{target:>10}{ratio}")


async def main() -> None:
    """Measure and print."""
    theirs = await widgets()
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 20, 50)
    print(f"{'':44}{'measured':>10}    {'target':>10}{'Textual':>9}")
    async with running(messages(20), SIZE) as driver:
        for count, target in ((200, 50), (2_000, 50), (10_000, 60)):
            seconds = min([await opened(driver, count) for _ in range(3)])
            say(f"open {count}", seconds * 1e3, "ms", f"{target}", theirs["open"][0] * 1e3 if count == 200 else None)
        gc.collect()
        gc.freeze()
        half, worst = await paged(driver, 500)
        say("page up, half of the time", half * 1e3, "ms", "")
        say("page up, worst", worst * 1e3, "ms", "12")
        used, _ = await timed(lambda: resize(driver, 100))
        say("resize, CPU, after paging", used * 1e3, "ms", "25", theirs["resize"][0] * 1e3)
        used, _ = await timed(lambda: resize(driver, 110))
        say("resize, CPU", used * 1e3, "ms", "25", theirs["resize"][0] * 1e3)
        used, _ = await timed(lambda: theme(driver))
        say("theme, CPU", used * 1e3, "ms", "25", theirs["theme"][0] * 1e3)
    used, stall = await streamed(TOKENS)
    per_token = theirs["stream"][0] / FEW_TOKENS
    say(f"{TOKENS} tokens at {SPEED}/s, CPU", used * 1e3, "ms", "1000", per_token * TOKENS * 1e3)
    say("longest stall meanwhile", stall * 1e3, "ms", "16", theirs["stream"][1] * 1e3)
    await collected()
    say("held after paging through 2,000 messages", await held(500), "MB", "25")


async def collected() -> None:
    """Print what tuning the garbage collector brings, with ten thousand messages in memory."""
    kept = messages(10_000)
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    used, stall = await streamed(TOKENS)
    say("the same with the collector as it comes, CPU", used * 1e3, "ms", "")
    say("longest stall", stall * 1e3, "ms", "")
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 20, 50)
    used, stall = await streamed(TOKENS)
    say("and tuned, CPU", used * 1e3, "ms", "")
    say("longest stall", stall * 1e3, "ms", "")
    del kept


async def resize(driver: Driver, width: int) -> None:
    """Change the width."""
    await driver.pilot.resize_terminal(width, SIZE[1])
    await driver.settle()


async def theme(driver: Driver) -> None:
    """Change the theme."""
    driver.app.theme = "paper"
    await driver.settle()


if __name__ == "__main__":
    asyncio.run(main())
