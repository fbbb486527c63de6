"""The app in a real browser: typed at, streamed to, exported from; and who is kept out."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.terminal.harness import PATIENCE
from tests.unit.exporters.browser import Browser, started_browser

get = partial(httpx.get, timeout=PATIENCE)


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.05)


def insist(act: Callable[[], object], holds: Callable[[], bool]) -> None:
    """Do something again and again until that has had its effect."""
    end = time.monotonic() + PATIENCE
    while not holds():
        act()
        with suppress(AssertionError):
            wait_until(holds, "the effect", seconds=2)
        assert time.monotonic() < end or holds(), "it has no effect"


@pytest.fixture
def address(environment: dict[str, str]) -> Iterator[str]:
    """The address that a running server has printed."""
    command = [sys.executable, "-m", "tui_chat", "web", "--port", "0", "--no-open"]
    environment = {**environment, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline().decode().strip()
        assert "?token=" in line, line + process.stdout.read().decode()

        def answers() -> bool:
            try:
                return get(line.partition("?")[0]).status_code == 403
            except httpx.TransportError:
                return False

        wait_until(answers, "the server")
        yield line
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) in (0, 130)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started_browser() as browser:
        yield browser


def test_a_browser_chats_and_downloads(address: str, browser: Browser, home: Path, tmp_path: Path) -> None:
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.events.clear()
    browser.call("Page.navigate", url=address)
    wait_until(lambda: bool(browser.run("document.querySelector('body.-first-byte') !== null")), "the first frame")
    assert browser.run("location.search") == ""
    browser.run("document.querySelector('textarea').focus()")
    history, drafts = home / "history.json", home / "drafts.json"

    def is_typed(text: str) -> bool:
        return drafts.exists() and text in drafts.read_text()

    # What comes before the app has the keys is lost, and only the picture would tell; so it may be said twice.
    insist(lambda: browser.call("Input.insertText", text="how do I quit? "), lambda: is_typed("how do I quit?"))
    press_enter(browser)
    wait_until(lambda: history.exists() and "I am the built-in guide" in history.read_text(), "the reply")
    wait_until(lambda: '"status":"streaming"' not in json.dumps(messages(history)), "the end of the reply")
    browser.call("Input.insertText", text="/export")
    wait_until(lambda: is_typed("/export"), "the command")
    # The first Enter opens the dialog; until it is there, and once it has gone, another one does nothing.
    insist(lambda: press_enter(browser), lambda: any(tmp_path.glob("*how-do-i-quit*")))
    other = [url for url in browser.requests() if not url.startswith(address.partition("?")[0])]
    assert [url for url in other if not url.startswith("blob:")] == []
    assert [text for text in browser.complaints() if "WebGL" not in text] == []

    browser.call("Input.insertText", text="/quit")
    wait_until(lambda: is_typed("/quit"), "the command")
    insist(lambda: press_enter(browser), lambda: "-closed" in str(browser.run("document.body.className")))
    assert "Start again" in str(browser.run("document.querySelector('.closed-dialog').innerText"))
    browser.run("document.querySelector('.closed-dialog a').click()")
    wait_until(
        lambda: bool(browser.run("document.querySelector('body.-first-byte:not(.-closed)') !== null")), "the new start"
    )


def messages(history: Path) -> object:
    with suppress(ValueError):  # amid a write
        return {name: table for name, table in json.loads(history.read_text()).items() if name.startswith("messages/")}
    return {"status": "streaming"}


def press_enter(browser: Browser) -> None:
    for kind in ("keyDown", "keyUp"):
        browser.call(
            "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
        )


def test_only_who_knows_the_token_gets_in(address: str) -> None:
    base, _, token = address.partition("?token=")
    cookie = {"Cookie": f"tui-chat={token}"}
    assert get(base).status_code == 403
    assert get(f"{base}?token=wrong").status_code == 403
    assert get(f"{base}ws").status_code == 403
    assert get(f"{base}static/js/textual.js").status_code == 403
    entered = get(address)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert "HttpOnly" in entered.headers["set-cookie"] and "SameSite=Strict" in entered.headers["set-cookie"]
    page = get(base, headers=cookie)
    assert page.status_code == 200
    assert not re.findall(r"https?://(?!127\.0\.0\.1)", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert get(base, headers={**cookie, "Host": "attacker.example"}).status_code == 421
    assert get(f"{base}ws", headers={**cookie, "Origin": "http://attacker.example"}).status_code == 403


def test_the_address_that_the_browser_is_started_with_works_once(environment: dict[str, str], tmp_path: Path) -> None:
    told, opener = tmp_path / "told", tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}.new && mv {told}.new {told}\n')
    opener.chmod(0o700)
    environment = {**environment, "PYTHONUNBUFFERED": "1", "PATH": f"{tmp_path}:{environment['PATH']}"}
    command = [sys.executable, "-m", "tui_chat", "web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) as process:
        assert process.stdout is not None
        printed = process.stdout.readline().decode().strip()
        wait_until(told.exists, "the browser")
        assert told.read_text() != printed
        assert [get(told.read_text()).status_code for _ in range(2)] == [303, 403]
        assert get(printed).status_code == 303
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) in (0, 130)


def test_a_port_in_use_is_told(address: str, environment: dict[str, str]) -> None:
    port = address.rpartition(":")[2].partition("/")[0]
    command = [sys.executable, "-m", "tui_chat", "web", "--port", port, "--no-open"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert result.returncode in (1, 2)
    assert f"127.0.0.1:{port} cannot be used" in result.stderr
    assert "Traceback" not in result.stderr
