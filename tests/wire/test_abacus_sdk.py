"""The official libraries talk to the loopback server: only then the server counts as one.

Abacus.AI's own brings numpy and pandas along, so it lives in an environment of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.wire.abacus_server import MODEL, AbacusServer, fails, message, session
from tests.wire.openai_server import failure, says

SCRIPT = Path(__file__).parent / "abacus_sdk/ask.py"
LIBRARY = "abacusai==1.4.119"


class Sdk:
    """The library in a process that makes one call after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, server: AbacusServer, method: str, *, key: str = "key-1", **arguments: Any) -> Any:
        """Return what a method returns, or the error that it raises."""
        asked = {"server": server.base_url.removesuffix("/v1"), "key": key, "method": method, "arguments": arguments}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return told.get("error", told.get("result"))


@pytest.fixture(scope="module")
def sdk() -> Iterator[Sdk]:
    uv = shutil.which("uv")
    assert uv is not None
    command = [uv, "run", "--quiet", "--no-project", "--isolated", "--with", LIBRARY, "python", str(SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Sdk(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
async def chat(abacus_server: AbacusServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="key-1", base_url=abacus_server.base_url, max_retries=0) as client:
        yield client


def test_it_lists_and_gives_sessions(sdk: Sdk, abacus_server: AbacusServer) -> None:
    abacus_server.add(
        session("s1", "One", message("USER", "Hi", "t1", docIds=["d1"]), message("BOT", "Hello", "t2", isUseful=True)),
        session("s2", "Two", notification="Begin a new one"),
    )
    assert [(one["chat_session_id"], one["name"]) for one in sdk(abacus_server, "list_chat_sessions")] == [
        ("s1", "One"),
        ("s2", "Two"),
    ]
    (newest,) = sdk(abacus_server, "list_chat_sessions", most_recent_per_project=True)
    assert newest["chat_session_id"] == "s2"
    assert newest["notification"] == "Begin a new one"
    one = sdk(abacus_server, "get_chat_session", chat_session_id="s1")
    assert (one["project_id"], one["status"], one["ai_building_in_progress"]) == ("project-1", "ACTIVE", False)
    prompt, reply = one["chat_history"]
    assert (prompt["role"], prompt["text"][0]["segment"], prompt["doc_ids"]) == ("USER", "Hi", ["d1"])
    assert (reply["role"], reply["timestamp"], reply["is_useful"]) == ("BOT", "t2", True)


def test_it_creates_renames_and_exports(sdk: Sdk, abacus_server: AbacusServer) -> None:
    made = sdk(abacus_server, "create_chat_session", project_id="p", name="Mine")
    assert (made["name"], made["project_id"]) == ("Mine", "p")
    session_id = made["chat_session_id"]
    sdk(abacus_server, "rename_chat_session", chat_session_id=session_id, name="Yours")
    assert abacus_server.sessions[session_id]["name"] == "Yours"
    assert "<title>Yours" in sdk(abacus_server, "export_chat_session", chat_session_id=session_id)


def test_it_deletes_a_message_with_its_reply(sdk: Sdk, abacus_server: AbacusServer) -> None:
    texts = [
        message("USER", "A", "t1"),
        message("BOT", "a", "t2"),
        message("USER", "B", "t3"),
        message("BOT", "b", "t4"),
    ]
    abacus_server.add(session("s1", "One", *texts))
    sdk(abacus_server, "delete_chat_message", chat_session_id="s1", message_index=2)
    assert [one["timestamp"] for one in abacus_server.sessions["s1"]["chatHistory"]] == ["t1", "t2"]


def test_it_refuses(sdk: Sdk, abacus_server: AbacusServer) -> None:
    error = sdk(abacus_server, "rename_chat_session", chat_session_id="?", name="Yours")
    assert (error["kind"], error["status"]) == ("DataNotFoundError", 404)
    abacus_server.account_script.append(fails("No such session", "DataNotFoundError"))
    error = sdk(abacus_server, "get_chat_session", chat_session_id="?")
    assert error == {"kind": "DataNotFoundError", "status": 200, "words": "No such session. Request ID: req-test"}
    abacus_server.key = "another"
    error = sdk(abacus_server, "list_chat_sessions")
    assert (error["kind"], error["status"]) == ("GenericPermissionDeniedError", 403)
    assert "Invalid API key" in error["words"]


async def test_it_chats(chat: openai.AsyncOpenAI, abacus_server: AbacusServer) -> None:
    assert [one.id async for one in chat.models.list()] == [MODEL, "gpt-5.1"]
    abacus_server.script(says("Hello", " there"), failure(429, "Slow down"))
    pieces = await chat.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}], stream=True)
    assert "".join([one.choices[0].delta.content or "" async for one in pieces if one.choices]) == "Hello there"
    with pytest.raises(openai.RateLimitError, match="Slow down"):
        await chat.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}])
