"""What an attached file is, by its bytes."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui_chat.domain.attachments import (
    encoded_image_size,
    facts,
    image_size,
    image_type,
    lines_in_words,
    named,
    size_in_words,
)
from tui_chat.domain.messages import FilePart, ImagePart, TextPart


def image_bytes(kind: str, width: int = 123, height: int = 45, **options: Any) -> bytes:
    """Return a plain image of a kind that Pillow writes."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "options"),
    [
        ("PNG", "image/png", {}),
        ("GIF", "image/gif", {}),
        ("JPEG", "image/jpeg", {}),
        ("JPEG", "image/jpeg", {"progressive": True}),
        ("JPEG", "image/jpeg", {"comment": b"x" * 60_000}),
        ("WEBP", "image/webp", {}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("WEBP", "image/webp", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"}),
    ],
)
def test_an_image_is_known_by_its_bytes_and_so_is_its_size(kind: str, media_type: str, options: dict[str, Any]) -> None:
    data = image_bytes(kind, **options)
    assert image_type(data) == media_type
    assert image_size(data) == (123, 45)
    assert encoded_image_size(base64.b64encode(data).decode()) == (123, 45)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PDF"])
def test_what_vendors_do_not_take_is_no_image(kind: str) -> None:
    assert image_type(image_bytes(kind)) == ""


@given(st.sampled_from(["PNG", "GIF", "JPEG", "WEBP"]), st.integers(0, 700), st.binary(max_size=40))
def test_a_broken_image_has_a_size_or_none_but_never_fails(kind: str, cut: int, more: bytes) -> None:
    size = image_size(image_bytes(kind)[:cut] + more)
    assert size is None or all(0 <= one < 2**32 for one in size)


def test_the_facts_of_a_part_are_its_name_and_what_it_measures() -> None:
    data = base64.b64encode(image_bytes("PNG")).decode()
    image = ImagePart(media_type="image/png", data=data, name="a.png")
    assert facts(image)[:2] == ["a.png", "123 × 45"]
    assert facts(FilePart(name="b.py", text="one\ntwo\n")) == ["b.py", "2 lines", "8 B"]
    assert facts(ImagePart(media_type="image/png", url="https://x.invalid/y")) == ["image", "https://x.invalid/y"]
    assert facts(ImagePart(media_type="image/png", data="!!!!")) == ["image", "3 B"]
    assert facts(TextPart(text="no attachment")) == []


def test_numbers_are_told_in_words() -> None:
    assert [lines_in_words(text) for text in ("", "a", "a\n", "a\n\nb", "\n" * 1500 + "a")] == [
        "0 lines",
        "1 line",
        "1 line",
        "3 lines",
        "1,501 lines",
    ]
    counts = [0, 999, 1000, 84_321, 999_499, 999_500, 1_540_000]
    assert [size_in_words(count) for count in counts] == ["0 B", "999 B", "1 kB", "84 kB", "999 kB", "1.0 MB", "1.5 MB"]


def test_several_are_named_by_the_first() -> None:
    files = [FilePart(name=name, text="") for name in ("a", "b", "c")]
    assert [named(files[:count]) for count in range(4)] == ["", "a", "a and b", "a and 2 more"]
