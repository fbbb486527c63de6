"""Images as rows: their cards, their pictures in cells, and what a terminal gets that draws them itself."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import sys

import pytest
from PIL import Image
from rich.segment import Segment
from rich.style import Style

from tests.unit.app.transcript.pictures import BLUE, GREEN, RED, image_part, quarters
from tui_chat.app.transcript import images
from tui_chat.app.transcript.attachments import attached, attachments
from tui_chat.app.transcript.images import BROKEN, SHARE, UNSEEN, Gallery, ImageRow
from tui_chat.app.transcript.measures import measure
from tui_chat.app.transcript.picture_cells import MOST_COLUMNS, Picture, blocks, placeholders, removing, sending
from tui_chat.app.transcript.picture_terminal import Drawing
from tui_chat.app.transcript.rows import Frame
from tui_chat.domain.messages import FilePart, ImagePart, Part

WIDTH = 72
COMMAND = re.compile(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")


class Wall:
    """A gallery, what it has sent, and how often it had news."""

    def __init__(self, drawing: Drawing = Drawing.BLOCKS) -> None:
        self.sent: list[str] = []
        self.news = asyncio.Event()
        self.gallery = Gallery(self.news.set, self.sent.append)
        self.gallery.drawing = drawing

    async def look(self, image: ImagePart, width: int = WIDTH) -> images.View:
        """Look at an image until there is nothing more to see of it."""
        self.news.clear()
        self.gallery.look_at(image, width)
        if not self.gallery.is_idle:
            await asyncio.wait_for(self.news.wait(), 10)
        return self.gallery.view(image, width)


def commands(sent: str) -> list[tuple[dict[str, str], str]]:
    """Return the commands of kitty's protocol: their keys and what they carry."""
    found = [(dict(key.split("=") for key in keys.split(",")), load) for keys, load in COMMAND.findall(sent)]
    assert COMMAND.sub("", sent) == ""
    return found


# ---- cells ----------------------------------------------------------------------------------------------------------


def dots(*rows: str) -> bytes:
    """Return dots from letters: red, green, blue, clear, half red."""
    inks = {"r": (*RED, 255), "g": (*GREEN, 255), "b": (*BLUE, 255), ".": (0, 0, 0, 0), "h": (*RED, 128)}
    return b"".join(bytes(inks[one]) for row in rows for one in row)


def looks(segments: list[Segment]) -> list[tuple[str, object, object]]:
    def triplet(style: Style | None, part: str) -> object:
        color = getattr(style, part)
        return tuple(color.triplet) if color is not None else None

    return [(text, triplet(style, "color"), triplet(style, "bgcolor")) for text, style, _ in segments]


def test_a_cell_shows_two_dots_one_above_the_other() -> None:
    picture = Picture(4, 2, dots("rrgg", "bbgg", "....", "...."))
    assert looks(blocks(picture, 0, (1, 2, 3))) == [("▀▀", RED, BLUE), ("▀▀", GREEN, GREEN)]
    assert looks(blocks(picture, 1, (1, 2, 3))) == [("▀▀▀▀", (1, 2, 3), (1, 2, 3))]


def test_what_shines_through_is_mixed_with_the_ground_or_left_to_the_terminal() -> None:
    picture = Picture(5, 1, dots("hr.g.", "h..b."))
    mixed = (100, 15, 20)
    assert looks(blocks(picture, 0, (0, 0, 0)))[0] == ("▀", mixed, mixed)
    assert looks(blocks(picture, 0, None)) == [
        ("▀", RED, RED),
        ("▀", RED, None),
        (" ", None, None),
        ("▀", GREEN, BLUE),
        (" ", None, None),
    ]
    assert looks(blocks(Picture(1, 1, dots(".", "r")), 0, None)) == [("▄", RED, None)]


def test_placeholders_name_the_image_by_colour_and_the_cell_by_what_stands_over_them() -> None:
    [segment] = placeholders(Picture(3, 2, b"", 0x0A0B0C), 1, Style(bgcolor="#010203"))
    assert looks([segment])[0][1:] == ((0x0A, 0x0B, 0x0C), (1, 2, 3))
    assert segment.text == "\U0010eeee\u030d\u0305\U0010eeee\u030d\u030d\U0010eeee\u030d\u030e"
    assert segment.cell_length == 3
    left, right = segment.split_cells(1)
    assert (left.text, right.cell_length) == ("\U0010eeee\u030d\u0305", 2)


def test_the_widest_picture_has_placeholders_enough() -> None:
    assert measure(1000).text * SHARE // 100 <= MOST_COLUMNS


def test_a_terminal_gets_an_image_in_pieces_and_answers_nothing() -> None:
    png = bytes(range(256)) * 40
    picture = Picture(30, 9, b"", 77)
    (first, load), *rest = commands(sending(picture, png))
    more = [first.pop("m"), *(keys.pop("m") for keys, _ in rest)]
    assert first == {"a": "T", "U": "1", "C": "1", "f": "100", "q": "2", "i": "77", "c": "30", "r": "9"}
    assert [keys for keys, _ in rest] == [{}] * len(rest)
    assert more == ["1"] * len(rest) + ["0"]
    assert all(len(piece) <= 4096 for _, piece in rest)
    assert base64.b64decode(load + "".join(piece for _, piece in rest)) == png
    assert commands(removing(picture)) == [({"a": "d", "d": "I", "q": "2", "i": "77"}, "")]


# ---- the gallery ----------------------------------------------------------------------------------------------------


async def test_an_image_is_made_once_it_is_looked_at_and_kept_for_each_width() -> None:
    wall, image = Wall(), image_part()
    assert wall.gallery.view(image, WIDTH) is UNSEEN
    view = await wall.look(image)
    assert (view.size, view.cells) == ((400, 200), (43, 11))
    assert view.picture is not None
    assert wall.gallery.view(image, 40) == images.View((400, 200), (24, 6))
    narrow = await wall.look(image, 40)
    assert narrow.picture is not None
    assert narrow.picture.columns == 24
    assert wall.gallery.view(image, WIDTH).picture is view.picture
    assert wall.sent == []


@pytest.mark.parametrize("data", ["QUJD", "?", image_part().data[:200]])
async def test_a_broken_image_stays_broken_and_is_not_tried_again(data: str) -> None:
    wall, image = Wall(), ImagePart(media_type="image/png", data=data)
    assert await wall.look(image) is BROKEN
    wall.gallery.look_at(image, WIDTH)
    assert wall.gallery.is_idle


async def test_nothing_is_made_where_nothing_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    image = image_part()
    assert await Wall(Drawing.NOT).look(image) is UNSEEN
    assert await Wall().look(ImagePart(media_type="image/png", url="https://example.org/a.png")) is UNSEEN
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert await Wall().look(image) is UNSEEN


async def test_only_the_last_pictures_are_kept_here_and_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "KEPT_PICTURES", 2)
    monkeypatch.setattr(images, "KEPT_SIZES", 3)
    wall = Wall(Drawing.KITTY)
    shown = [image_part(quarters(40 + 40 * number, 40)) for number in range(4)]
    pictures = [(await wall.look(image)).picture for image in shown[:2]]
    await wall.look(shown[0])
    await wall.look(shown[2])
    assert wall.gallery.view(shown[0], WIDTH).picture is pictures[0]
    assert wall.gallery.view(shown[1], WIDTH).picture is None
    assert wall.gallery.view(shown[1], WIDTH).cells != (0, 0)
    assert pictures[1] is not None
    assert commands(wall.sent[-1])[0][0]["i"] == str(pictures[1].number)
    await wall.look(shown[3])
    assert wall.gallery.view(shown[1], WIDTH) is UNSEEN


async def test_a_terminal_that_draws_gets_each_picture_once_under_a_number_of_its_own() -> None:
    wall = Wall(Drawing.KITTY)
    first, second = [(await wall.look(image_part(quarters(side, side)))).picture for side in (200, 300)]
    await wall.look(image_part(quarters(200, 200)))
    assert first is not None
    assert second is not None
    assert [commands(one)[0][0]["i"] for one in wall.sent] == [str(first.number), str(second.number)]
    data = "".join(load for _, load in commands(wall.sent[0]))
    image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    assert image.size == (first.columns * 10, first.rows * 20)
    assert image.getpixel((20, 20)) == RED
    wall.gallery.clear()
    assert {keys["i"] for keys, _ in commands(wall.sent[-1])} == {str(first.number), str(second.number)}
    assert (await wall.look(image_part(quarters(200, 200)))).picture is not first


async def test_a_picture_that_was_made_for_another_way_of_drawing_is_made_again() -> None:
    wall, image = Wall(Drawing.KITTY), image_part()
    wall.gallery.look_at(image, WIDTH)
    wall.gallery.drawing = Drawing.BLOCKS
    await asyncio.wait_for(wall.news.wait(), 10)
    assert (wall.sent, wall.gallery.view(image, WIDTH)) == ([], UNSEEN)
    assert (await wall.look(image)).picture is not None


# ---- rows -----------------------------------------------------------------------------------------------------------


async def test_a_picture_hangs_under_its_card_with_a_blank_row_below() -> None:
    wall, image = Wall(), image_part()
    parts: list[Part] = [image, FilePart(name="notes.txt", text="abc")]
    [card, file] = attachments(attached(parts, WIDTH, wall.gallery), WIDTH, Frame.PROMPT)
    assert card.line.text == "name.png · 400 × 200 · 825 B "
    await wall.look(image)
    rows = attachments(attached(parts, WIDTH, wall.gallery), WIDTH, Frame.PROMPT)
    assert [row.at for row in rows if isinstance(row, ImageRow)] == list(range(-1, 11))
    assert (rows[-2].line.kind, rows[-2].line.text) == ("text", "")
    assert (rows[0].first, rows[-1].first) == (card.first, file.first)
    assert [row.first for row in rows] == sorted({row.first for row in rows})
    assert {row.frame for row in rows} == {Frame.PROMPT}
    assert {(row.line.text, row.line.runs) for row in rows[1:12]} == {("", ())}


async def test_an_image_that_cannot_be_shown_says_so_in_its_card() -> None:
    wall, image = Wall(), ImagePart(media_type="image/png", data="QUJD", name="a picture.png")
    await wall.look(image)
    [card] = attachments(attached([image], WIDTH, wall.gallery), WIDTH, Frame.PAGE)
    assert card.line.text == "a picture.png · 3 B · cannot be shown "
    [card] = attachments(attached([image], 30, wall.gallery), 30, Frame.PAGE)
    assert card.line.text == "a picture… · cannot be shown "
    assert card.line.width <= 30


async def test_the_size_of_a_photo_is_told_before_it_is_drawn() -> None:
    wall, image = Wall(), image_part(quarters().convert("RGB"), "photo.jpg", "JPEG")
    [card] = attachments(attached([image], WIDTH, wall.gallery), WIDTH, Frame.PAGE)
    assert "photo.jpg · 400 × 200 · " in card.line.text
    await wall.look(image)
    [card, *_] = attachments(attached([image], WIDTH, wall.gallery), WIDTH, Frame.PAGE)
    assert "photo.jpg · 400 × 200 · " in card.line.text
