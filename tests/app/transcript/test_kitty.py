"""Images in a terminal that draws them itself: it gets each once, and cells that stand for its parts."""

from __future__ import annotations

import re

import pytest
from textual.geometry import Region

from tests.app.transcript.driving import Driver, running
from tests.app.transcript.picturing import LONG, Dialog, asked, colors, hung, pictured
from tests.app.transcript.samples import reply
from tests.unit.app.transcript.pictures import RED, image_part, quarters
from tui_chat.app.transcript import images
from tui_chat.app.transcript.entries import Entry

pytestmark = pytest.mark.usefixtures("terminal")

PLACEHOLDER = "\U0010eeee"
IMAGE = re.compile(r"\x1b_Ga=T,[^;\x1b]*i=(\d+),[^\x1b]*\x1b\\")
GONE = re.compile(r"\x1b_Ga=d,[^;\x1b]*i=(\d+)\x1b\\")


def sent(written: list[str], what: re.Pattern[str] = IMAGE) -> list[int]:
    """Return the numbers of the images that were sent, or told to be forgotten."""
    return [int(number) for data in written for number in what.findall(data)]


def numbers(driver: Driver) -> set[int]:
    """Return the numbers of the images whose parts the cells stand for."""
    width, height = driver.pane.size
    found = set()
    for strip in driver.pane.render_lines(Region(0, 0, width, height)):
        for segment in strip:
            if PLACEHOLDER in segment.text:
                assert segment.style is not None
                assert segment.style.color is not None
                red, green, blue = segment.style.color.get_truecolor()
                found.add(red << 16 | green << 8 | blue)
    return found


async def test_an_image_is_sent_once_and_its_cells_stand_for_it(written: list[str]) -> None:
    async with running([asked(image_part()), Entry(reply(LONG))]) as driver:
        driver.pane.scroll_home()
        await hung(driver)
        [number] = sent(written)
        assert numbers(driver) == {number}
        [row] = {text for y, text in enumerate(driver.texts()) if y == pictured(driver)[2]}
        assert row.count(PLACEHOLDER) == 40
        driver.pane.scroll_rows(40)
        await hung(driver)
        assert numbers(driver) == set()
        driver.pane.scroll_home()
        await hung(driver)
        assert numbers(driver) == {number}
        assert sent(written) == [number]


async def test_a_picture_is_cut_off_at_the_edge_cell_by_cell(written: list[str]) -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        y = pictured(driver)[0]
        [strip] = driver.pane.render_lines(Region(6, y, 10, 1))
        assert strip.cell_length == 10
        assert strip.text.startswith(PLACEHOLDER + "\u0305\u030e"), "the third column of the first row"


async def test_a_dialog_over_it_gets_blocks_that_can_be_dimmed_and_then_the_image_is_back(written: list[str]) -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        [number] = numbers(driver)
        left, y = driver.pane.measures.indent, pictured(driver)[0]
        await driver.app.push_screen(Dialog())
        await driver.settle()
        assert numbers(driver) == set()
        assert colors(driver)[y][left] == (RED, RED)
        driver.app.pop_screen()
        await driver.settle()
        assert numbers(driver) == {number}
        assert sent(written) == [number]


async def test_a_pane_that_is_faded_shows_blocks(written: list[str]) -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        driver.pane.styles.opacity = 0.5
        await driver.settle()
        assert numbers(driver) == set()
        assert pictured(driver)


async def test_a_new_width_has_an_image_of_its_own(written: list[str]) -> None:
    async with running([asked(image_part(quarters(1200, 600)))], (120, 40)) as driver:
        await hung(driver)
        wide = numbers(driver)
        await driver.pilot.resize_terminal(60, 40)
        await hung(driver)
        narrow = numbers(driver)
        assert len(wide | narrow) == 2
        assert sent(written) == [*wide, *narrow]


async def test_what_the_terminal_lost_is_sent_again(written: list[str]) -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        [number] = numbers(driver)
        driver.app.app_resume_signal.publish(driver.app)
        await hung(driver)
        assert sent(written, GONE) == [number]
        [again] = numbers(driver)
        assert sent(written) == [number, again]


async def test_the_terminal_keeps_the_last_images_only_and_none_at_the_end(
    written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "KEPT_PICTURES", 2)
    parts = [image_part(quarters(200 + 40 * number, 200)) for number in range(5)]
    entries = [asked(part, text=LONG, id=f"p{number}") for number, part in enumerate(parts)]
    async with running(entries) as driver:
        driver.pane.scroll_home()
        await hung(driver)
        for index in range(1, 5):
            driver.pane.viewport.put(index)
            driver.pane.sync()
            await hung(driver)
        first, *_ = drawn = sent(written)
        assert len(drawn) == 5
        assert sent(written, GONE) == drawn[:3]
        driver.pane.scroll_home()
        await hung(driver)
        [again] = numbers(driver)
        assert again != first
        assert sent(written)[-1] == again
    assert sorted(sent(written, GONE)) == sorted(sent(written))
