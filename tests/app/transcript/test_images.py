"""Images in the pane: drawn late, without a jump, in the right size, and only where that is right."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.color import Color
from textual.filter import NoColor

from tests.app.transcript.driving import running
from tests.app.transcript.picturing import (
    LONG,
    Dialog,
    Gate,
    asked,
    close,
    colors,
    hung,
    pictured,
    svg_colors,
)
from tests.app.transcript.samples import prompt, reply
from tests.unit.app.transcript.pictures import BLUE, GREEN, RED, image_part, quarters
from tui_chat.app.transcript import images
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.picture_making import MOST_ROWS
from tui_chat.domain.events import ImageAdded, ReasoningDelta, TextDelta
from tui_chat.domain.messages import ImagePart, MessageStatus

pytestmark = pytest.mark.usefixtures("terminal")
ROOT = Path(__file__).parents[3]

# ---- what is drawn --------------------------------------------------------------------------------------------------


async def test_a_picture_is_drawn_under_its_card_in_half_blocks() -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        y = driver.row_of("name.png · 400 × 200")
        rows = pictured(driver)
        assert rows == list(range(y + 1, y + 11))
        assert driver.lines()[rows[-1] + 1].strip() == "▎"
        assert driver.lines()[rows[-1] + 2].endswith("What is it?")
        cells, left = colors(driver), driver.pane.measures.indent
        assert cells[rows[1]][left + 1] == (RED, RED)
        assert cells[rows[1]][left + 40] == (GREEN, GREEN)
        assert cells[rows[-1]][left + 1] == (BLUE, BLUE)
        surface = Color.parse(driver.app.theme_variables["surface"]).rgb
        assert cells[rows[-1]][left + 40][1] == surface
        assert cells[rows[0]][left + 42][1] == surface


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (30, 12)])
@pytest.mark.parametrize("shape", [(400, 200), (200, 800), (900, 30)])
async def test_a_picture_takes_a_part_of_the_width_and_a_few_rows(
    size: tuple[int, int], shape: tuple[int, int]
) -> None:
    async with running([Entry(reply("", parts=[image_part(quarters(*shape))]))], size) as driver:
        await hung(driver)
        row = next(row for row in driver.pane.stack[0].head if isinstance(row, images.ImageRow))
        columns, rows = row.view.cells
        assert columns <= driver.pane.measures.text * 0.6
        assert rows <= MOST_ROWS
        assert abs(columns * shape[1] / shape[0] / 2 - rows) <= 1
        assert len(driver.pane.stack[0]) == 2 + rows


@pytest.mark.parametrize("data", ["QUJD", image_part().data[:300]])
async def test_a_broken_image_is_a_card_that_says_so(data: str) -> None:
    broken = ImagePart(media_type="image/png", data=data, name="bad.png")
    async with running([asked(broken, image_part())]) as driver:
        await hung(driver)
        y = driver.row_of("bad.png")
        assert driver.lines()[y].endswith("· cannot be shown")
        assert "name.png" in driver.lines()[y + 1]
        assert pictured(driver)[0] == y + 2


async def test_without_the_extra_there_is_the_card_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    image = image_part()
    monkeypatch.setitem(sys.modules, "PIL", None)
    async with running([asked(image)]) as driver:
        await hung(driver)
        y = driver.row_of("name.png · 400 × 200 · 825 B")
        assert driver.lines()[y + 1].endswith("What is it?")


@pytest.mark.parametrize("variable", [("NO_COLOR", "1"), ("COLORTERM", "")])
async def test_without_colour_there_is_the_card_and_nothing_else(
    variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*variable)
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        y = driver.row_of("name.png")
        assert driver.lines()[y + 1].endswith("What is it?")


async def test_pictures_go_when_colours_do() -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        assert pictured(driver)
        driver.app._filters.append(NoColor())
        driver.pane.notify_style_update()
        driver.pane.sync()
        await hung(driver)
        assert not pictured(driver)


# ---- when it is drawn -----------------------------------------------------------------------------------------------


async def test_until_it_is_made_there_is_the_card_and_the_pane_goes_on(gate: Gate) -> None:
    async with running([asked(image_part(), text=LONG), Entry(reply(LONG))]) as driver:
        driver.pane.scroll_home()
        await driver.settle()
        y = driver.row_of("name.png")
        assert driver.lines()[y + 1].endswith("Paragraph 0.")
        await driver.press("J")
        assert driver.row_of("name.png") == y - 1
        assert [thread is threading.main_thread() for thread in gate.threads] == [False]
        await gate.open(driver)
        assert pictured(driver)[0] == y


def test_nothing_is_loaded_or_made_before_an_image_is_seen() -> None:
    script = """
import asyncio, sys
from tests.app.transcript.driving import running
from tests.app.transcript.samples import prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.domain.messages import ImagePart

async def main():
    image = ImagePart(media_type="image/png", data="QUJD")
    entries = [Entry(prompt("Look", parts=[image])), Entry(reply("word\\n\\n" * 50))]
    async with running(entries) as driver:
        print("PIL" in sys.modules)
        driver.pane.scroll_home()
        while driver.pane.gallery.is_idle and not any("cannot" in line for line in driver.lines()):
            await driver.pilot.pause(0.005)
        while not driver.pane.gallery.is_idle:
            await driver.pilot.pause(0.005)
        print("PIL" in sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout.split() == ["False", "True"], done.stderr


async def test_what_is_at_the_top_stays_there_when_a_picture_comes_below(gate: Gate) -> None:
    entries = [Entry(reply(LONG, id="r")), asked(image_part()), Entry(reply(LONG))]
    async with running(entries) as driver:
        driver.pane.scroll_home()
        driver.pane.scroll_rows(driver.pane.stack.heights[0] - 6)
        await driver.settle()
        y = driver.row_of("name.png")
        before = driver.lines()
        await gate.open(driver)
        assert driver.lines()[: y + 1] == before[: y + 1]
        assert pictured(driver)[0] == y + 1


async def test_what_is_read_stays_in_place_when_one_scrolls_up_and_a_picture_comes_above(gate: Gate) -> None:
    async with running([asked(image_part()), Entry(reply(LONG))]) as driver:
        driver.pane.scroll_home()
        driver.pane.scroll_rows(8)
        driver.pane.scroll_rows(-6)
        await driver.settle()
        y = driver.row_of("What is it?")
        assert y <= 2
        before = driver.lines()
        await gate.open(driver)
        assert driver.lines()[y:-1] == before[y:-1]
        driver.pane.scroll_rows(-1)
        await driver.settle()
        assert pictured(driver)


async def test_the_next_message_stays_in_place_too_when_a_picture_comes_above_it(gate: Gate) -> None:
    entries = [Entry(reply("", parts=[image_part()])), Entry(reply(LONG, id="next"))]
    async with running(entries) as driver:
        driver.pane.scroll_home()
        driver.pane.scroll_rows(6)
        driver.pane.scroll_rows(-5)
        await driver.settle()
        y = driver.row_of("Paragraph 0.")
        before = driver.lines()
        assert "name.png" in before[0]
        await gate.open(driver)
        assert driver.lines()[y:-1] == before[y:-1]


async def test_a_picture_out_of_sight_moves_nothing(gate: Gate) -> None:
    async with running([asked(image_part()), Entry(reply(LONG))]) as driver:
        driver.pane.scroll_home()
        await driver.settle()
        driver.pane.scroll_rows(12)
        await driver.settle()
        before = driver.lines()
        await gate.open(driver)
        assert driver.lines()[:-1] == before[:-1]


async def test_the_end_stays_in_sight_when_pictures_come(gate: Gate) -> None:
    async with running([asked(image_part(), image_part(quarters(60, 60))), Entry(reply("That is all."))]) as driver:
        await gate.open(driver)
        assert driver.pane.is_following
        assert any("That is all." in line for line in driver.lines())
        assert pictured(driver)


async def test_a_running_reply_shows_its_images_at_once_and_once_only() -> None:
    began = datetime.now(UTC)
    running_reply = reply("", id="run", status=MessageStatus.STREAMING, created_at=began)
    async with running([Entry(prompt("Draw")), Entry(running_reply)], (80, 40)) as driver:
        pane = driver.pane
        pane.apply("run", ReasoningDelta(text="Hm."))
        pane.apply("run", ImageAdded(image=image_part(name="")))
        await hung(driver)
        assert any("● claude-sonnet-4-5 · writing · " in line for line in driver.lines())
        assert any("► thought for " in line for line in driver.lines())
        assert pictured(driver)[0] == driver.row_of(" image · 400 × 200") + 1
        drawn = [one.row for one in pane.viewport.seen if isinstance(one.row, images.ImageRow)]
        pane.apply("run", TextDelta(text="There."))
        pane._tick()
        await hung(driver)
        assert driver.row_of("There.") == pictured(driver)[-1] + 2
        assert [one.row for one in pane.viewport.seen if isinstance(one.row, images.ImageRow)] == drawn
        done = reply("There.", id="run", created_at=began, parts=[image_part(name="")])
        pane.update_entry(Entry(done))
        await hung(driver)
        assert sum(" image · " in line for line in driver.lines()) == 1
        assert len(pictured(driver)) == 10


# ---- around it ------------------------------------------------------------------------------------------------------


async def test_the_size_follows_the_width_and_comes_back() -> None:
    entries = [Entry(reply(LONG)), asked(image_part(quarters(800, 400))), Entry(reply(LONG))]
    async with running(entries, (120, 20)) as driver:
        driver.pane.scroll_home()
        driver.pane.scroll_rows(driver.pane.stack.heights[0])
        await hung(driver)
        driver.pane.scroll_rows(5)
        await driver.settle()
        before, top = driver.lines(), driver.pane.viewport.top
        assert len(pictured(driver)) > 8
        await driver.pilot.resize_terminal(60, 20)
        await hung(driver)
        [columns] = {row.view.cells[0] for row in driver.pane.stack[1].head if isinstance(row, images.ImageRow)}
        assert columns == driver.pane.measures.text * 60 // 100
        await driver.pilot.resize_terminal(120, 20)
        await hung(driver)
        assert (driver.lines(), driver.pane.viewport.top) == (before, top)


async def test_a_new_width_takes_its_rows_before_the_picture_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running([asked(image_part(quarters(800, 400))), Entry(reply(LONG))], (120, 30)) as driver:
        driver.pane.scroll_home()
        await hung(driver)
        gate = Gate(monkeypatch)
        await driver.pilot.resize_terminal(60, 30)
        await driver.settle()
        before = driver.pane.stack.heights[0]
        [row] = {
            one.row for one in driver.pane.viewport.seen if isinstance(one.row, images.ImageRow) and one.row.at == 0
        }
        assert row.view.picture is None
        await gate.open(driver)
        assert driver.pane.stack.heights[0] == before
        assert colors(driver)[driver.row_of("name.png") + 1][driver.pane.measures.indent][0] == RED


async def test_copying_skips_the_picture_and_finding_does_not_stumble_over_it() -> None:
    entries = [asked(image_part(), text="needle one"), Entry(reply("two needle", parts=[image_part()]))]
    async with running(entries, (80, 50)) as driver:
        await hung(driver)
        first, last = driver.row_of("needle one"), driver.row_of("two needle")
        top = driver.row_of("you · ")
        await driver.drag((4, top), (30, top + 5), (20, last))
        text = driver.pane.selected_text
        assert "needle one" in text
        assert "two needle" in text
        assert not {"▀", "▄"} & set(text)
        assert driver.pane.find("needle") == 2
        lines = driver.lines()
        assert (driver.row_of("needle one"), driver.row_of("two needle")) == (first, last)
        await driver.pilot.click(offset=(10, pictured(driver)[3]), times=2)
        await driver.pilot.click(offset=(10, pictured(driver)[3]), times=3)
        await driver.settle()
        assert driver.pane.selected_text == ""
        assert len(driver.lines()) == len(lines)


async def test_a_dialog_dims_the_picture_too() -> None:
    async with running([asked(image_part())]) as driver:
        await hung(driver)
        before = svg_colors(driver)
        driver.app.push_screen(Dialog())
        await driver.settle()
        dimmed = Color(*RED).blend(Color.parse(driver.app.theme_variables["background"]), 0.6)
        assert Color(*RED).hex.lower() in before
        assert Color(*RED).hex.lower() not in svg_colors(driver)
        assert any(close(color, dimmed) for color in svg_colors(driver))
