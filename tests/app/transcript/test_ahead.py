"""What is done ahead: long messages are laid out, and the scrollbar marks what is worth going to."""

from __future__ import annotations

from tests.app.transcript.driving import Driver, branch, running
from tests.app.transcript.samples import prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.landmarks import CUT, FAILED, HIT, PINNED, PROMPT
from tui_chat.domain.messages import MessageStatus

LONG = "\n\n".join(f"paragraph {number} " + "word " * 40 for number in range(500))
TALL = "\n".join(f"line {number}" for number in range(60))


async def test_a_long_message_above_is_laid_out_before_one_gets_there() -> None:
    entries = [Entry(reply(LONG, id="long")), Entry(prompt("and?")), Entry(reply(TALL.replace("\n", "\n\n"), id="end"))]
    async with running(entries) as driver:
        assert not any("paragraph" in line for line in driver.lines())
        sheet = driver.pane.stack[0]
        assert sheet.is_laid_out
        assert not sheet.is_growing
        assert driver.pane.viewport.following
        assert driver.pane.below_mark() == ()


async def test_one_far_away_is_not() -> None:
    entries = [Entry(reply(LONG, id="long")), *branch(20)]
    async with running(entries) as driver:
        assert not driver.pane.stack[0].is_laid_out


def marks(driver: Driver) -> dict[int, str]:
    pane = driver.pane
    return {row: glyph for row, (glyph, _style) in pane._bar_marks(pane.size.height).items()}


async def test_the_scrollbar_marks_what_is_worth_going_to() -> None:
    failed = reply("no", id="failed", status=MessageStatus.ERROR)
    cut = reply("half", id="cut", status=MessageStatus.INTERRUPTED)
    pinned = reply("keep", id="pinned")
    pinned.pinned = True
    filler = [Entry(reply(TALL, id=f"filler {number}")) for number in range(4)]
    entries = [filler[0], Entry(failed), filler[1], Entry(cut), filler[2], Entry(pinned), filler[3], Entry(prompt("q"))]
    async with running(entries) as driver:
        found = [glyph for _row, glyph in sorted(marks(driver).items())]
        assert found == [FAILED.glyph, CUT.glyph, PINNED.glyph, PROMPT.glyph]
        driver.pane.find("keep")
        await driver.settle()
        found = [glyph for _row, glyph in sorted(marks(driver).items())]
        assert found == [FAILED.glyph, CUT.glyph, HIT.glyph, PROMPT.glyph]
        bar = driver.pane.vertical_scrollbar
        shown = "".join(segment.text for strip in bar.render_lines(bar.size.region) for segment in strip)
        assert HIT.glyph in shown
        assert FAILED.glyph in shown


async def test_prompts_are_not_marked_where_every_row_would_have_one() -> None:
    async with running(branch(200)) as driver:
        assert PROMPT.glyph not in marks(driver).values()
