"""What the chat screen says of where it is."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.app.screens.driving import running, write_history
from tests.app.widgets.host import drawn
from tui_chat.app.screens.chat.describing import phase_of
from tui_chat.domain.messages import ChatMessage, Part, ReasoningPart, Role, TextPart


@pytest.mark.parametrize(
    ("parts", "phase"),
    [
        ([], "waiting"),
        ([ReasoningPart(text="Hm.")], "thinking"),
        ([ReasoningPart(text="Hm."), TextPart(text="Yes")], "writing"),
    ],
)
def test_what_a_reply_does_is_told_by_what_has_come(parts: list[Part], phase: str) -> None:
    assert phase_of(ChatMessage(session_id="s", role=Role.ASSISTANT, parts=parts)) == phase


@pytest.mark.parametrize(("size", "is_shown"), [((80, 24), True), ((60, 15), False)])
async def test_the_keys_are_left_out_where_rows_are_few(size: tuple[int, int], is_shown: bool) -> None:
    async with running(size) as driver:
        await driver.pilot.pause()
        assert driver.chat.hints.display is is_shown


async def test_every_command_is_offered_from_the_help() -> None:
    async with running() as driver:
        await driver.press("f1")
        await driver.until(lambda: type(driver.app.screen).__name__ == "HelpScreen")
        await driver.press("ctrl+p")
        await driver.until(lambda: type(driver.app.screen).__name__ == "CommandPalette")
        await driver.until(lambda: len(driver.app.screen_stack) == 2)
        await driver.press("escape")


async def test_keys_for_hits_are_shown_only_where_there_are_any() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        await driver.open_session()
        await driver.press("escape", "slash", *"pears")
        await driver.until(lambda: driver.chat.hints.hints[0][0] == "Enter")
        await driver.press(*"zz")
        await driver.until(lambda: driver.chat.hints.hints == (("Esc", "close"),))


async def test_escape_lets_selected_sessions_go_and_says_so() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        await driver.until(lambda: len(driver.chat.history.sessions) == 1)
        await driver.press("ctrl+s", "j", "space")
        await driver.until(lambda: ("Esc", "let go") in driver.chat.hints.hints)
        await driver.press("escape")
        await driver.until(lambda: ("Esc", "back") in driver.chat.hints.hints)


async def test_the_way_to_undo_is_the_one_where_the_keys_go_by_then() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        chat = await driver.open_session()
        await driver.press("escape", "k", "D")
        await driver.until(lambda: chat.prompt.has_focus and bool(chat.toasts.query(".hint")))
        await driver.until(lambda: str(chat.toasts.query(".hint").last(Static).render()) == "/undo")


async def test_keys_that_select_are_shown_while_they_do() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        await driver.open_session()
        await driver.press("escape", "v")
        await driver.until(lambda: driver.chat.hints.hints[0] == ("y", "copy") and len(driver.chat.hints.hints) == 5)
        await driver.press("escape")
        await driver.until(lambda: ("e", "edit") in driver.chat.hints.hints)


async def test_the_keys_of_hits_are_shown_until_they_are_left() -> None:
    write_history([("Pears", ["Are pears ripe?", "Pears are."])])
    async with running() as driver:
        chat = await driver.open_session()
        await driver.press("escape", "slash", *"pears", "enter")
        await driver.until(lambda: chat.hints.hints[0] == ("n N", "other hits"))
        await driver.press("escape")
        await driver.until(lambda: chat.focused is chat.prompt)
        assert not chat.transcript.finder.query


@pytest.mark.parametrize("size", [(80, 24), (80, 40), (120, 40), (40, 24)])
async def test_notices_stand_below_the_title_at_the_right_edge(size: tuple[int, int]) -> None:
    async with running(size) as driver:
        chat = driver.chat
        chat.say("Copied the message, 10 lines")
        await driver.until(lambda: chat.toasts.region.height > 2)
        assert chat.toasts.region.y == chat.title_line.region.bottom
        assert chat.toasts.region.right == size[0] - 3
        assert chat.toasts.region.width == min(54, size[0] - 3)


async def test_notices_stand_beside_the_sessions_that_lie_over_the_page() -> None:
    async with running((80, 24)) as driver:
        chat = driver.chat
        await driver.press("ctrl+s")
        chat.say("Named Pears")
        await driver.until(lambda: chat.toasts.region.height > 2 and chat.toasts.region.x == chat.sidebar.region.right)
        assert chat.toasts.region.right == 77
        await driver.press("escape")
        await driver.until(lambda: chat.toasts.region.width == 54)


async def test_the_sessions_lie_over_no_more_than_there_is() -> None:
    async with running((20, 5)) as driver:
        await driver.press("ctrl+s")
        await driver.until(lambda: driver.chat.sidebar.region.width == 20)


async def test_details_and_reasoning_of_the_newest_message_are_shown_from_the_input() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        screen = await driver.open_session()
        reply = screen.opened.branch[-1]
        thought = reply.model_copy(update={"parts": [ReasoningPart(text="All of them"), *reply.parts]})
        await screen.services.library.save(screen.opened.session, [thought])
        await driver.until(lambda: any("thought" in line for line in drawn(screen.transcript)))
        await driver.type("/details")
        await driver.press("enter")
        await driver.until(lambda: any("s1m2" in line for line in drawn(screen.transcript)))
        await driver.type("/unfold")
        await driver.press("enter")
        await driver.until(lambda: any("All of them" in line for line in drawn(screen.transcript)))
