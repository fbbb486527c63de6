"""Lines that are too long for one layout: broken and put together again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.app.transcript.test_laws import pieces, sizes
from tui_chat.app.transcript import breaking
from tui_chat.app.transcript.breaking import Breaker, whole
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.tail import StreamTail

LIMIT = 24
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
lines = st.lists(st.text("ab *`-#>|\n", max_size=90), max_size=6).map("\n".join)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaking, "LONGEST", LIMIT)


@QUICK
@given(lines, sizes)
def test_no_line_is_longer_and_none_is_lost(text: str, cuts: list[int]) -> None:
    breaker = Breaker()
    broken = "".join(map(breaker.feed, pieces(text, cuts)))

    assert broken == Breaker().feed(text)
    assert all(len(line) <= LIMIT + 1 for line in broken.split("\n") if "#" not in line)
    assert whole(broken) == text


@QUICK
@given(lines, sizes)
def test_streamed_equals_whole(text: str, cuts: list[int]) -> None:
    tail = StreamTail(20)
    for piece in pieces(text, cuts):
        tail.feed(piece)
        tail.flush()
    tail.finish()

    assert tail.layout == layout_markdown(text, 20)


@pytest.mark.parametrize(
    "text",
    [
        "one two three four five six seven eight nine ten",
        "one 2. three four 5. six seven - eight nine # ten",
        "# a heading that is longer than - a line may be",
        "> 1. ## a heading in a list in a quote",
        "#one of the words that are no heading",
        "- an item of a list that is long - and longer",
        "some `code that is long enough` and **bold words that are**",
        "x" * 50,
    ],
)
def test_text_is_drawn_as_if_it_were_whole(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = layout_markdown(text, 20)
    monkeypatch.setattr(breaking, "LONGEST", 1000)

    assert broken == layout_markdown(text, 20)


@pytest.mark.parametrize("fence", ["```\n{}\n```", "```py\n{}\n```\nmore", "```\n{}", "    {}"])
def test_code_is_copied_as_it_came(fence: str) -> None:
    code = "for one in two: print(three, four) - five"
    layout = layout_markdown(fence.format(code), 20)

    assert layout.blocks[0].source == code
    assert "\u2060" not in "".join(layout.logical)
