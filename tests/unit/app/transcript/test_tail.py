from __future__ import annotations

from tests.unit.app.transcript.words import drawn
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.tail import LARGEST, StreamTail


def _fed(*pieces: str, width: int = 40) -> StreamTail:
    tail = StreamTail(width)
    for piece in pieces:
        tail.feed(piece)
        tail.flush()
    return tail


def test_nothing_new_changes_nothing() -> None:
    tail = _fed("one\n\ntwo")

    assert tail.flush() == len(tail.layout.lines) == 3


def test_only_the_last_item_of_a_list_is_open() -> None:
    tail = _fed("- a\n- b\n", "- c\n")
    tail.feed("  more")

    assert tail.flush() == 2
    assert drawn(tail.layout) == ["• a", "• b", "• c more"]


def test_the_numbers_of_a_list_go_on() -> None:
    assert drawn(_fed("4. a\n", "4. b\n", "4. c\n", "4. d\n").layout) == ["4. a", "5. b", "6. c", "7. d"]


def test_only_the_last_lines_of_open_code_are_looked_at() -> None:
    tail = _fed("```python\n" + "x = 1\n" * 50)
    tail.feed("y = 2")

    assert tail.flush() == 50
    assert tail.layout.blocks[-1].source.endswith("x = 1\ny = 2")


def test_marks_that_may_close_a_fence_are_not_shown_as_code() -> None:
    tail = _fed("```\ncode\n", "``")
    assert drawn(tail.layout) == ["  code"]
    tail.feed("`\nafter")
    tail.flush()
    assert drawn(tail.layout) == ["  code", "", "after"]


def test_code_is_right_once_it_is_closed() -> None:
    source = "```c\n/* a\n" + "b = 1\n" * 30 + "*/ c\n```\n"
    tail = _fed(*source.splitlines(keepends=True))

    assert tail.layout == layout_markdown(source, 40)


def test_a_late_reference_reaches_what_is_above_at_the_end() -> None:
    tail = _fed("see [it]\n\nmore\n\n", "[it]: http://a.b\n")
    first = tail.layout.lines[0]
    assert first.runs == (("see [it]", ()),)

    assert tail.finish() == 0
    assert tail.layout.lines[0].runs == (("see ", ()), ("it", ("link", "http://a.b")))


def test_the_end_changes_nothing_without_references() -> None:
    tail = _fed("# a\n\n- b\n- c\n\n```py\nx\n```\nlast")
    lines = list(tail.layout.lines)

    assert tail.finish() == len(lines)
    assert all(old is new for old, new in zip(lines, tail.layout.lines, strict=True))


def test_an_empty_message() -> None:
    tail = StreamTail(40)

    assert tail.flush() == tail.finish() == 0
    assert not tail.layout.lines


def test_large_blocks_are_cut_alike_for_any_pieces() -> None:
    word = "lorem ipsum dolor\n"
    blocks = (
        word * 1200,
        "- a\n" + ("  " + word) * 1200 + "- b\n",
        "| a | b |\n|-|-|\n" + "| 1 | 2 |\n" * 2000,
        "> q\n" + word * 1000,
    )
    source = "\n".join(blocks) + "\n```\n" + word * 1000 + "```\nend\n"
    assert len(source) > 4 * LARGEST
    for size in (4099, 40_000):
        tail = _fed(*(source[at : at + size] for at in range(0, len(source), size)))
        tail.finish()
        assert tail.layout == layout_markdown(source, 40)


def test_marks_wait_for_what_they_mark() -> None:
    assert drawn(_fed("text\n", "-").layout) == ["text"]
    assert drawn(_fed("text\n", "-", " item").layout) == ["text", "", "• item"]
    assert drawn(_fed("text\n\n", "``", "`py").layout) == ["text"]
    assert drawn(_fed("text\n\n", "1", ".", " [", "x]").layout) == ["text"]
    ended = _fed("text\n", "-")
    ended.finish()
    assert ended.layout == layout_markdown("text\n-", 40)


def test_spaces_at_the_end_of_open_code_are_no_line() -> None:
    tail = _fed("```\nx\n", " ")
    tail.finish()
    assert tail.layout == layout_markdown("```\nx\n ", 40)
