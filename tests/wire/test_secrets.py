"""A key is planted, and looked for in everything that is written or shown, whatever the protocol."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import tomlkit

from tests.terminal.harness import Terminal
from tests.wire.openai_server import Exchange, OpenAIServer, Reply, failure, sends, whole
from tests.wire.protocols import WIRES, Wire
from tui_chat.chat.functions import export_session, send, session_to_dict
from tui_chat.chat.provider_states import check, provider_states
from tui_chat.chat.services import Options, Services
from tui_chat.config import paths
from tui_chat.domain.errors import ChatError
from tui_chat.exporters.registry import EXPORTERS

#: The planted key, and the part of it that must be nowhere. The last four characters may be shown.
KEY = "sk-planted-Xq7Zt2Vb9Lm4-9876"
SECRET = "planted-Xq7Zt2Vb9Lm4"

#: What servers say when they give a key away.
TELLTALES: dict[str, Callable[[Wire], Reply]] = {
    "wrong key": lambda wire: failure(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key"),
    "no right": lambda wire: failure(403, f"{KEY} may not do this"),
    "bad request": lambda wire: whole({"detail": [{"loc": ["header", KEY], "msg": f"Bad {KEY}", "type": KEY}]}, 422),
    "trouble": lambda wire: whole({"error": {"message": KEY, "type": KEY, "code": KEY, "param": KEY}}, 500),
    "a request id": lambda wire: failure(500, "Oh", headers={"x-request-id": KEY, "request-id": KEY}),
    "moved": lambda wire: whole({}, 307, {"Location": f"https://far.invalid/?key={KEY}"}),
    "a page": lambda wire: lambda exchange: _page(exchange),
    "plain text": lambda wire: sends([f"What is {KEY}?".encode()], media_type="text/plain"),
    "an error in the stream": lambda wire: _then(wire, json.dumps({"error": {"message": f"Key {KEY} was revoked"}})),
    "no JSON in the stream": lambda wire: _then(wire, f"Key {KEY}"),
}


def _page(exchange: Exchange) -> None:
    text = f"<html><title>{KEY}</title><p>{KEY}</p></html>".encode()
    exchange.send_whole(502, text, "text/html")


def _then(wire: Wire, line: str) -> Reply:
    """Reply with the beginning of a stream and a line after it."""
    piece = f"{line}\n" if wire.media_type != "text/event-stream" else f"data: {line}\n\n"
    return sends([*wire.beginning("Hel"), piece.encode()], media_type=wire.media_type)


@pytest.fixture
def config(wire: Wire, wire_server: OpenAIServer) -> Path:
    """A config with a provider called lab that is tried once, and has its key where a test puts it."""
    path = paths.config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    lab = {
        "protocol": wire.protocol.value,
        "base_url": wire_server.base_url,
        "key_header": wire.key_header,
        "key_variable": "LAB_KEY",
        "default_model": "test-model",
        "body": dict(wire.body),
        "retries": {"attempts": 2, "initial": 0.001},
    }
    path.write_text(tomlkit.dumps({"providers": {"lab": lab}}))
    return path


@pytest.fixture
async def services(config: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Services]:
    monkeypatch.setenv("LAB_KEY", KEY)
    opened = Services.start(Options(provider="lab"))
    await opened.library.open()
    yield opened
    await opened.aclose()


def written() -> str:
    """Return all that stands in files."""
    folder = paths.history_path().parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


@pytest.mark.parametrize("name", TELLTALES)
async def test_a_key_that_the_server_gives_away_is_nowhere(
    wire: Wire, wire_server: OpenAIServer, services: Services, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    wire_server.reply = TELLTALES[name](wire)
    with pytest.raises(ChatError) as caught:
        await send("Hi", services=services)
    shown = [caught.value.sentence, repr(caught.value), repr(vars(caught.value))]
    session = await session_to_dict("last", services=services)
    assert session["messages"][-1]["error"]["text"] == caught.value.text
    shown.append(json.dumps(session))
    shown += [str(await export_session("last", one, services=services)) for one in EXPORTERS if one != "pdf"]
    shown.append(json.dumps([state.to_dict() for state in provider_states(services)]))
    # What is under httpx logs answers as they came, once somebody asks it to.
    shown += [record.getMessage() for record in caplog.records if not record.name.startswith("httpcore")]
    shown.append(written())
    assert [text for text in shown if SECRET in text] == []


async def test_a_key_is_nowhere_when_all_is_well(
    services: Services, wire_server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire_server.key = KEY
    await send("Hi", services=services)
    credentials = await check(services, "lab")
    assert credentials.is_valid
    assert [text for text in (repr(credentials), written(), caplog.text) if SECRET in text] == []


async def test_a_refused_key_is_remembered_without_it(services: Services, wire_server: OpenAIServer) -> None:
    wire_server.key = "another"
    assert (await check(services, "lab")).is_valid is False
    (lab,) = [state for state in provider_states(services) if state.provider.name == "lab"]
    assert lab.trouble is not None
    assert SECRET not in repr(lab.to_dict())
    assert SECRET not in written()


@pytest.mark.parametrize("name", ["wrong key", "a page"])
async def test_a_key_in_a_header_of_ones_own_is_hidden_too(
    wire: Wire, wire_server: OpenAIServer, config: Path, name: str
) -> None:
    document = tomlkit.parse(config.read_text())
    table = document["providers"]["lab"]
    table["headers"] = {wire.key_header: f"Bearer {KEY}" if wire.key_header == "Authorization" else KEY}
    config.write_text(tomlkit.dumps(document))
    wire_server.reply = TELLTALES[name](wire)
    with pytest.raises(ChatError) as caught:
        await send("Hi", provider="lab")
    assert KEY in repr(wire_server.chats[0].headers)
    config.unlink()
    assert SECRET not in repr(vars(caught.value))
    assert SECRET not in written()


@pytest.mark.parametrize("name", ["bad request", "an error in the stream"])
async def test_another_header_that_lets_in_is_hidden_too(
    wire: Wire, wire_server: OpenAIServer, config: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("LAB_KEY", "sk-of-no-interest")
    document = tomlkit.parse(config.read_text())
    document["providers"]["lab"]["headers"] = {"X-Gateway-Token": KEY, "X-Team": "blue"}
    config.write_text(tomlkit.dumps(document))
    wire_server.reply = TELLTALES[name](wire)
    with pytest.raises(ChatError) as caught:
        await send("Hi", provider="lab")
    assert wire_server.chats[0].headers["x-gateway-token"] == KEY
    config.unlink()
    assert SECRET not in repr(caught.value) + repr(vars(caught.value))
    assert SECRET not in written()


async def test_the_password_of_an_address_is_hidden_too(
    wire_server: OpenAIServer, config: Path, monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    monkeypatch.setenv("LAB_KEY", "sk-of-no-interest")
    config.write_text(config.read_text().replace("http://", f"http://me:{KEY}@"))
    wire_server.reply = TELLTALES["moved"](wire)
    services = Services.start(Options(provider="lab"))
    with pytest.raises(ChatError) as caught:
        await send("Hi", services=services)
    (lab,) = [state for state in provider_states(services) if state.provider.name == "lab"]
    assert KEY in lab.provider.base_url
    await services.aclose()
    config.unlink()
    assert SECRET not in repr(caught.value) + repr(vars(caught.value)) + repr(lab.to_dict())
    assert SECRET not in written()


def program(*arguments: str, key: str = KEY) -> str:
    """Return all that the program says in a shell."""
    done = subprocess.run(
        [sys.executable, "-m", "tui_chat", *arguments],
        env=environment(key),
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout + done.stderr


def environment(key: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TUI_CHAT_HOME", "PYTHON_KEYRING_BACKEND")}
    return {**kept, "LAB_KEY": key, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(Path.cwd())}


@pytest.mark.usefixtures("config")
def test_the_command_line_never_prints_a_key(wire: Wire, wire_server: OpenAIServer) -> None:
    wire_server.reply = TELLTALES["wrong key"](wire)
    said = program("ask", "--provider", "lab", "Hi")
    assert "lab does not accept the key" in said
    assert SECRET not in said
    assert SECRET not in written()


#: A program with a bug right where the key is at hand.
BROKEN = """
import sys
from tui_chat.clients.transport import Transport

def broken(self):
    key, headers = self.key, {self.provider.key_header: self.key}
    raise RuntimeError("A bug")

Transport._headers = broken
from tui_chat.cli.main import main
sys.argv = ["tui-chat", "--provider", "lab"]
main()
"""


# What is shown of a crash does not depend on the protocol, but the ways to send a key do.
@pytest.mark.parametrize("wire", [WIRES[0], WIRES[2]], ids=str, indirect=True)
@pytest.mark.usefixtures("config", "wire_server")
def test_a_crash_shows_no_key_and_nothing_that_was_said() -> None:
    with Terminal([sys.executable, "-c", BROKEN], environment=environment(KEY)) as terminal:
        terminal.wait_for("Type a message")
        terminal.keys("hushhush", "<enter>")
        assert terminal.wait_exit() != 0
        tail = bytes(terminal.raw).decode("utf-8", "replace").rpartition("\x1b[?1049l")[2]
    assert "A bug" in tail
    assert "Traceback" in tail
    assert "hushhush" not in tail
    assert SECRET not in bytes(terminal.raw).decode("utf-8", "replace")
    assert SECRET not in written()
