"""The message pane under the mouse and the keys, while a thousand tokens a second arrive."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, beginning, chunk, ending, event, says, sends

SIZES = [(80, 24), (120, 40), (200, 60)]


def story(gate: threading.Event) -> Iterator[bytes]:
    """Yield a reply of numbered lines, then words, a thousand pieces a second until the gate opens, then an end."""
    yield from beginning("".join(f"line {number} of the beginning  \n" for number in range(80)))
    for number in count():
        if gate.is_set():
            break
        yield event(chunk({"content": f"word{number} " + ("\n\n" if number % 9 == 8 else "")}))
        time.sleep(0.001)
    yield event(chunk({"content": "\n\nTHE END"}))
    yield from ending()


def rows_of(text: str, words: str) -> list[tuple[int, int]]:
    """Return where some words stand on the screen: column and row."""
    return [(found.start(), row) for row, line in enumerate(text.split("\n")) for found in re.finditer(words, line)]


def lines_shown(text: str) -> list[int]:
    """Return the numbers of the lines of the beginning that stand on the screen."""
    return [int(number) for number in re.findall(r"line (\d+) of the beginning", text)]


def words_shown(text: str) -> list[str]:
    """Return what stands on the screen of the reply, whatever part of it that is."""
    return re.findall(r"line \d+ of|word\d+", text)


def new_lines(text: str) -> int:
    """Return how many new lines there are below; 0 while the end is shown."""
    found = re.search(r"↓ (\d+) new", text)
    return int(found[1]) if found else 0


def scroll_to_lines(terminal: Terminal, column: int, row: int) -> None:
    """Turn the wheel, click by click, until ten of the lines from 60 on stand on the screen, and nothing moves."""
    terminal.mouse(64, column, row)
    text = terminal.wait_until(lambda text: new_lines(text) > 0, "the reply to go on below")
    while len([number for number in lines_shown(text) if number >= 60]) < 10:
        before = words_shown(text)
        terminal.mouse(65 if before and before[0] < "line 6" else 64, column, row)
        text = terminal.wait_until(lambda text, before=before: words_shown(text) != before, "the wheel")  # type: ignore[misc]
    before = []
    while before != (before := words_shown(terminal.text())):  # a click is several rows, one after the other
        terminal.settle()


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_scrolling_selecting_and_typing_while_a_reply_streams(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    gate = threading.Event()
    server.script(sends(story(gate)))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("go", "<enter>")
    terminal.wait_for(r"word\d\d+ ")
    scroll_to_lines(terminal, columns * 2 // 3, rows // 3)

    # What was scrolled to stands still, though the reply goes on below.
    before, new = lines_shown(terminal.text()), new_lines(terminal.text())
    terminal.wait_until(lambda text: new_lines(text) > new, "new lines below")
    assert lines_shown(terminal.text()) == before

    # A drag over two rows copies their text, without indent and wraps.
    # In the middle, since at the edges a drag scrolls.
    first, second = rows_of(terminal.text(), "line [67][0-9] of")[4:6]
    screen = terminal.text().split("\n")
    numbers = [re.findall(r"line (\d+) of", screen[row])[0] for _, row in (first, second)]
    terminal.drag(first, (first[0] + 4, first[1]), (second[0] + 6, second[1]))
    terminal.send(b"\x03")
    terminal.wait_until(lambda _: bool(terminal.copied()), "the copied text")
    assert terminal.copied()[-1] == f"line {numbers[0]} of the beginning\nline {numbers[1]}"
    terminal.wait_for("Copied the selection, 2 lines")

    # Keys belong to the input all the while.
    terminal.send(b"typed meanwhile")
    terminal.wait_for("typed meanwhile")
    assert new_lines(terminal.text())
    terminal.send(b"\x07")
    terminal.wait_until(lambda text: "↓" not in text, "following")
    gate.set()
    terminal.wait_for("THE END")
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_words_and_lines_are_selected_by_clicks_and_the_pane_scrolls_under_a_drag(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    text = "\n\n".join(f"paragraph {number} ends" for number in range(60))
    server.script(says(text))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("go", "<enter>")
    screen = terminal.wait_for("paragraph 59 ends")
    terminal.wait_for("ready")
    column, row = rows_of(screen, "paragraph 5[0-9] ends")[-1]
    terminal.click(column + 2, row, times=2)
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: terminal.copied()[-1:] == ["paragraph"], "the word")
    terminal.click(column + 3, row, times=3)  # elsewhere, else the first would be the third of a chain
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: terminal.copied()[-1:] == ["paragraph 59 ends"], "the line")
    # Dragged above the pane, the text scrolls and the selection grows.
    terminal.mouse(0, column, row)
    for above in (1, 2, row):
        terminal.settle()
        terminal.mouse(32, column, row - above)
    terminal.wait_until(lambda text: not rows_of(text, "paragraph 5[5-9]"), "the text to scroll")
    terminal.mouse(0, column, 0, is_down=False)
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: terminal.copied()[-1].count("\n") > rows // 2, "the long selection")
    assert terminal.copied()[-1].endswith("\n\nparagraph 58 ends\n\np")
