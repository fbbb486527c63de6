"""The lines above and below the transcript."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.widget import Widget

from tests.app.widgets import host
from tests.app.widgets.host import shown
from tui_chat.app.widgets import Hints, StatusLine, TitleLine, muted
from tui_chat.app.widgets.lines import ends, fit, unmuted
from tui_chat.domain.events import ReasoningDelta, Retrying, Started, TextDelta

HINTS = [("Enter", "send"), ("Ctrl+J", "newline"), ("/", "commands"), ("Esc", "browse"), ("F1", "keys")]


def drawn(widget: Widget) -> str:
    return host.drawn(widget)[0].strip()


def test_what_does_not_fit_is_cut_with_a_mark() -> None:
    assert fit(Content("abcdef"), 6).plain == "abcdef"
    assert fit(Content("abcdef"), 5).plain == "abcd…"
    assert fit(Content("日本語"), 4).cell_length <= 4
    assert fit(Content("abc"), 0).plain == ""


@pytest.mark.parametrize("width", range(24))
def test_a_line_with_two_ends_has_its_width_and_keeps_the_right_one(width: int) -> None:
    line = ends(Content("left end"), Content("right"), width)
    assert line.cell_length == width
    if width >= 5:
        assert line.plain.endswith("right")


def test_quiet_inks_give_way_on_a_cursor_row_and_marks_do_not() -> None:
    line = muted("fact ").append(Content.styled("●", "$text-primary"))
    assert [span.style for span in unmuted(line).spans] == ["$text-primary"]
    waiting = Content.styled("waiting", "$text-warning")
    assert unmuted(waiting).spans == waiting.spans
    assert unmuted(waiting, is_ansi=True).spans == []
    hit = Content.styled("hit", "bold $text-primary")
    assert [span.style for span in unmuted(hit, is_ansi=True).spans] == ["bold"]


@pytest.mark.parametrize(
    ("columns", "left"),
    [
        (120, ["Enter", "Ctrl+J", "/", "Esc", "F1"]),
        (44, ["Enter", "Ctrl+J", "F1"]),
        (36, ["Enter", "F1"]),
        (12, ["F1"]),
    ],
)
async def test_hints_drop_whole_from_the_right_and_the_last_stays(columns: int, left: list[str]) -> None:
    async with shown(Hints(HINTS), size=(columns, 24)) as pilot:
        text = drawn(pilot.app.query_one(Hints))
        assert text == "   ".join(f"{key} {word}" for key, word in HINTS if key in left)
        assert "…" not in text


@pytest.mark.parametrize(
    ("column", "key"),
    [(0, "↑"), (2, "↓"), (5, "↑"), (10, None), (12, "n"), (14, "N"), (16, "n"), (23, "Esc"), (31, "Esc"), (32, None)],
)
async def test_of_several_keys_the_one_under_the_pointer_is_clicked(column: int, key: str | None) -> None:
    async with shown(Hints([("↑ ↓", "model"), ("n N", "next"), ("Esc", "close")]), size=(80, 24)) as pilot:
        assert pilot.app.query_one(Hints).key_at(column) == key


async def test_the_title_is_text_and_its_aside_stays_whole() -> None:
    async with shown(TitleLine(), size=(80, 24)) as pilot:
        title = pilot.app.query_one(TitleLine)
        title.set_title("[/b] " + "word " * 30)
        title.set_aside("#http")
        await pilot.pause()
        assert drawn(title).startswith("[/b] word")
        assert drawn(title).endswith("…  #http")
        title.set_aside("message 2 of 12")
        await pilot.pause()
        assert drawn(title).endswith("message 2 of 12")


async def test_the_title_is_gone_on_a_very_low_screen() -> None:
    async with shown(TitleLine(), size=(60, 15)) as pilot:
        assert not pilot.app.query_one(TitleLine).display


async def test_facts_that_are_unknown_are_left_out() -> None:
    async with shown(StatusLine()) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_facts("gpt-5")
        await pilot.pause()
        assert drawn(status).split() == ["gpt-5", "ready"]
        status.set_facts("gpt-5", ["$0.014"], context=12)
        await pilot.pause()
        assert drawn(status).startswith("gpt-5 · context 12 % · $0.014")


async def test_a_nearly_full_context_names_the_remedy() -> None:
    async with shown(StatusLine()) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_facts("gpt-5", context=79, remedy="/compact")
        await pilot.pause()
        assert "/compact" not in drawn(status)
        status.set_facts("gpt-5", context=80, remedy="/compact")
        await pilot.pause()
        assert drawn(status).startswith("gpt-5 · context 80 % · /compact")


async def test_facts_drop_from_the_right_and_the_model_and_state_stay() -> None:
    async with shown(StatusLine(), size=(44, 15)) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_facts("claude-sonnet-4-5", ["$0.014", "512 tok"], context=12)
        await pilot.pause()
        assert drawn(status).split("  ")[0] == "claude-sonnet-4-5 · 12 %"
        assert drawn(status).endswith("ready")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("complete", "ready"),
        ("interrupted", "■ interrupted"),
        ("error", "! failed"),
        ("queued", "• queued: /retry sends it"),
        ("browse", "browse"),
        ("sessions", "sessions"),
        ("running", "• waiting · 0 s"),
    ],
)
async def test_every_state_has_its_words(state: str, words: str) -> None:
    async with shown(StatusLine()) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_state(state)
        await pilot.pause()
        assert drawn(status) == words
        status.set_state(state, elsewhere=2)
        await pilot.pause()
        assert drawn(status) == f"● 2 elsewhere · {words}"


async def test_it_learns_from_the_reply_what_it_does() -> None:
    async with shown(StatusLine()) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_state("running")
        seen = []
        for event in (Started(), ReasoningDelta(text="hm"), TextDelta(text="a"), Retrying(attempt=2, delay=20, why="")):
            status.take(event)
            await pilot.pause()
            seen.append(drawn(status))
        assert seen == ["• waiting · 0 s", "● thinking · 0 s", "● writing · 0 s", "• waiting · 20 s"]
        status.set_state("running", who="Groq")
        await pilot.pause()
        assert drawn(status) == "• waiting for Groq · 20 s"
        status.take(Retrying(attempt=3, delay=90, why=""))
        await pilot.pause()
        assert drawn(status) in ("• waiting for Groq · 90 s", "• waiting for Groq · 89 s")
        status.set_state("running", running_for=61, phase="writing")
        await pilot.pause()
        assert drawn(status) == "● writing · 61 s"


async def test_a_reply_of_which_nothing_came_is_waited_for_however_long_it_runs() -> None:
    async with shown(StatusLine()) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_state("running", running_for=2.2)
        assert drawn(status) == "• waiting · 2 s"
        status.set_state("running", running_for=9.0, phase="thinking")
        assert drawn(status) == "● thinking · 9 s"


async def test_the_clock_goes_only_while_a_reply_runs() -> None:
    async with shown(StatusLine()) as pilot:
        status = pilot.app.query_one(StatusLine)
        status.set_state("running")
        for _ in range(60):
            if "0 s" not in drawn(status):
                break
            await pilot.pause(0.05)
        assert drawn(status) == "• waiting · 1 s"
        status.set_state("complete")
        await pilot.pause()
        assert drawn(status) == "ready"
