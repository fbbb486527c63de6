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


def is_away(terminal: Terminal) -> bool:
    return re.search(r"↓ \d+ new", terminal.text()) is not None


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_scrolling_selecting_and_typing_while_a_reply_streams(
    start: Start, server: OpenAIServer, at_server: tuple[str, ...], columns: int, rows: int
) -> None:
    gate = threading.Event()
    server.script(sends(story(gate)))
    terminal = start(*at_server, columns=columns, rows=rows)
    terminal.keys("go", "<enter>")
    terminal.wait_for("word40 ")
    middle = (columns * 2 // 3, rows // 3)
    while not (is_away(terminal) and len(rows_of(terminal.text(), "line [67][0-9] of")) > 9):
        terminal.mouse(64, *middle)
        time.sleep(0.03)

    # What was scrolled to stands still, though the reply goes on below.
    def shown() -> list[str]:
        return re.findall(r"line \d+ of the beginning", terminal.text())

    before: list[str] = []
    while before != shown():  # what the wheel sent may still be on its way
        before = shown()
        time.sleep(0.3)
    new = re.search(r"↓ (\d+) new", terminal.text())
    assert new is not None
    terminal.wait_until(lambda text: (now := re.search(r"↓ (\d+) new", text)) is not None and now[1] != new[1])
    assert shown() == before

    # A drag over two rows copies their text, without indent and wraps.
    # In the middle, since at the edges a drag scrolls.
    first, second = rows_of(terminal.text(), "line [67][0-9] of")[4:6]
    screen = terminal.text().split("\n")
    numbers = [re.findall(r"line (\d+) of", screen[row])[0] for _, row in (first, second)]
    terminal.drag(first, (first[0] + 4, first[1]), (second[0] + 6, second[1]))
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: bool(terminal.copied()), "the copied text")
    assert terminal.copied()[-1] == f"line {numbers[0]} of the beginning\nline {numbers[1]}"
    terminal.wait_for("Copied the selection, 2 lines")

    # Keys belong to the input all the while, and are seen at once.
    terminal.keys("typed meanwhile")
    terminal.wait_for("typed meanwhile", timeout=2)
    assert is_away(terminal)
    terminal.keys("<ctrl+g>")
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
    for _ in range(2):
        terminal.mouse(0, column + 2, row)
        terminal.mouse(0, column + 2, row, is_down=False)
    time.sleep(0.2)
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: terminal.copied()[-1:] == ["paragraph"], "the word")
    time.sleep(0.6)  # else the next click would be the third of a chain
    for _ in range(3):
        terminal.mouse(0, column + 2, row)
        terminal.mouse(0, column + 2, row, is_down=False)
    time.sleep(0.2)
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: terminal.copied()[-1:] == ["paragraph 59 ends"], "the line")
    # Dragged above the pane, the text scrolls and the selection grows.
    time.sleep(0.6)
    terminal.mouse(0, column, row)
    for above in (1, 2, row):
        time.sleep(0.05)
        terminal.mouse(32, column, row - above)
    terminal.wait_until(lambda text: not rows_of(text, "paragraph 5[5-9]"), "the text to scroll")
    terminal.mouse(0, column, 0, is_down=False)
    terminal.keys("<ctrl+c>")
    terminal.wait_until(lambda _: terminal.copied()[-1].count("\n") > rows // 2, "the long selection")
    assert terminal.copied()[-1].endswith("\n\nparagraph 58 ends\n\np")
