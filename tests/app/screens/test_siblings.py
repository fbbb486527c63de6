"""Other answers are looked at while another one still comes."""

from __future__ import annotations

import threading

from tests.app.screens.driving import running, write_history
from tests.wire.openai_server import OpenAIServer, says
from tui_chat.app.screens.diff import DiffScreen
from tui_chat.chat.services import Options
from tui_chat.domain.messages import MessageStatus


async def test_another_answer_is_looked_at_while_one_comes_and_a_prompt_follows_what_is_shown() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    gate = threading.Event()
    with OpenAIServer() as server:
        server.script(says("They may ", gate, "be."), says("Eat one."))
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            screen = await driver.open_session()
            screen.opened.session.provider, screen.opened.session.model = screen.services.choice.provider, "m"
            await driver.press("escape", "r")
            await driver.until(lambda: (turn := screen.replies.turn("s1")) is not None and turn.reply.text != "")
            await driver.press("less_than_sign")
            await driver.until(lambda: screen.opened.branch[-1].text == "They are.")
            await driver.press("greater_than_sign")
            await driver.until(lambda: screen.opened.branch[-1].status is MessageStatus.STREAMING)
            await driver.press("less_than_sign", "escape", *"what", "enter")
            await driver.until(lambda: screen.opened.branch[-1].status is MessageStatus.QUEUED)
            screen.set_focus(screen.transcript)
            await driver.press("less_than_sign")
            assert screen.opened.branch[-1].status is MessageStatus.QUEUED, "it waits in its branch"
            gate.set()
            await driver.until(lambda: screen.opened.branch[-1].text == "Eat one.")
            texts = [message.text for message in screen.opened.branch]
            assert texts == ["Are pears ripe?", "They are.", "what", "Eat one."]
            answers = screen.opened.tree.children("s1m1")
            assert [one.text for one in answers] == ["They are.", "They may be."]


async def test_an_edited_prompt_is_among_the_earlier_ones() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    async with running() as driver:
        chat = await driver.open_session()
        await driver.press("escape", "e", *"!!", "enter")
        await driver.until(lambda: [one.text for one in chat.memory.prompts] == ["Are pears ripe?!!"])


async def test_from_a_prompt_the_answers_to_it_are_gone_through() -> None:
    write_history([("Pears", ["Are pears ripe?", "They are."])])
    with OpenAIServer() as server:
        server.script(says("They may be."))
        async with running(options=Options(base_url=server.base_url, model="m")) as driver:
            chat = await driver.open_session()
            chat.opened.session.provider, chat.opened.session.model = chat.services.choice.provider, "m"
            await driver.press("escape", "g", "r")
            await driver.until(lambda: chat.opened.branch[-1].text == "They may be." and not chat.replies)
            chat.show_facts()  # as at the end of each reply
            await driver.until(lambda: str(chat.title_line.right) == "message 1 of 2")
            keys = {key for key, _word in chat.hints.hints}
            await driver.press("equals_sign")
            await driver.until(lambda: isinstance(driver.app.screen, DiffScreen))
            await driver.press("escape", "less_than_sign")
            await driver.until(lambda: [one.text for one in chat.opened.branch] == ["Are pears ripe?", "They are."])
            assert {"< >", "="} <= keys
