from __future__ import annotations

import pytest

from tests.unit.app.transcript.words import drawn
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.lines import Run
from tui_chat.app.transcript.plain import paragraphs
from tui_chat.app.transcript.rows import Section
from tui_chat.app.transcript.styles import address_of


def _rows(source: str, width: int = 40) -> list[str]:
    return drawn(layout_markdown(source, width))


def _runs(source: str, line: int = 0) -> tuple[Run, ...]:
    return layout_markdown(source, 60).lines[line].runs


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("one\ntwo", ["one two"]),
        ("one  \ntwo", ["one", "two"]),
        ("one<br>two", ["one", "two"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("text\n# Title\ntext", ["text", "", "Title", "─" * 20, "text"]),
        ("text\n## Title\ntext", ["text", "", "Title", "text"]),
        ("# One\n## Two", ["One", "─" * 20, "", "Two"]),
        ("---", ["─" * 20]),
        ("- a\n\n- b\n  - c", ["• a", "• b", "  • c"]),
        ("9. a\n10. b\n    more", ["9. a", "10. b more"]),
        ("3) a", ["3) a"]),
        ("- [ ] a\n- [x] b", ["□ a", "■ b"]),
        ("1. [X] a", ["1. ■ a"]),
        ("- [x](y)", ["• x"]),
        ("- one two three four five", ["• one two three four", "  five"]),
        ("- a\n\n  b", ["• a", "", "  b"]),
        ("-\n- b", ["•", "• b"]),
        ("> a\n>\n> b\n> > c", ["│ a", "│", "│ b", "│", "│ │ c"]),
        ("- a\n  ```\n  x\n  ```\n- b", ["• a", "", "    x", "", "• b"]),
        ("```\na\n```\n```\nb\n```", ["  a", "", "", "  b"]),
        ("    code", ["  code"]),
        ("<div>\n<b>x</b>\n</div>", ["<div>", "<b>x</b>", "</div>"]),
        ("costs $5 and $6, $a_b$", ["costs $5 and $6,", "$a_b$"]),
        ("$a*b*c$ \\(x\\,y*z*\\)", ["$a*b*c$ \\(x\\,y*z*\\)"]),
        ("It is\n$$\na \\\\\n- *b*\n$$\nso", ["It is", "", "$$", "a \\\\", "- *b*", "$$", "", "so"]),
        ("\\[ x_1,\n*y* \\] \\[no *maths*\\]", ["\\[ x_1,", "*y* \\] [no maths]"]),
        ("$$\na\n\n*b*", ["$$", "a", "", "b"]),
        ("a[^1] [^x] [^0-9]\n\n[^1]: *one* two three four\n[^x]: c", [
            "a[1] [x] [^0-9]", "", "[1] one two three", "    four", "[x] c"]),
        ("[^1]: a\n\n    - b\n\nc", ["[1] a", "", "    • b", "", "c"]),
        ("![a *b*](c.png)", ["[image: a b]"]),
        ("&#x1b;[31m &#x202e;x", ["�[31m �x"]),
        ("", []),
    ],
)  # fmt: skip
def test_rows(source: str, rows: list[str]) -> None:
    assert _rows(source, 20) == rows


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("**b** *i* ~~s~~", [("b", ("strong",)), (" ", ()), ("i", ("em",)), (" ", ()), ("s", ("s",))]),
        ("a `c`", [("a ", ()), ("c", ("code",))]),
        ("***x***", [("x", ("em", "strong"))]),
        ("[**t**](http://u.v)", [("t", ("link", "http://u.v", "strong"))]),
        ("http://u.v/w.", [("http://u.v/w", ("link", "http://u.v/w")), (".", ())]),
        ("main.py", [("main.py", ())]),
        ("![a](http://u.v)", [("[image: a]", ("link", "http://u.v"))]),
        ("## h `c`", [("h ", ("title",)), ("c", ("title", "code"))]),
        ("### h", [("h", ("heading",))]),
        ("> q", [("│ ", ("rule",)), ("q", ("quote",))]),
        ("a <b>", [("a ", ()), ("<b>", ("html",))]),
    ],
)
def test_runs(source: str, runs: list[Run]) -> None:
    assert [(text, tuple("s" if name == "strike" else name for name in key)) for text, key in _runs(source)] == runs


def test_code_is_a_card_with_caps_and_its_language_at_the_right() -> None:
    layout = layout_markdown("a\n\n```python\nx = 1\n```\nb", 30)

    assert [(line.kind, line.ground) for line in layout.lines] == [
        ("text", "page"), ("cap", "page"), ("code", "card"), ("cap", "page"), ("text", "page")
    ]  # fmt: skip
    above, code, below = layout.lines[1:4]
    assert (above.runs, below.runs) == ((("▄" * 30, ("cap",)),), (("▀" * 30, ("cap",)),))
    assert (code.prefix, code.right) == (2, (("python", ("language",)),))
    info = layout.blocks[1]
    assert (info.kind, info.language, info.source, info.first, info.logical) == ("code", "python", "x = 1", 2, 2)


def test_the_language_gives_way_to_a_long_line() -> None:
    assert not layout_markdown("```python\n" + "x" * 20 + "\n```", 30).lines[0].right


def test_wrapped_code_breaks_after_a_comma_and_goes_on_two_cells_deeper() -> None:
    layout = layout_markdown("```\ncall(first, second)\n```", 18)

    assert drawn(layout) == ["  call(first,", "    second)"]
    assert layout.logical == ["call(first, second)"]
    assert [line.start for line in layout.lines] == [0, 12]


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("  call(first, second)", ["    call(first,", "      second)"]),
        ("\tcall(first, second)", ["      call(first,", "        second)"]),
        (" " * 9 + "call(first, second)", [" " * 11 + "call(", "    first, second)"]),
    ],
    ids=["spaces", "tab", "too deep for that"],
)
def test_wrapped_code_goes_on_deeper_than_its_own_line_begins(code: str, rows: list[str]) -> None:
    assert [row.rstrip() for row in drawn(layout_markdown(f"```\n{code}\n```", 22))] == rows


def test_headings_are_known_for_the_outline() -> None:
    layout = layout_markdown("# One *a*\n\ntext\n\n### Two", 30)

    assert [(one.source, one.level, one.first) for one in layout.blocks if one.kind == "heading"] == [
        ("One a", 1, 0), ("Two", 3, 4)
    ]  # fmt: skip


def test_wide_text_breaks_between_graphemes() -> None:
    assert _rows("日本語のテキスト", 9) == ["日本語の", "テキスト"]
    assert _rows("👩\u200d🚀" * 5, 8) == ["👩\u200d🚀" * 4, "👩\u200d🚀"]
    assert _rows("e\u0301" * 10, 8) == ["e\u0301" * 8, "e\u0301" * 2]


def test_deep_quotes_leave_half_of_the_width() -> None:
    assert all(len(row) <= 20 and "word" in row for row in _rows("> " * 30 + "word", 20))


def test_what_is_too_deep_stands_as_it_was_typed() -> None:
    assert "".join(_rows(">" * 100 + " x", 40)).replace(" ", "") == ">" * 100 + "x"


def test_plain_text_keeps_its_lines() -> None:
    rows = paragraphs("# no heading\n\n  two\twords\x1b", 40, (), section=Section.BODY)

    assert [row.line.text for row in rows] == ["# no heading", "", "  two   words␛"]


def test_address_of_a_run() -> None:
    assert address_of(("strong", "link", "http://a.b", "code")) == "http://a.b"
    assert address_of(("strong",)) is None
