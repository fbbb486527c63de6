"""Every provider in the real program: its first use, and all that can go wrong with it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.harness import PATIENCE, Terminal
from tests.terminal.provider_servers import WIRES, Wire
from tests.wire.openai_server import OpenAIServer
from tests.wire.protocols import KEY


@dataclass(frozen=True)
class Desk:
    """The program, which runs through all cases of a provider, and the server that it talks to."""

    wire: Wire
    server: OpenAIServer
    terminal: Terminal

    def ask(self, prompt: str) -> None:
        """Ask in a new session."""
        self.terminal.keys("<ctrl+n>")
        self.terminal.wait_for("Type a message")
        self.terminal.keys(prompt, "<enter>")

    def fails(self, prompt: str, words: str) -> None:
        """Ask, and wait for words that say why there is no reply; the next prompt is answered."""
        self.ask(prompt)
        self.terminal.wait_for(words)
        self.terminal.wait_for("r try again")


def first_use(desk: Desk) -> None:
    desk.server.script(desk.wire.spoken.says("At your service."))
    desk.terminal.keys("Are you there?", "<enter>")
    desk.terminal.wait_for("At your service")
    assert desk.wire.model in desk.terminal.wait_for("ready")


def streaming(desk: Desk) -> None:
    gate = threading.Event()
    desk.server.script(desk.wire.spoken.says("The first half ", gate, "and the second."))
    desk.ask("Tell me slowly")
    assert "the second" not in desk.terminal.wait_for("The first half")
    gate.set()
    desk.terminal.wait_for("The first half and the second")


def stop(desk: Desk) -> None:
    desk.server.disconnected.clear()
    desk.server.script(desk.wire.spoken.says("The beginning", threading.Event()))
    desk.ask("Tell me all")
    desk.terminal.wait_for("The beginning")
    desk.terminal.keys("<esc>")
    desk.terminal.wait_for("■ interrupted")
    assert desk.server.disconnected.wait(PATIENCE)


def retry(desk: Desk) -> None:
    before = len(desk.server.chats)
    desk.server.script(desk.wire.overloaded, desk.wire.spoken.says("The second try."))
    desk.ask("Try hard")
    desk.terminal.wait_for("The second try")
    assert len(desk.server.chats) == before + 2


def wrong_key(desk: Desk) -> None:
    desk.server.key = "another"
    desk.fails("Open up", "does not accept the key|asks for a key|refuses access with this key")
    assert KEY not in desk.terminal.text()
    desk.server.key = KEY if desk.wire.variable else ""
    desk.server.script(desk.wire.spoken.says("The door is open."))
    desk.terminal.keys("/regenerate", "<enter>")
    desk.terminal.wait_for("The door is open")


def unknown_model(desk: Desk) -> None:
    desk.terminal.keys("/model bogus", "<enter>")
    desk.terminal.wait_for("bogus")
    refuses = getattr(desk.server, "models", None) is not None
    if not refuses:
        desk.server.script(desk.wire.unknown)
    desk.fails("Who are you?", desk.wire.unknown_words)
    desk.terminal.keys(f"/model {desk.wire.model}", "<enter>")
    desk.terminal.wait_until(lambda text: "bogus" not in text.splitlines()[-2])


def rate_limit(desk: Desk) -> None:
    desk.server.script(desk.wire.too_many)
    desk.fails("Too soon?", "asks to wait")


def context_too_long(desk: Desk) -> None:
    desk.server.script(desk.wire.too_long)
    desk.fails("Read all this", desk.wire.too_long_words)


def cut_stream(desk: Desk) -> None:
    desk.server.script(desk.wire.cut)
    desk.ask("And then?")
    desk.terminal.wait_for("■ interrupted")
    desk.terminal.wait_for("Half of")


CASES: dict[str, Callable[[Desk], None]] = {
    "first use": first_use,
    "streaming": streaming,
    "stop": stop,
    "retry": retry,
    "wrong key": wrong_key,
    "unknown model": unknown_model,
    "rate limit": rate_limit,
    "too long": context_too_long,
    "cut stream": cut_stream,
}


@pytest.fixture(scope="module")
def passed(request: pytest.FixtureRequest) -> Iterator[set[tuple[str, str]]]:
    """What has been seen to work; at the end it is printed as a table."""
    seen: set[tuple[str, str]] = set()
    yield seen
    rows = [("", *CASES), *((name, *("yes" if (name, case) in seen else "no" for case in CASES)) for name in WIRES)]
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print()
        for first, *others in rows:
            print(f"{first:18}" + "".join(f"{one:15}" for one in others))


@pytest.fixture(scope="module")
def desk(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    wire, home = WIRES[name], tmp_path_factory.mktemp(name)
    with wire.spoken.server() as server:
        server.key = KEY if wire.variable else ""
        if hasattr(server, "models") and wire.variable:
            server.models = {wire.model}
        if not wire.address:
            (home / "config.toml").write_text(f'[providers.{name}]\nbase_url = "{server.base_url}"\n')
        with Terminal(
            [sys.executable, "-m", "tui_chat"], environment=_environment(wire, server, home), columns=120, rows=40
        ) as terminal:
            terminal.wait_for("Type a message")
            terminal.wait_for(model_shown(wire))
            yield Desk(wire, server, terminal)
            written = [bytes(terminal.raw), *(path.read_bytes() for path in home.rglob("*") if path.is_file())]
            assert [one for one in written if KEY.encode() in one] == []


def _environment(wire: Wire, server: OpenAIServer, home: Path) -> dict[str, str]:
    """Return nothing but what any program has, the key, and where the server is."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    ours = {wire.variable: KEY, wire.address: server.base_url, **wire.more}
    return {
        **kept,
        **{name: value for name, value in ours.items() if name},
        "TUI_CHAT_HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


def model_shown(wire: Wire) -> str:
    """Return what the screen shows once the provider answers."""
    return wire.model.replace(".", "\\.")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", WIRES, scope="module")
def test_a_provider(desk: Desk, name: str, case: str, passed: set[tuple[str, str]]) -> None:
    CASES[case](desk)
    assert b"Traceback" not in desk.terminal.raw
    passed.add((name, case))
