from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from tests.app.transcript.picturing import Gate


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a terminal with true colour that says nothing else of itself."""
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run in kitty; return what is written to it."""
    monkeypatch.setenv("TERM", "xterm-kitty")
    sent: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _driver, data: sent.append(data))
    return sent


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch)
    yield gate
    gate.let()
