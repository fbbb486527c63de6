"""Prompts that wait: for a reply, for the provider, for the network; over a restart, in their order, sent once."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import MODEL, OpenAIServer, failure, says

#: The provider asks to wait for longer than any test takes.
LIMITED = failure(429, "Slow down", headers={"Retry-After": "900"})


def configure(home: Path, base_url: str) -> tuple[str, ...]:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(
        f"""
        [providers.shop]
        label = "Shop"
        base_url = "{base_url}"
        default_model = "{MODEL}"
        [providers.shop.retries]
        attempts = 2
        initial = 0.05
        maximum = 0.5
        """
    )
    return ("--provider", "shop")


@pytest.fixture
def shop(home: Path, server: OpenAIServer) -> tuple[str, ...]:
    return configure(home, server.base_url)


def queue(app: Terminal, prompt: str) -> None:
    """Type a prompt that has to wait, and see it wait."""
    app.keys(prompt, "<enter>")
    app.wait_for(rf"queued\n +{prompt}\b")


def leave_no_draft(app: Terminal, home: Path) -> None:
    """Wait until a crash leaves nothing in the input; drafts are written one after the other, and later than typed."""
    path = home / "drafts.json"
    app.keys("zz")
    app.wait_until(lambda _: path.exists() and "zz" in path.read_text(), "a draft on disk")
    app.keys("<backspace>", "<backspace>")
    app.wait_until(lambda _: "zz" not in path.read_text(), "no draft on disk")


def prompts(server: OpenAIServer) -> list[str]:
    """The prompt of each request."""
    return [request.body["messages"][-1]["content"] for request in server.chats]


def test_a_prompt_that_must_wait_counts_down_and_is_sent_at_once_if_that_is_wanted(
    start: Start, server: OpenAIServer, shop: tuple[str, ...]
) -> None:
    server.script(LIMITED)
    app = start(*shop)
    app.keys("Are you there?", "<enter>")
    screen = app.wait_for(r"Next try in \d+ s +━{20}")
    assert re.search(r"Shop asks to wait   429\n.*Slow down", screen)
    app.wait_for(r"waiting for Shop · 8\d\d s")
    app.keys("/retry", "<enter>")
    app.wait_for("Hello from the test server")
    assert prompts(server) == ["Are you there?"] * 2


def test_giving_up_keeps_the_prompt_and_says_why(start: Start, server: OpenAIServer, shop: tuple[str, ...]) -> None:
    server.script(LIMITED)
    app = start(*shop)
    app.keys("Are you there?", "<enter>")
    app.wait_for("Next try in")
    app.keys("<esc>")
    app.wait_until(lambda text: "r try again" in text and "Next try in" not in text, "the end of it")
    app.wait_for("Shop asks to wait")


def test_a_prompt_waits_for_a_server_that_restarts(start: Start, home: Path) -> None:
    with OpenAIServer() as first:
        port = int(first.base_url.split(":")[2].split("/")[0])
        app = start(*configure(home, first.base_url))
        app.keys("One", "<enter>")
        app.wait_for("test server.*[\\s\\S]*ready")
    app.keys("Two", "<enter>")
    app.wait_for("Nothing answers at")
    queue(app, "Three")
    with OpenAIServer(port) as second:
        app.wait_until(lambda _: len(second.chats) == 2)
        app.wait_until(lambda text: text.count("Hello from the test server") == 3 and "ready" in text)
        assert prompts(second) == ["Two", "Three"]


def test_a_killed_app_goes_on_waiting_in_order_and_sends_nothing_twice(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], home: Path
) -> None:
    server.script(LIMITED)
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for("Next try in")
    for prompt in ("Two", "Three"):
        queue(app, prompt)
    app.wait_for(r"waiting for Shop · 8\d\d s")
    leave_no_draft(app, home)
    app.kill()
    assert prompts(server) == ["One"]
    again = start("--provider", "shop")
    again.wait_for("1 prompt goes on waiting")
    again.keys("/outbox")
    again.wait_for("▎ /outbox")
    again.keys("<enter>")
    screen = again.wait_for(r"One +next try in \d+ s")
    assert re.search(r"One[\s\S]*Two +behind a reply[\s\S]*Three +behind a reply", screen)
    again.keys("r")
    again.wait_until(lambda _: len(server.chats) == 4)
    again.keys("<esc>")
    assert prompts(server) == ["One", "One", "Two", "Three"]
    again.wait_until(lambda text: "elsewhere" not in text and "ready" in text, "the end of all replies")
    again.kill()
    start("--provider", "shop").wait_for("ready")
    assert len(server.chats) == 4


def test_what_waits_when_the_app_is_quit_goes_on_waiting(
    start: Start, server: OpenAIServer, shop: tuple[str, ...]
) -> None:
    server.script(LIMITED)
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for("Next try in")
    app.keys("Two", "<enter>")
    app.wait_for(r"queued\n *Two\n")
    app.keys("<ctrl+q>")
    assert app.wait_exit() == 0
    again = start(*shop, "--continue")
    again.wait_for("Next try in")
    again.keys("/retry", "<enter>")
    again.wait_until(lambda _: len(server.chats) == 3)
    assert prompts(server) == ["One", "One", "Two"]


def test_waiting_prompts_are_edited_moved_and_cancelled(
    start: Start, server: OpenAIServer, shop: tuple[str, ...]
) -> None:
    gate = threading.Event()
    server.script(says("Slowly", gate, " done."))
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for("Slowly")
    for prompt in ("Two", "Three", "Four"):
        queue(app, prompt)
    app.keys("/outbox")
    app.wait_for("▎ /outbox")
    app.keys("<enter>")
    app.wait_for("sent when the way is free")
    app.keys("J")
    app.wait_for(r"Three[\s\S]*Two[\s\S]*Four +behind")
    app.keys("e")
    app.wait_for("Waiting prompt")
    app.keys(" and a half", "<enter>")
    app.wait_for("Two and a half +behind")
    app.keys("j", "D")
    app.wait_until(lambda text: re.search("Four +behind", text) is None)
    app.keys("<esc>")
    gate.set()
    app.wait_until(lambda _: len(server.chats) == 3)
    app.wait_for("ready")
    assert prompts(server) == ["One", "Three", "Two and a half"]


def test_a_prompt_that_waits_for_the_provider_can_be_edited_and_cancelled(
    start: Start, server: OpenAIServer, shop: tuple[str, ...]
) -> None:
    server.script(LIMITED)
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for("Next try in")
    app.keys("Two", "<enter>")
    app.wait_for(r"queued\n *Two\n")
    app.keys("/outbox")
    app.wait_for("▎ /outbox")
    app.keys("<enter>")
    app.wait_for("next try in")
    app.keys("e")
    app.wait_for("Waiting prompt")
    app.keys(" more", "<enter>")
    app.wait_for("One more +next try in")
    app.keys("D")
    app.wait_until(lambda _: len(server.chats) == 2)
    assert prompts(server) == ["One", "Two"]


def test_prompts_behind_a_reply_that_a_crash_cut_off_are_kept_and_sent_when_that_is_wanted(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], home: Path
) -> None:
    server.script(says("Half of", threading.Event()))
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for("Half of")
    for prompt in ("Two", "Three"):
        queue(app, prompt)
    leave_no_draft(app, home)
    app.kill()
    again = start(*shop, "--continue")
    again.wait_for("One[\\s\\S]*interrupted[\\s\\S]*Two[\\s\\S]*Three[\\s\\S]*queued: /retry sends it")
    assert prompts(server) == ["One"]
    again.keys("/retry", "<enter>")
    again.wait_until(lambda _: len(server.chats) == 3)
    assert prompts(server) == ["One", "Two", "Three"]


def test_what_waits_in_a_window_that_dies_goes_on_waiting_in_another(
    start: Start, server: OpenAIServer, shop: tuple[str, ...]
) -> None:
    server.script(LIMITED)
    first = start(*shop)
    first.keys("One", "<enter>")
    first.wait_for("Next try in")
    second = start(*shop, "--continue")
    second.wait_for("One")
    second.keys("/outbox")
    second.wait_for("▎ /outbox")
    second.keys("<enter>")
    second.wait_for("One +waits in another window")
    first.kill()
    second.wait_for(r"One +next try in \d+ s")
    second.keys("r")
    second.wait_until(lambda _: len(server.chats) == 2)
    second.wait_for("Nothing waits")
    assert prompts(server) == ["One", "One"]
