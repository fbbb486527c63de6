from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer

Start = Callable[..., Terminal]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    return kept | {
        "TUI_CHAT_HOME": str(home),
        "TUI_CHAT_GUIDE_PACE": "0.001",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Start the app; what is still running at the end of the test is killed."""
    with ExitStack() as stack:

        def run(*arguments: str, columns: int = 120, rows: int = 40, ready: str = "Type a message") -> Terminal:
            command = [sys.executable, "-m", "tui_chat", *arguments]
            terminal = Terminal(command, environment=environment, columns=columns, rows=rows)
            stack.enter_context(terminal)
            if ready:
                terminal.wait_for(ready)
            return terminal

        yield run


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def at_server(server: OpenAIServer) -> tuple[str, ...]:
    """The options that point the program to the server."""
    return ("--base-url", server.base_url, "--model", "fake-model")
