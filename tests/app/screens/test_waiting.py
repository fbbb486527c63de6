"""What an earlier run left waiting, in the whole app."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.app.screens.driving import running
from tui_chat.app.screens.chat import screen
from tui_chat.config.paths import history_path
from tui_chat.domain.messages import ChatMessage, MessageError, MessageStatus, Role, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.storage.history import History


def leave_waiting(provider: str = "guide") -> None:
    """Write what a process leaves that died while a prompt waited for longer than a test takes."""
    session = ChatSession(id="s1", name="Pears", provider=provider, status=SessionStatus.WAITING, message_count=2)
    prompt = ChatMessage(id="m1", session_id="s1", role=Role.USER, parts=[TextPart(text="How do I quit?")])
    reply = ChatMessage(
        id="m2",
        session_id="s1",
        parent_id="m1",
        role=Role.ASSISTANT,
        provider=provider,
        status=MessageStatus.QUEUED,
        error=MessageError(kind="RateLimited", text="The guide asks to wait"),
        next_try_at=now() + timedelta(minutes=15),
    )
    history_path().parent.mkdir(parents=True)
    history = History(history_path())
    history.save(session.to_document(), [prompt.to_document(), reply.to_document()])
    history.close()


async def test_who_wants_it_sent_now_need_not_wait_until_the_app_has_looked_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screen, "PREPARE_AFTER", 3600)
    leave_waiting()
    async with running() as driver:
        await driver.open_session()
        await driver.type("/retry")
        await driver.press("enter")
        await driver.until(lambda: "Ctrl+Q" in driver.chat.opened.branch[-1].text)


async def test_why_it_cannot_go_on_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "PREPARE_AFTER", 3600)
    leave_waiting(provider="gone")
    async with running() as driver:
        chat = driver.chat
        said: list[str] = []
        monkeypatch.setattr(chat, "show_error", lambda error: said.append(error.text))
        await driver.until(lambda: len(chat.history.sessions) == 1)
        for _ in range(3):
            await chat.resume_waiting()
        (once,) = said
        assert "gone" in once
