"""What is sent: looked at, left out, summed up, and never cut in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import MODEL, OpenAIServer, failure, plain, says

WINDOW = 400

#: The reply is there, and nothing runs.
DONE = r"test server\.[\s\S]*ready"


@pytest.fixture
def small(home: Path, server: OpenAIServer) -> tuple[str, ...]:
    """The options of a provider whose model reads little."""
    home.mkdir()
    (home / "config.toml").write_text(
        f"""
        [providers.shop]
        base_url = "{server.base_url}"
        default_model = "{MODEL}"
        [providers.shop.retries]
        attempts = 1
        [providers.shop.models.{MODEL}]
        input_price = 1000
        output_price = 5000
        context_window = {WINDOW}
        """
    )
    return ("--provider", "shop")


def command(app: Terminal, text: str) -> None:
    """Type a command, and run it once it is there."""
    app.keys(text)
    app.wait_for(f"▎ {text}")
    app.keys("<enter>")


def answered(app: Terminal, count: int) -> None:
    """Wait until so many prompts have been answered, and nothing runs."""
    app.wait_until(
        lambda text: text.count("Hello from the test server.") == count and "ready" in text, f"{count} replies"
    )


def sent(server: OpenAIServer) -> list[tuple[str, str]]:
    """Role and text of what was sent last."""
    return [(message["role"], message["content"]) for message in server.chats[-1].body["messages"]]


def test_the_context_shows_what_will_be_sent_and_what_that_costs(
    start: Start, server: OpenAIServer, small: tuple[str, ...]
) -> None:
    app = start(*small, "--system", "Be brief.")
    app.keys("First prompt", "<enter>")
    app.wait_for(DONE)
    app.keys("<esc>", "C")
    app.wait_for(r"system +the system prompt +3")
    app.wait_for(r"you +First prompt +\d+ +\d %")
    app.wait_for(rf"~\d+ of {WINDOW} tokens · \d+ % · ~\$0\.0\d\d to send it once")


def test_what_is_left_out_in_the_context_is_not_sent_until_that_is_taken_back(
    start: Start, server: OpenAIServer, small: tuple[str, ...]
) -> None:
    app = start(*small)
    app.keys("First prompt", "<enter>")
    app.wait_for(DONE)
    command(app, "/context")
    app.wait_for("what the next prompt sends along")
    app.keys("g", "E")
    app.wait_for("First prompt +not sent")
    app.keys("j", "p")
    app.wait_for("always sent")
    app.keys("<esc>")
    app.wait_for(DONE)
    app.keys("Second", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 2)
    assert sent(server) == [("assistant", "Hello from the test server."), ("user", "Second")]
    answered(app, 2)
    command(app, "/undo")
    app.wait_for("Sent like any other")
    command(app, "/undo")
    app.wait_until(lambda text: "not sent" not in text)
    app.keys("Third", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 3)
    assert ("user", "First prompt") in sent(server)


def test_a_summary_is_sent_in_the_place_of_older_messages_and_can_be_taken_back(
    start: Start, server: OpenAIServer, small: tuple[str, ...]
) -> None:
    app = start(*small, "--system", "Be brief.")
    app.keys("First prompt", "<enter>")
    app.wait_for(DONE)
    server.script(says("They greeted", " each other."))
    command(app, "/compact")
    screen = app.wait_for("They greeted each other")
    app.wait_for("what is above is no longer sent")
    assert "First prompt" in screen
    assert sent(server)[-1][1].startswith("Sum up our conversation")
    app.keys("Second", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 3)
    assert [role for role, _ in sent(server)] == ["system", "user"]
    system, prompt = (text for _, text in sent(server))
    assert system.startswith("Be brief.")
    assert "They greeted each other." in system
    assert prompt == "Second"
    answered(app, 2)
    command(app, "/undo")
    app.wait_until(lambda text: "no longer sent" not in text)
    app.keys("Third", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 4)
    assert [text for _, text in sent(server)][1:] == [
        "First prompt",
        "Hello from the test server.",
        "Second",
        "Hello from the test server.",
        "Third",
    ]


def test_a_summary_that_failed_leaves_everything_as_it_was(
    start: Start, server: OpenAIServer, small: tuple[str, ...]
) -> None:
    app = start(*small)
    app.keys("First prompt", "<enter>")
    app.wait_for(DONE)
    server.script(failure(400, "No summaries here"))
    command(app, "/compact")
    app.wait_for("does not accept the request")
    app.keys("Second", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 3)
    assert [text for _, text in sent(server)] == ["First prompt", "Hello from the test server.", "Second"]


def test_a_prompt_that_is_too_long_is_said_to_be_and_kept(
    start: Start, server: OpenAIServer, small: tuple[str, ...]
) -> None:
    app = start(*small)
    app.keys("First prompt", "<enter>")
    app.wait_for(DONE)
    app.paste("word " * WINDOW)
    app.keys("<enter>")
    app.wait_for(rf"tokens, but {MODEL} reads {WINDOW}")
    app.keys("<esc>")
    app.wait_until(lambda text: "tokens, but" not in text)
    assert len(server.chats) == 1
    app.keys("<enter>")
    app.wait_for("tokens, but")
    server.script(plain("All in short."))
    app.keys("<enter>")
    app.wait_until(lambda _: len(server.chats) == 3)
    assert [role for role, _ in sent(server)] == ["system", "user"]
    assert sent(server)[-1][1].startswith("word word")


def test_a_session_that_the_server_finds_too_long_can_be_summed_up(
    start: Start, server: OpenAIServer, small: tuple[str, ...]
) -> None:
    app = start(*small)
    app.keys("First prompt", "<enter>")
    app.wait_for(DONE)
    server.script(failure(400, "maximum context length is 10 tokens", code="context_length_exceeded"))
    app.keys("Second", "<enter>")
    screen = app.wait_for("/compact make room")
    assert "/context what is sent" in screen
    command(app, "/compact")
    app.wait_for("what is above is no longer sent")
