from __future__ import annotations

from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.lines import Line

FAMILY = "👩\u200d🚀"


def _line(source: str, width: int = 60, index: int = 0) -> Line:
    return layout_markdown(source, width).lines[index]


def test_an_offset_is_never_inside_a_grapheme() -> None:
    line = _line(f"a{FAMILY}日b")

    assert [line.offset_at(cell) for cell in range(8)] == [0, 1, 1, 4, 4, 5, 6, 6]


def test_left_of_the_first_row_of_an_item_is_before_its_mark() -> None:
    line = _line("- word")

    assert line.offset_at(0) == 0
    assert line.offset_at(2) == 2
    assert line.cells_of(0, 6) == [(0, 2), (2, 6)]
    assert line.cells_of(3, 5) == [(3, 5)]


def test_the_second_row_goes_on_where_the_first_one_ends() -> None:
    line = _line("- one two", 8, 1)

    assert (line.text, line.start, line.prefix) == ("two", 6, 2)
    assert line.offset_at(0) == 6
    assert line.cells_of(0, 7) == [(2, 3)]


def test_a_tab_is_one_character_and_many_cells() -> None:
    line = _line("```\n\tx\ty\n```")

    assert line.text == "\tx\ty"
    assert [line.offset_at(cell) for cell in (2, 5, 6, 7, 9, 10, 11)] == [0, 0, 1, 2, 2, 3, 4]
    assert line.cells_of(1, 2) == [(6, 7)]
    assert line.cells_of(0, 4) == [(2, 6), (6, 7), (7, 10), (10, 11)]


def test_a_cell_of_a_table_is_found_in_its_row_of_markdown() -> None:
    layout = layout_markdown("| a | b |\n|---|--:|\n| one | x \\| y |", 60)
    row = layout.lines[2]

    assert layout.logical[2] == "| one | x \\| y |"
    assert layout.logical[2][row.offset_at(5) : row.offset_at(10)] == "x \\| y"
    assert row.cells_of(2, 5) == [(0, 3)]


def test_copied_text_has_no_borders_and_no_wraps() -> None:
    source = (
        "> a long quote that is wrapped\n\n1. one\n   - [x] two\n\n```py\nif x:\n\treturn\n```\n\n"
        "|a|b|\n|-|:-:|\n|1|2|\n\nhard  \nbreak"
    )

    assert "\n".join(layout_markdown(source, 12).logical) == (
        "a long quote that is wrapped\n\n1. one\n   - [x] two\n\nif x:\n\treturn\n\n"
        "| a | b |\n| --- | :-: |\n| 1 | 2 |\n\nhard\nbreak"
    )
