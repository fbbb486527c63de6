"""The thin scrollbar."""

from __future__ import annotations

import pytest

from tui_chat.app.scrollbar import ThinBar


def bar(size: int, virtual: int, window: int, position: int) -> str:
    return "".join(segment.text for segment in ThinBar.render_bar(size, virtual, window, position).segments)


def test_the_thumb_shows_where_and_how_much() -> None:
    assert bar(10, 100, 50, 0) == "▐▐▐▐▐     "
    assert bar(10, 100, 50, 50) == "     ▐▐▐▐▐"
    assert bar(10, 100, 50, 25) == "  ▐▐▐▐▐   "
    assert bar(10, 100_000, 10, 99_990) == "         ▐"


@pytest.mark.parametrize("window", [0, 10, 20])
def test_without_anything_to_scroll_there_is_none(window: int) -> None:
    assert bar(10, 10, window, 0) == " " * 10


def test_its_parts_can_be_clicked() -> None:
    parts = [segment.style.meta["@mouse.down"] for segment in ThinBar.render_bar(3, 9, 3, 3).segments if segment.style]
    assert parts == ["scroll_up", "grab", "scroll_down"]
