"""A picture as cells, and how a terminal that draws images itself gets hold of it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

Triplet = tuple[int, int, int]
"""Red, green and blue."""

_PLACEHOLDER = "\U0010eeee"
_DIACRITICS = "".join(
    map(
        chr,
        [
            *(0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F, 0x346, 0x34A, 0x34B, 0x34C),
            *(0x350, 0x351, 0x352, 0x357, 0x35B, *range(0x363, 0x370), *range(0x483, 0x488)),
            *(*range(0x592, 0x596), *range(0x597, 0x59A), *range(0x59C, 0x5A2), 0x5A8, 0x5A9, 0x5AB, 0x5AC, 0x5AF),
            *(0x5C4, *range(0x610, 0x618), *range(0x657, 0x65C), 0x65D, 0x65E),
        ],
    )
)
"""What stands over a placeholder: the row of the picture that it shows, then the column. The protocol numbers them."""
MOST_COLUMNS = len(_DIACRITICS)
"""No picture has more columns."""
_PAYLOAD = 4096
"""Characters that one command may carry."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An image in a few cells."""

    columns: int
    rows: int
    dots: bytes
    """Red, green, blue and opacity of its dots, row by row, two of them a cell."""
    number: int = 0
    """Its number in a terminal that draws it itself; 0 if it has none."""


def blocks(picture: Picture, row: int, ground: Triplet | None) -> list[Segment]:
    """Return a row of a picture in half blocks.

    Args:
        picture: The picture.
        row: Which of its rows.
        ground: The colour under it; ``None`` if only the terminal knows: then a dot is there or not.
    """
    width = picture.columns * 4
    start = row * 2 * width
    upper = _colors(picture.dots[start : start + width], ground)
    lower = _colors(picture.dots[start + width : start + 2 * width], ground)
    return [_block(*pair, len(list(same))) for pair, same in groupby(zip(upper, lower, strict=True))]


def placeholders(picture: Picture, row: int, ground: Style) -> list[Segment]:
    """Return a row of a picture for a terminal that has it under its number.

    Args:
        picture: The picture; it has a number.
        row: Which of its rows.
        ground: What is under it.
    """
    number = Color.from_rgb(picture.number >> 16, picture.number >> 8 & 255, picture.number & 255)
    text = "".join(_PLACEHOLDER + _DIACRITICS[row] + column for column in _DIACRITICS[: picture.columns])
    return [Segment(text, ground + Style(color=number))]


def sending(picture: Picture, png: bytes) -> str:
    """Return the commands that give a picture to the terminal under its number, without an answer."""
    data = base64.b64encode(png).decode()
    pieces = [data[at : at + _PAYLOAD] for at in range(0, len(data), _PAYLOAD)]
    first = f"a=T,U=1,C=1,f=100,q=2,i={picture.number},c={picture.columns},r={picture.rows},"
    return "".join(
        f"\x1b_G{'' if number else first}m={int(number < len(pieces) - 1)};{piece}\x1b\\"
        for number, piece in enumerate(pieces)
    )


def removing(picture: Picture) -> str:
    """Return the command that lets the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,q=2,i={picture.number}\x1b\\"


def _colors(dots: bytes, ground: Triplet | None) -> Iterator[Triplet | None]:
    """Return the colours of dots as they are seen; ``None`` where the terminal's own ground shows."""
    for at in range(0, len(dots), 4):
        red, green, blue, opacity = dots[at : at + 4]
        if opacity == 255:
            yield red, green, blue
        elif ground is None:
            yield (red, green, blue) if opacity >= 128 else None
        else:
            yield (
                _mixed(red, ground[0], opacity),
                _mixed(green, ground[1], opacity),
                _mixed(blue, ground[2], opacity),
            )


def _mixed(value: int, ground: int, opacity: int) -> int:
    return (value * opacity + ground * (255 - opacity) + 127) // 255


def _block(upper: Triplet | None, lower: Triplet | None, count: int) -> Segment:
    if upper is None and lower is not None:
        return Segment("▄" * count, Style(color=Color.from_rgb(*lower)))
    if upper is None:
        return Segment(" " * count, Style())
    style = Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower) if lower is not None else None)
    return Segment("▀" * count, style)
