"""What holds for every test: nothing beyond loopback, and nothing of the user's own."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# No deadlines: the machine may be shared.
settings.register_profile("tui-chat", deadline=None)
settings.register_profile("long", deadline=None, max_examples=20_000)
settings.load_profile("long" if os.environ.get("TUI_CHAT_LONG") else "tui-chat")

_OURS = re.compile(r"TUI_CHAT_.*|.*_API_KEY|.*_BASE_URL|OLLAMA_HOST|(HTTPS?|ALL|NO)_PROXY", re.IGNORECASE)


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors: tests of the terminal wait more than they work."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the user's keys, addresses and files out of the tests."""
    for name in [name for name in os.environ if _OURS.fullmatch(name)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TUI_CHAT_HOME", str(tmp_path / "tui-chat-home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections and look-ups beyond this machine; names ending in .invalid are unknown, as everywhere."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        _check((name or "localhost", 0))
        return look_up(host, *args, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _check(address: Any) -> None:
    if not isinstance(address, tuple) or address[0] == "localhost":
        return  # a socket of this machine's file system, or its own name
    try:
        is_near = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        is_near = False
    if not is_near:
        raise RuntimeError(f"A test may not reach beyond loopback, but one tried {address[0]}.")
