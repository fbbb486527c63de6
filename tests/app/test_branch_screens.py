"""The screens of branches, answers and personas, with whatever text they are given."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.app.widgets.host import Host
from tui_chat.app.screens.branches import BranchesDialog, BranchList
from tui_chat.app.screens.diff import AnswerHead, DiffScreen
from tui_chat.app.screens.parameters import ParametersDialog
from tui_chat.app.transcript.difference_view import DifferenceView
from tui_chat.app.widgets import Pick
from tui_chat.chat.branches import branch_rows
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import ChatMessage, MessageStatus, TextPart
from tui_chat.domain.providers import Protocol, Provider
from tui_chat.domain.sessions import ChatSession, Params
from tui_chat.domain.usage import Usage

SIZES = [(80, 24), (120, 40)]
HOSTILE = "[/b] list[int] \x1b[31mred\x1b[0m [@click=app.quit]x[/] \u202eabc"


def answers(*texts: str) -> tuple[OpenSession, list[ChatMessage]]:
    opened = OpenSession(ChatSession(name=HOSTILE, model=HOSTILE))
    prompt = opened.add_prompt(HOSTILE)
    for text in texts:
        reply = opened.add_reply(prompt.id)
        reply.parts, reply.status = [TextPart(text=text)], MessageStatus.COMPLETE
        opened.update(reply)
    return opened, opened.tree.children(prompt.id)


def shown(pilot: Pilot[None]) -> str:
    """What is on the screen."""
    screen: Screen[object] = pilot.app.screen
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the workers of the screen have ended."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete([one for one in pilot.app.workers if one.group in ("diff", "layout")])
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_two_answers_of_three_are_chosen_and_one_is_kept(size: tuple[int, int]) -> None:
    _, three = answers("one two three", "one 2 three", HOSTILE)
    kept: list[str | None] = []
    copied: list[str] = []

    async def copy(text: str, _what: str) -> None:
        copied.append(text)

    async with Host((), "ink").run_test(size=size, notifications=True) as pilot:
        pilot.app.push_screen(DiffScreen(three, 0, 1, HOSTILE, copy=copy), kept.append)
        await settle(pilot)
        view = pilot.app.screen.query_one(DifferenceView)
        assert view.is_beside is (size[0] >= 100)
        assert "‹ 1/3 ›" in shown(pilot)
        assert "1 word gone, 1 new" in shown(pilot)
        await pilot.press("n", "n", "N", "y")
        assert copied == ["one [-two-] three\none {+2+} three\n"]
        await pilot.press("greater_than_sign")
        await settle(pilot)
        assert "list[int]" in shown(pilot)
        assert "\x1b" not in shown(pilot)
        await pilot.press("greater_than_sign")
        await settle(pilot)
        assert [head._who.plain.startswith("▎") for head in pilot.app.screen.query(AnswerHead)] == [False, True]
        await pilot.press("left", "tab", "1")
        await pilot.pause()
        assert kept == [three[0].id]


async def test_the_same_answer_twice_has_no_change_to_go_to() -> None:
    _, two = answers("the same words", "the same words")
    two[0].usage = Usage(output_tokens=20, cost=0.002, estimated=True)

    async def copy(_text: str, _what: str) -> None:
        """Copy nothing."""

    kept: list[str | None] = []
    async with Host((), "paper").run_test(size=(200, 30)) as pilot:
        pilot.app.push_screen(DiffScreen(two, 0, 1, "", copy=copy), kept.append)
        await settle(pilot)
        await pilot.press("n", "greater_than_sign")
        assert "no word differs" in shown(pilot)
        assert " · ~20 tok · ~$0.002" in shown(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert kept == [None]


@pytest.mark.parametrize("size", SIZES)
async def test_the_map_shows_any_text_and_goes_where_the_cursor_is(size: tuple[int, int]) -> None:
    opened, _ = answers("first", HOSTILE, "third")
    rows = branch_rows(opened.tree, opened.session.current_node)
    chosen: list[str | None] = []
    async with Host((), "ink").run_test(size=size, notifications=True) as pilot:
        pilot.app.push_screen(BranchesDialog(rows, rows[-1].message.id), chosen.append)
        await pilot.pause()
        assert pilot.app.screen.query_one(BranchList).cursor == 3
        assert "4 messages, 3 branches" in shown(pilot)
        assert "list[int]" in shown(pilot)
        await pilot.press("left_square_bracket", "g", "right_square_bracket", "j", "enter")
        await pilot.pause()
        assert chosen == [rows[2].message.id]


@pytest.mark.parametrize("size", SIZES)
async def test_what_the_provider_does_not_take_is_said(size: tuple[int, int]) -> None:
    provider = Provider(name="p", label="[b]P[/]", protocol=Protocol.OPENAI_RESPONSES)
    result: list[Params | None] = []
    async with Host((), "ink").run_test(size=size, notifications=True) as pilot:
        pilot.app.push_screen(ParametersDialog(Params(seed=3), provider), result.append)
        await pilot.pause()
        assert "Not set: the server decides." in shown(pilot)
        await pilot.press("right", "j", "j", "j", "j")
        assert pilot.app.screen.query_one(Pick).cursor_id == "seed"
        assert "it is not sent to [b]P[/]" in shown(pilot)
        await pilot.press("delete", "escape")
        await pilot.pause()
        assert result == [Params(temperature=0.0)]
