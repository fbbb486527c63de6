"""Running the pane with images, in a terminal that can draw them."""

from __future__ import annotations

import re
import threading

import pytest
from rich.cells import cell_len
from rich.color import Color as RichColor
from textual.app import ComposeResult
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.app.transcript.driving import Driver
from tests.app.transcript.samples import prompt
from tui_chat.app.transcript import images
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.picture_making import Fit, Made, make_picture
from tui_chat.domain.messages import ImagePart

Triplet = tuple[int, int, int]
LONG = "\n\n".join(f"Paragraph {number}." for number in range(40))


class Gate:
    """Lets pictures be made only after it was opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._opened = threading.Event()
        self.threads: list[threading.Thread] = []
        monkeypatch.setattr(images, "make_picture", self._make)

    def _make(self, data: str, fit: Fit) -> Made:
        self.threads.append(threading.current_thread())
        assert self._opened.wait(20)
        return make_picture(data, fit)

    def let(self) -> None:
        """Let all pictures be made."""
        self._opened.set()

    async def open(self, driver: Driver) -> None:
        """Let all pictures be made, and wait until they hang."""
        self.let()
        await hung(driver)


async def hung(driver: Driver) -> None:
    """Wait until all pictures that are seen are there."""
    while True:
        await driver.settle()
        if driver.pane.gallery.is_idle:
            return
        await driver.pilot.pause(0.005)


def colors(driver: Driver) -> list[list[tuple[Triplet | None, Triplet | None]]]:
    """Return the colours of text and ground, cell by cell."""
    width, height = driver.pane.size
    strips = driver.pane.render_lines(Region(0, 0, width, height))
    return [
        [
            (triplet(style.color), triplet(style.bgcolor))
            for text, style, _ in strip
            if style is not None
            for _ in range(cell_len(text))
        ]
        for strip in strips
    ]


def triplet(color: RichColor | None) -> Triplet | None:
    """Return a colour as its parts; ``None`` for one of the terminal's own."""
    return (*color.triplet,) if color is not None and color.triplet is not None else None


def pictured(driver: Driver) -> list[int]:
    """Return the rows of the screen with a part of a picture."""
    return [
        y for y, one in enumerate(driver.pane.viewport.seen) if one.row is not None and one.row.line.kind == "picture"
    ]


def asked(*parts: ImagePart, text: str = "What is it?", id: str = "p") -> Entry:
    return Entry(prompt(text, parts=list(parts), id=id))


class Dialog(ModalScreen[None]):
    """Something over the pane, which shines through."""

    CSS = "Dialog { align: right bottom; background: $background 60%; } Static { width: 4; height: 1; }"

    def compose(self) -> ComposeResult:
        """Show hardly anything."""
        yield Static("x")


def svg_colors(driver: Driver) -> set[str]:
    return set(re.findall(r"#[0-9a-f]{6}", driver.app.export_screenshot().lower()))


def close(color: str, wanted: Color) -> bool:
    return all(abs(one - other) <= 2 for one, other in zip(Color.parse(color).rgb, wanted.rgb, strict=True))
