from __future__ import annotations

from tests.unit.app.transcript.words import drawn
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.tail import StreamTail

TABLE = "| Name | Count | Middle |\n|:--|--:|:-:|\n| one | 1 | m |\n| three | 22 | mm |\n"


def test_columns_are_two_apart_and_three_when_it_is_wide() -> None:
    assert drawn(layout_markdown(TABLE, 79)) == [
        "Name   Count  Middle",
        "────────────────────",
        "one        1    m",
        "three     22    mm",
    ]
    assert drawn(layout_markdown(TABLE, 80))[0] == "Name    Count   Middle"


def test_the_head_is_muted_and_the_rule_is_no_text() -> None:
    head, rule = layout_markdown(TABLE, 60).lines[:2]

    assert {key for text, key in head.runs if text.strip()} == {("head",)}
    assert (rule.kind, rule.text, rule.runs) == ("rule", "", (("─" * 20, ("rule",)),))


def test_cells_wrap_in_their_column() -> None:
    rows = drawn(layout_markdown("|a|b|\n|-|-|\n|" + "word " * 12 + "|" + "other " * 8 + "|", 42))

    words, others = "word word word word", "other other other"
    assert rows[2:] == [f"{words}   {others}", f"{words}   {others}", f"{words}   other other"]


def test_below_forty_cells_each_cell_has_a_row() -> None:
    assert drawn(layout_markdown(TABLE, 39)) == [
        "Name    one",
        "Count   1",
        "Middle  m",
        "",
        "Name    three",
        "Count   22",
        "Middle  mm",
    ]


def test_many_columns_are_not_squeezed() -> None:
    source = "|" + "a|" * 40 + "\n|" + "-|" * 40 + "\n|" + "word|" * 40
    assert drawn(layout_markdown(source, 80)) == ["a  word"] * 40


def test_a_break_in_a_cell() -> None:
    assert drawn(layout_markdown("|a|b|\n|-|-|\n|x<br>y|z|", 60))[2:] == ["x  z", "y"]


def test_columns_only_grow_while_rows_arrive_and_not_with_each_word() -> None:
    tail = StreamTail(60)
    widths: list[int] = []
    for piece in ["|a|b|\n|-|-|\n", "|one|x|\n", "|", "four", " and", "|y", "|\n", "|**bold**|", "z|\n"]:
        tail.feed(piece)
        tail.flush()
        widths.append(next((line.width for line in tail.layout.lines if line.kind == "rule"), 0))

    assert widths == [4, 6, 6, 6, 6, 6, 11, 11, 11]


def test_a_table_that_is_very_long_keeps_its_columns_and_settles_its_rows() -> None:
    source = (
        "| name | value |\n|---|---|\n"
        + "".join(f"| row {i} | {i} |\n" for i in range(1500))
        + "| "
        + "x" * 90
        + " | |\n"
    )
    layout = layout_markdown(source, 60)

    assert len({line.pieces[1].cell for line in layout.lines if len(line.pieces) > 1}) == 1
    assert sum(line.kind == "rule" for line in layout.lines) == 1
    assert layout.logical[-1] == "| " + "x" * 90 + " |  |"
    assert len(layout.logical) == 1503
