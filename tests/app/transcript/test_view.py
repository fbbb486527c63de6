"""What the pane shows and does: following, browsing, finding, streaming, folding, themes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from textual.color import Color
from textual.filter import NoColor
from textual.geometry import Region

from tests.app.transcript.driving import Driver, branch, running
from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.view import Transcript
from tui_chat.domain.events import CitationsAdded, ReasoningDelta, Retrying, TextDelta
from tui_chat.domain.messages import (
    CitationPart,
    ImagePart,
    MessageError,
    MessageStatus,
    ReasoningPart,
)
from tui_chat.domain.usage import Timing, Usage

CODES = "```py\na = 1\n```\n\ntext\n\n```sh\nls\n```\n"


def arriving(seconds: float = 0) -> Entry:
    """Return a reply that began some seconds ago."""
    began = datetime.now(UTC) - timedelta(seconds=seconds)
    return Entry(reply("", id="run", status=MessageStatus.STREAMING, created_at=began))


# ---- messages -------------------------------------------------------------------------------------------------------


async def test_a_prompt_is_a_card_and_a_reply_lies_bare() -> None:
    async with running([Entry(prompt("Hello")), Entry(reply("Hi", usage=Usage(output_tokens=512)), 2, 3)]) as driver:
        driver.app.set_focus(None)
        await driver.settle()
        lines = driver.lines()
        assert lines[0].strip() == "▄" * 75
        assert lines[1].startswith("  ▎ you · ")
        assert lines[2] == "  ▎ Hello"
        assert lines[3].strip() == "▀" * 75
        assert lines[4].startswith("    claude-sonnet-4-5 · ")
        assert " · 512 tok" in lines[4]
        assert lines[4].endswith("‹ 2/3 ›")
        assert lines[5] == "    Hi"


async def test_facts_drop_from_the_right_and_the_model_stays() -> None:
    message = reply("Hi", usage=Usage(output_tokens=512), timing=Timing(total=3.1))
    async with running([Entry(message, 2, 3)], (66, 10)) as driver:
        assert " · 3.1 s · 512 tok" in driver.lines()[0]
        await driver.pilot.resize_terminal(50, 10)
        await driver.settle()
        assert driver.lines()[0].split() == ["▎", "claude-sonnet-4-5", "‹", "2/3", "›"]
        await driver.pilot.resize_terminal(30, 10)
        await driver.settle()
        assert "…" in driver.lines()[0]
        assert driver.lines()[0].endswith("‹ 2/3 ›")


async def test_a_failed_reply_says_what_why_and_what_to_do() -> None:
    error = MessageError(kind="AuthenticationFailed", text="No key", status=401, server_words="Bad.", advice="Set it.")
    async with running([Entry(reply("came", status=MessageStatus.ERROR, error=error))]) as driver:
        driver.app.set_focus(None)
        await driver.settle()
        lines = [line.strip() for line in driver.lines()]
        at = lines.index("▎ No key   401")
        assert lines[at + 1 : at + 5] == [
            "▎ Bad.",
            "▎ Set it.",
            "▎",
            "▎ Esc r try again   Ctrl+L other model   Esc i details",
        ]
        assert "came" in lines


async def test_an_image_is_a_row_with_its_facts() -> None:
    png = "iVBORw0KGgoAAAANSUhEUgAABQAAAALQCAYAAADPfd1WAAAA"
    part = ImagePart(media_type="image/png", data=png, name="name.png")
    async with running([Entry(prompt("Look", parts=[part]))]) as driver:
        assert any("name.png · 1280 × 720 · 36 B" in line for line in driver.lines())


async def test_foreign_words_reach_the_terminal_as_symbols_only() -> None:
    bad = "\x1b]0;x\x07\x1b[31m\u202e[/b]"
    error = MessageError(kind="K", text=bad, advice=bad, server_words=bad)
    message = reply(bad, model=bad, status=MessageStatus.ERROR, error=error, parts=[ReasoningPart(text=bad)])
    cited = reply("x", parts=[CitationPart(number=1, title=bad, url="https://\x1b[1mexample.org")])
    async with running([Entry(prompt(bad)), Entry(message), Entry(cited)]) as driver:
        await driver.press("k", "space", "i")
        text = "".join(driver.texts())
        assert "[/b]" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


# ---- following and streaming ----------------------------------------------------------------------------------------


async def test_it_follows_until_one_scrolls_up_and_again_at_the_end() -> None:
    async with running([*branch(3), arriving()]) as driver:
        pane = driver.pane
        assert pane.is_following
        pane.scroll_rows(-5)
        assert not pane.is_following
        pane.apply("run", TextDelta(text="one\n\ntwo\n\nthree"))
        await driver.settle()
        assert driver.lines()[-1].endswith("↓ 5 new  Ctrl+G")
        assert driver.got(Transcript.FollowChanged)[-1].new_lines == 5
        for _ in range(5):
            pane.scroll_rows(3)
        assert pane.is_following
        await driver.settle()
        assert driver.got(Transcript.FollowChanged)[-1].is_following
        assert "three" in driver.lines()[-2]


async def test_the_mark_below_says_end_if_nothing_is_new_and_leads_there() -> None:
    async with running(branch(3)) as driver:
        driver.pane.scroll_rows(-5)
        await driver.settle()
        assert driver.lines()[-1].endswith("↓ end")
        await driver.pilot.click(offset=(74, 23))
        await driver.settle()
        assert driver.pane.is_following


def seconds(driver: Driver, pattern: str) -> int:
    """Return the seconds that a line shows; time goes on while a test runs."""
    (found,) = re.findall(pattern, "\n".join(driver.lines()))
    return int(found)


async def test_a_reply_waits_thinks_and_writes() -> None:
    async with running([Entry(prompt("Go")), arriving(14)]) as driver:
        pane = driver.pane
        assert seconds(driver, "• claude-sonnet-4-5 · waiting · (\\d+) s") >= 14
        pane.apply("run", ReasoningDelta(text="First.\nThen this"))
        await driver.settle()
        assert seconds(driver, "● claude-sonnet-4-5 · thinking · (\\d+) s") < 14
        assert any(line.endswith(" Then this") for line in driver.lines())
        assert not any("First." in line for line in driver.lines())
        pane.apply("run", TextDelta(text="Well, **yes**"))
        await driver.settle()
        assert seconds(driver, "● claude-sonnet-4-5 · writing · (\\d+) s") >= 14
        assert seconds(driver, "► thought for (\\d+) s") >= 1
        assert any(line.endswith("Well, yes") for line in driver.lines())
        pane.apply("run", CitationsAdded(citations=[CitationPart(number=1, title="Source", url="https://a.org/b")]))
        await driver.settle()
        assert any(line.endswith("1 Source a.org") for line in driver.lines())


async def test_a_running_reply_that_is_shown_anew_goes_on_as_before() -> None:
    async with running([Entry(prompt("Go", id="p")), arriving(9)]) as driver:
        pane = driver.pane
        pane.apply("run", ReasoningDelta(text="Hm."))
        pane.apply("run", TextDelta(text="One "))
        await driver.settle()
        so_far = reply("One ", id="run", status=MessageStatus.STREAMING, parts=[ReasoningPart(text="Hm.")])
        pane.show([Entry(prompt("Go", id="p")), Entry(so_far)])
        pane.apply("run", TextDelta(text="two"))
        await driver.settle()
        assert seconds(driver, "► thought for (\\d+) s") >= 1
        assert seconds(driver, "● claude-sonnet-4-5 · writing · (\\d+) s") >= 9
        assert any(line.endswith(" One two") for line in driver.lines())


async def test_a_wait_for_the_next_try_is_counted_down_and_goes_with_the_first_text() -> None:
    async with running([arriving()]) as driver:
        driver.pane.apply("run", Retrying(attempt=2, delay=20, why="Groq asks to wait"))
        await driver.settle()
        assert any("Groq asks to wait" in line for line in driver.lines())
        assert 10 < seconds(driver, "Next try in (\\d+) s   ━{10,20}") <= 20
        driver.pane.apply("run", TextDelta(text="Here"))
        await driver.settle()
        assert not any("Next try" in line for line in driver.lines())


async def test_the_end_of_a_stream_repaints_nothing_of_the_text() -> None:
    async with running([arriving()], (80, 60)) as driver:
        for at in range(0, len(REPLY), 7):
            driver.pane.apply("run", TextDelta(text=REPLY[at : at + 7]))
        await driver.settle()
        before = [one.row for one in driver.pane.viewport.seen if one.row is not None and one.row.section == 2]
        driver.pane.update_entry(Entry(reply(REPLY, id="run")))
        await driver.settle()
        after = [one.row for one in driver.pane.viewport.seen if one.row is not None and one.row.section == 2]
        assert sum(one is not other for one, other in zip(before, after, strict=True)) <= 1


async def test_what_comes_while_it_is_hidden_is_there_when_it_is_shown() -> None:
    async with running([Entry(prompt("Hello"))]) as driver:
        driver.pane.display = False
        await driver.settle()
        driver.pane.show([Entry(reply("Good evening"))])
        driver.pane.display = True
        await driver.settle()
        assert "    Good evening" in driver.lines()


async def test_a_reply_of_another_session_is_ignored() -> None:
    async with running(branch(1)) as driver:
        before = driver.texts()
        driver.pane.apply("elsewhere", TextDelta(text="x"))
        driver.pane.update_entry(Entry(reply("x", id="elsewhere")))
        await driver.settle()
        assert driver.texts() == before


async def test_a_very_long_reply_is_laid_out_in_slices_and_wholly() -> None:
    text = REPLY * 150
    async with running([Entry(reply(text))]) as driver:
        sheet = driver.pane.stack[0]
        expected = [line.text for line in layout_markdown(text, driver.pane.measures.text).lines]
        assert [row.line.text for row in sheet.rows(0, len(sheet)) if row.section == 2] == expected
        assert driver.pane.is_following


# ---- browsing -------------------------------------------------------------------------------------------------------


def barred(driver: Driver) -> list[int]:
    """Return the messages whose rows have a bright bar."""
    primary = Color.parse(driver.app.theme_variables["primary"]).rich_color
    width, height = driver.pane.size
    found = set()
    for y, strip in enumerate(driver.pane.render_lines(Region(0, 0, width, height))):
        for segment in strip:
            if segment.text == "▎" and segment.style is not None and segment.style.color == primary:
                found.add(driver.pane.viewport.seen[y].message)
    return sorted(found)


async def test_the_cursor_is_there_only_with_the_focus() -> None:
    async with running(branch(4)) as driver:
        assert barred(driver) == [7]
        await driver.press("k")
        assert barred(driver) == [6]
        assert driver.pane.cursor_message is not None
        assert driver.pane.cursor_message.id == "p3"
        moved = driver.got(Transcript.CursorMoved)[-1]
        assert (moved.message_id, moved.index, moved.count) == ("p3", 6, 8)
        driver.app.set_focus(None)
        await driver.settle()
        assert barred(driver) == []
        assert driver.pane.cursor_message is None


async def test_the_browsed_message_is_always_seen() -> None:
    async with running(branch(12)) as driver:
        for key in [*"kkkkkkkkkkkk", *"jjjj", "u", "u", "K", "d", "g", "j", "G", "k"]:
            await driver.press(key)
            assert len(barred(driver)) == 1


async def test_code_blocks_are_walked_through() -> None:
    async with running([Entry(reply(CODES)), Entry(prompt("x")), Entry(reply(CODES))], (80, 50)) as driver:
        pane = driver.pane
        assert pane.cursor_code == ("py", "a = 1")
        assert any(line.endswith("1 of 2  c copy  w save") for line in driver.lines())
        await driver.press("right_square_bracket", "right_square_bracket")
        assert pane.cursor_code == ("sh", "ls")
        assert any(line.endswith("2 of 2  c copy  w save") for line in driver.lines())
        for _ in range(2):
            await driver.press("left_square_bracket")
        assert pane.cursor_message is pane.stack[0].message
        assert pane.cursor_code == ("sh", "ls")


async def test_reasoning_opens_and_folds_by_key_and_click() -> None:
    parts = [ReasoningPart(text="First.\nSecond.")]
    async with running([Entry(reply("Yes", parts=parts, timing=Timing(reasoning=4)))]) as driver:
        y = driver.row_of("► thought for 4 s")
        await driver.press("space")
        assert driver.lines()[y : y + 3] == ["  ▎ ▼ thought for 4 s", "  ▎ │ First.", "  ▎ │ Second."]
        await driver.pilot.click(offset=(6, y))
        await driver.settle()
        assert driver.row_of("► thought") == y


async def test_details_show_what_is_known() -> None:
    async with running([Entry(reply("Yes", id="abc", provider="anthropic", usage=Usage(cost=0.0123)))]) as driver:
        await driver.press("i")
        text = "\n".join(driver.lines())
        assert "id            abc" in text
        assert "cost          $0.0123" in text
        await driver.press("i")
        assert not any("cost" in line for line in driver.lines())


@pytest.mark.parametrize(("key", "character"), [("enter", None), ("escape", None), ("a", None), ("x", "x"), ("?", "?")])
async def test_what_means_nothing_here_goes_to_the_input(key: str, character: str | None) -> None:
    async with running(branch(1)) as driver:
        await driver.press(key)
        [ended] = driver.got(Transcript.BrowsingEnded)
        assert ended.character == character


async def test_links_are_told_when_pointed_at_and_clicked() -> None:
    async with running([Entry(reply("See [the *docs*](https://example.org/a) now"))]) as driver:
        y = driver.row_of("the docs")
        await driver.pilot.hover(offset=(14, y))
        await driver.settle()
        assert driver.got(Transcript.LinkPointed)[-1].url == "https://example.org/a"
        await driver.pilot.click(offset=(14, y))
        await driver.pilot.hover(offset=(30, y))
        await driver.settle()
        assert [clicked.url for clicked in driver.got(Transcript.LinkClicked)] == ["https://example.org/a"]
        assert driver.got(Transcript.LinkPointed)[-1].url == ""


async def test_hits_are_counted_walked_and_wrapped() -> None:
    async with running(branch(6)) as driver:
        pane = driver.pane
        count = pane.find("JITTER")
        assert count == sum(entry.message.text.lower().count("jitter") for entry in driver.app.entries)
        seen = [pane.find_next(1)[0] for _ in range(count)]
        assert sorted(seen) == list(range(1, count + 1))
        assert pane.find_next(-1)[1] == count
        assert any("jitter" in line for line in driver.lines())
        assert pane.find("safe to repeat, wait") > 0, "marks of Markdown do not part words"
        assert pane.find("nowhere at all") == 0
        assert pane.find_next(1) == (0, 0)
        assert pane.find("") == 0


async def test_the_outline_leads_to_prompts_and_headings() -> None:
    async with running(branch(5)) as driver:
        outline = driver.pane.outline()
        assert [heading.words for heading in outline if heading.level][:1] == ["What to retry"]
        assert sum(heading.level == 0 for heading in outline) == 5
        wanted = next(heading for heading in outline if heading.level)
        driver.pane.go_to(wanted)
        await driver.settle()
        assert driver.lines()[0].endswith("What to retry")


async def test_a_branch_opens_where_it_is_asked_to() -> None:
    async with running([]) as driver:
        driver.pane.show(branch(9), at="p4")
        await driver.settle()
        assert "you · " in driver.lines()[1]
        assert driver.lines()[2].endswith("Question 4")
        assert driver.pane.cursor_message is not None
        assert driver.pane.cursor_message.id == "p4"


# ---- colours --------------------------------------------------------------------------------------------------------


def grounds(driver: Driver) -> set[object]:
    """Return the background colours on the screen."""
    width, height = driver.pane.size
    strips = driver.pane.render_lines(Region(0, 0, width, height))
    return {segment.style.bgcolor for strip in strips for segment in strip if segment.style is not None}


async def test_a_theme_changes_everything_at_once() -> None:
    async with running(branch(3)) as driver:
        before = driver.texts()
        ink = grounds(driver)
        driver.app.theme = "paper"
        await driver.settle()
        assert driver.texts() == before
        assert not grounds(driver) & ink


async def test_without_colour_nothing_is_coloured_and_the_selection_still_shows() -> None:
    async with running(branch(2)) as driver:
        driver.app._filters.append(NoColor())
        driver.pane.notify_style_update()
        driver.pane.refresh()
        await driver.press("v", "l", "l")
        width, height = driver.pane.size
        segments = [one for strip in driver.pane.render_lines(Region(0, 0, width, height)) for one in strip]
        colors = {one.style.color for one in segments if one.style} | {
            one.style.bgcolor for one in segments if one.style
        }
        assert {color.name for color in colors if color is not None} <= {"default"}
        assert any(one.style is not None and one.style.reverse for one in segments)


async def test_the_terminals_own_colours_have_no_caps() -> None:
    async with running(branch(1), theme="ansi-dark") as driver:
        assert not any("▄" in line or "▀" in line for line in driver.lines())


async def test_opacity_blends_the_rows() -> None:
    async with running(branch(1)) as driver:
        before = grounds(driver)
        driver.pane.styles.opacity = 0.5
        await driver.settle()
        assert grounds(driver) != before
