"""The images of the branch that is shown: which are drawn, how large, and when they are made."""

from __future__ import annotations

import asyncio
import importlib.util
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from secrets import randbelow

from tui_chat.app.transcript.lines import Line
from tui_chat.app.transcript.picture_cells import Picture, removing, sending
from tui_chat.app.transcript.picture_making import Fit, Made, make_picture
from tui_chat.app.transcript.picture_terminal import Drawing, cell_aspect
from tui_chat.app.transcript.rows import Row
from tui_chat.domain.messages import ImagePart

SHARE = 60
"""Percent of the text's width that a picture may take."""
KEPT_PICTURES = 64
"""Pictures that are kept: a few kilobytes each here, the pixels of some cells each in a terminal that draws itself."""
KEPT_SIZES = 1_000
"""Images whose size is kept after their picture was dropped."""


@dataclass(frozen=True, slots=True)
class View:
    """What there is to see of an image just now."""

    size: tuple[int, int] | None = None
    """Pixels of the image across and down; ``None`` as long as it was not decoded."""
    cells: tuple[int, int] = (0, 0)
    """Columns and rows of its picture."""
    picture: Picture | None = None
    """The picture; ``None`` while it is made."""
    is_broken: bool = False
    """Whether it cannot be shown."""


UNSEEN = View()
"""An image that nobody has looked at."""
BROKEN = View(is_broken=True)


@dataclass(slots=True, eq=False)
class ImageRow(Row):
    """A row of an image: the card with its facts, or a row of the picture under it."""

    image: ImagePart | None = None
    """The image."""
    view: View = UNSEEN
    """What there was to see of it when the row was made."""
    at: int = -1
    """Which row of the picture; -1 for the card."""


class Gallery:
    """Makes the pictures of images that are seen, one at a time in a thread, and keeps the last ones.

    Args:
        ready: Called when there is more to see than before.
        send: Sends commands to the terminal.
    """

    def __init__(self, ready: Callable[[], object], send: Callable[[str], None]) -> None:
        self._ready = ready
        self._send = send
        self._drawing = Drawing.NOT
        self._sizes: OrderedDict[int, tuple[int, int] | None] = OrderedDict()
        self._pictures: OrderedDict[tuple[int, int, int], Picture] = OrderedDict()
        self._number = randbelow(1 << 24)
        self._is_busy = False
        self._aspect = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether no picture is being made."""
        return not self._is_busy

    @property
    def drawing(self) -> Drawing:
        """How pictures are drawn."""
        return self._drawing

    @drawing.setter
    def drawing(self, drawing: Drawing) -> None:
        if drawing is not self._drawing:
            self.clear()
            self._drawing = drawing

    def view(self, image: ImagePart, width: int) -> View:
        """Return what there is to see of an image.

        Args:
            image: The image.
            width: Cells of the text.
        """
        key = hash(image.data)
        if self._drawing is Drawing.NOT or key not in self._sizes:
            return UNSEEN
        size = self._sizes[key]
        if size is None:
            return BROKEN
        cells = self._fit(width).cells(*size)
        return View(size, cells, self._pictures.get((key, *cells)))

    def look_at(self, image: ImagePart, width: int) -> None:
        """Keep the picture of an image that is seen, or have it made.

        While another one is made nothing happens: what is still seen afterwards is looked at again.
        """
        if self._drawing is Drawing.NOT or not image.data:
            return
        view, key = self.view(image, width), hash(image.data)
        if view.picture is not None:
            self._pictures.move_to_end((key, *view.cells))
            self._sizes.move_to_end(key)
        elif not view.is_broken and self.is_idle and _has_pillow():
            self._is_busy = True
            fit = self._fit(width)
            making = asyncio.get_running_loop().run_in_executor(None, make_picture, image.data, fit)
            making.add_done_callback(partial(self._take, key, self._drawing))

    def clear(self) -> None:
        """Forget all pictures, here and in the terminal: they are made anew when they are seen."""
        pictures = list(self._pictures.values())
        self._pictures.clear()
        self._remove(pictures)

    def _fit(self, width: int) -> Fit:
        self._aspect = self._aspect or cell_aspect()
        return Fit(max(1, width * SHARE // 100), self._aspect, self._drawing)

    def _take(self, key: int, drawing: Drawing, making: asyncio.Future[Made]) -> None:
        self._is_busy = False
        if making.cancelled():
            return
        if making.exception() is not None:
            self._sizes[key] = None
        elif drawing is self._drawing:
            self._keep(key, making.result())
        if len(self._sizes) > KEPT_SIZES:
            self._sizes.popitem(last=False)
        self._ready()

    def _keep(self, key: int, made: Made) -> None:
        number = 0
        if made.png:
            self._number = number = self._number % 0xFFFFFF + 1
        picture = Picture(made.columns, made.rows, made.dots, number)
        self._sizes[key] = (made.width, made.height)
        self._pictures[key, made.columns, made.rows] = picture
        if made.png:
            self._send(sending(picture, made.png))
        if len(self._pictures) > KEPT_PICTURES:
            self._remove([self._pictures.popitem(last=False)[1]])

    def _remove(self, pictures: list[Picture]) -> None:
        if commands := "".join(removing(picture) for picture in pictures if picture.number):
            self._send(commands)


def image_rows(card: Row, image: ImagePart, view: View) -> list[Row]:
    """Return the rows of an image: its card, and under it a row for each of its picture, if there is one.

    Every row is a logical line of its own, without text: it can be scrolled to, but neither selected nor found.
    """
    line = card.line
    rows: list[Row] = [ImageRow(line, card.frame, card.section, image=image, view=view)]
    for at in range(view.cells[1]):
        under = Line((), 0, "", 0, line.logical + 1 + at, kind="picture", ground=line.ground)
        rows.append(ImageRow(under, card.frame, card.section, image=image, view=view, at=at))
    return rows


def _has_pillow() -> bool:
    return importlib.util.find_spec("PIL") is not None
