"""What becomes of images, whole and broken."""

from __future__ import annotations

import base64
import io
import random
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from PIL.ExifTags import Base

from tests.unit.app.transcript.pictures import BLUE, GREEN, RED, encoded, quarters
from tui_chat.app.transcript.picture_making import CELL, MOST_ROWS, Fit, Made, TooLarge, make_picture
from tui_chat.app.transcript.picture_terminal import Drawing


def dot(made: Made, across: float, down: float) -> tuple[int, ...]:
    """Return the dot at a place given in parts of the picture."""
    at = int(down * made.rows * 2) * made.columns + int(across * made.columns)
    return tuple(made.dots[at * 4 : at * 4 + 4])


def close(color: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(color, wanted, strict=False))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_dots_have_the_colours_of_the_image(kind: str) -> None:
    made = make_picture(encoded(quarters(), kind), Fit(40))
    assert (made.width, made.height, made.columns, made.rows) == (400, 200, 40, 10)
    assert len(made.dots) == 40 * 20 * 4
    assert close(dot(made, 0.2, 0.2), (*RED, 255))
    assert close(dot(made, 0.8, 0.2), (*GREEN, 255))
    assert close(dot(made, 0.2, 0.8), (*BLUE, 255))
    assert dot(made, 0.8, 0.8)[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
def test_every_way_to_keep_colours_is_understood(mode: str) -> None:
    image = Image.new("L", (60, 40), 255).convert(mode)
    made = make_picture(encoded(image, "JPEG" if mode == "CMYK" else "PNG"), Fit(30))
    assert close(dot(made, 0.5, 0.5), (255, 255, 255, 255))


def test_values_of_sixteen_bits_are_scaled_down() -> None:
    image = Image.new("I", (60, 40), 100 * 256).convert("I;16")
    assert close(dot(make_picture(encoded(image), Fit(30)), 0.5, 0.5), (100, 100, 100, 255))


@pytest.mark.parametrize(
    ("size", "cells"),
    [
        ((1280, 720), (53, 15)),
        ((720, 1280), (17, 15)),
        ((2000, 200), (57, 3)),
        ((16, 16), (16, 8)),
        ((1, 10_000), (1, 15)),
        ((10_000, 1), (57, 1)),
        ((1, 1), (1, 1)),
    ],
)
def test_proportions_are_kept_within_the_room_and_nothing_is_blown_up(
    size: tuple[int, int], cells: tuple[int, int]
) -> None:
    assert Fit(57).cells(*size) == cells


def test_cells_that_are_not_twice_as_tall_as_wide_are_reckoned_with() -> None:
    assert Fit(57, aspect=2.5).cells(1280, 720) == (57, 13)
    assert Fit(57, drawing=Drawing.KITTY).cells(160, 160) == (16, 8)


def test_a_terminal_that_draws_gets_an_image_of_as_many_pixels_as_it_needs() -> None:
    made = make_picture(encoded(quarters()), Fit(20, drawing=Drawing.KITTY))
    sent = Image.open(io.BytesIO(made.png))
    assert sent.size == (20 * CELL[0], 5 * CELL[1])
    assert make_picture(encoded(quarters()), Fit(20)).png == b""


def test_a_photo_is_turned_the_right_way() -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    image = quarters().convert("RGB")
    made = make_picture(encoded(image, "JPEG", exif=exif, quality=95), Fit(40))
    assert (made.width, made.height, made.rows) == (200, 400, MOST_ROWS)
    assert close(dot(made, 0.8, 0.2), RED)


def test_a_large_photo_may_be_decoded_small_and_its_size_is_told_as_it_is() -> None:
    made = make_picture(encoded(Image.new("RGB", (6001, 5003), RED), "JPEG"), Fit(57))
    assert (made.width, made.height) == (6001, 5003)
    assert close(dot(made, 0.5, 0.5), RED)


def claiming(width: int, height: int) -> str:
    """Return a small PNG whose head claims a size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")).decode()


@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (9_000, 9_000), (25_000_001, 1)])
def test_an_image_that_would_fill_the_memory_is_refused_without_a_warning(size: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TooLarge):
            make_picture(claiming(*size), Fit(57))


@pytest.mark.parametrize(
    "data",
    ["", "QUJD", "not base64!", encoded(quarters())[:400], claiming(100, 100), claiming(0, 5)],
    ids=["nothing", "no image", "no base64", "cut", "less than claimed", "no width"],
)
def test_what_is_no_image_is_refused(data: str) -> None:
    with pytest.raises((OSError, ValueError, SyntaxError)):
        make_picture(data, Fit(57))


def test_only_a_few_formats_are_let_near_a_decoder() -> None:
    script = base64.b64encode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n").decode()
    for data in (script, encoded(quarters(), "TIFF")):
        with pytest.raises(OSError, match="cannot identify"):
            make_picture(data, Fit(57))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_damaged_images_are_drawn_or_refused(kind: str) -> None:
    chance = random.Random(kind)  # the same damage each time
    whole = base64.b64decode(encoded(quarters(64, 32).convert("RGB"), kind))
    drawn = 0
    with ThreadPoolExecutor(1) as thread:
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                damaged[chance.randrange(chance.choice((40, len(damaged))))] = chance.randrange(256)
            making = thread.submit(make_picture, base64.b64encode(damaged).decode(), Fit(20))
            if making.exception() is None:
                drawn += 1
                made = making.result()
                assert len(made.dots) == made.columns * made.rows * 2 * 4
    assert 0 < drawn < 150
