"""The official library, driven by node, talks to the loopback server: only then the server counts as one."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.wire.inkeep_server import (
    INTEGRATION,
    InkeepServer,
    beginning,
    chunk,
    citation,
    cited,
    failure,
    invalid,
    says,
)
from tests.wire.openai_server import Reply, hangs_up, page, resets, sends, waits

FOLDER = Path(__file__).parent / "inkeep_sdk"

CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}]}
NEW = {"integrationId": INTEGRATION, "chatSession": CHAT, "stream": True}


@pytest.fixture(scope="module")
def node() -> str:
    """The program that runs the library, which is installed beside its script the first time."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("node and npm are not installed")
    if not (FOLDER / "node_modules/@inkeep").is_dir():
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)
    return found


class Sdk:
    """The library, one process a call."""

    def __init__(self, program: str, server: InkeepServer) -> None:
        self._program = program
        self._server = server

    async def __call__(self, operation: str, *given: Any, **options: Any) -> dict[str, Any]:
        """Return what came of a call; see the script for its form."""
        asked = {"operation": operation, "arguments": given, "serverURL": self._server.base_url, "apiKey": "key-1"}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(self._program, FOLDER / "ask.cjs", stdin=pipe, stdout=pipe)
        output, _ = await process.communicate(json.dumps(asked | options).encode())
        told: dict[str, Any] = json.loads(output)
        return told


@pytest.fixture
def sdk(node: str, inkeep_server: InkeepServer) -> Sdk:
    return Sdk(node, inkeep_server)


def text_of(told: dict[str, Any]) -> str:
    return "".join(one["data"].get("contentChunk", "") for one in told["events"])


async def test_it_creates_and_continues(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(says("Hello", " wörld\u2028"), says("And", " more", finish="length"))
    first = await sdk("create", NEW)
    assert (first["kind"], first["error"]) == ("stream", None)
    assert text_of(first) == "Hello wörld\u2028"
    session = first["events"][0]["data"]["chatSessionId"]
    more = {"integrationId": INTEGRATION, "message": {"role": "user", "content": "More"}, "stream": True}
    second = await sdk("continue", session, more)
    assert text_of(second) == "And more"
    assert second["events"][-1]["data"]["finishReason"] == "length"
    assert [one["content"] for one in inkeep_server.sessions[session]] == [
        "Hi",
        "Hello wörld\u2028",
        "More",
        "And more",
    ]
    assert [one.headers["authorization"] for one in inkeep_server.requests] == ["Bearer key-1"] * 2


async def test_it_answers_in_one_piece(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(
        says("Hello", " world", cites=[citation(1, "https://docs.invalid/start#a", breadcrumbs=["A", "B"])])
    )
    told = await sdk("create", {**NEW, "stream": False})
    assert told["kind"] == "whole"
    assert told["result"]["chatSessionId"] == "chat-1"
    message = told["result"]["message"]
    assert message["content"] == "Hello world"
    (cite,) = message["recordsCited"]["citations"]
    assert (cite["number"], cite["hitUrl"]) == (1, "https://docs.invalid/start#a")
    assert cite["record"]["breadcrumbs"] == ["A", "B"]


async def test_it_cites(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(says("Hello", cites=[citation(1), citation(2, title=None, url=None, type="site")]))
    told = await sdk("create", NEW)
    (event,) = [one for one in told["events"] if one["event"] == "records_cited"]
    assert [(one["number"], one["record"]["type"]) for one in event["data"]["citations"]] == [
        (1, "documentation"),
        (2, "site"),
    ]


async def test_it_takes_what_the_library_sends(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    session = {**CHAT, "guidance": "Be brief", "context": "From the shop", "tags": ["a", "b"]}
    told = await sdk("create", {**NEW, "chatSession": session, "chatMode": "turbo"})
    assert told["error"] is None
    assert inkeep_server.requests[0].body == {
        "integration_id": INTEGRATION,
        "chat_session": {
            "messages": [{"role": "user", "content": "Hi"}],
            "guidance": "Be brief",
            "context": "From the shop",
            "tags": ["a", "b"],
        },
        "chat_mode": "turbo",
        "stream": True,
    }


async def test_it_validates(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    two = {**NEW, "chatSession": {"messages": [{"role": "user", "content": "Hi"}] * 2}}
    told = await sdk("create", two)
    (problem,) = told["error"]["detail"]
    assert problem["loc"] == ["body", "chat_session", "messages"]
    inkeep_server.script(invalid((["body", "chat_mode"], "Unknown mode", "enum"), (["body", 0], "Odd", "value_error")))
    told = await sdk("create", NEW)
    assert told["error"]["name"] == "HTTPValidationError"
    assert told["error"]["detail"] == [
        {"loc": ["body", "chat_mode"], "msg": "Unknown mode", "type": "enum"},
        {"loc": ["body", 0], "msg": "Odd", "type": "value_error"},
    ]


REFUSALS: dict[str, tuple[Reply, int, str]] = {
    "too many": (failure(429, "Slow down", {"Retry-After": "1"}), 429, "Slow down"),
    "overloaded": (failure(503, "Busy"), 503, "Busy"),
    "a page": (page(502), 502, "Welcome to"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_it_refuses(sdk: Sdk, inkeep_server: InkeepServer, name: str) -> None:
    reply, status, words = REFUSALS[name]
    inkeep_server.script(reply)
    error = (await sdk("create", NEW))["error"]
    assert (error["name"], error["statusCode"]) == ("SDKError", status)
    assert words in error["body"]
    assert error["contentType"]


async def test_it_checks_key_integration_and_session(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    more = {"integrationId": INTEGRATION, "message": {"role": "user", "content": "More"}, "stream": True}
    assert (await sdk("continue", "chat-7", more))["error"]["statusCode"] == 404
    assert (await sdk("create", {**NEW, "integrationId": "?"}))["error"]["statusCode"] == 403
    inkeep_server.key = "another"
    assert (await sdk("create", NEW))["error"]["statusCode"] == 401


async def test_a_failed_request_is_repeated_by_the_library(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(failure(503, "Busy"), resets, says("Hello"))
    backoff = {"initialInterval": 1, "maxInterval": 5, "exponent": 1.1, "maxElapsedTime": 5000}
    retries = {"strategy": "backoff", "backoff": backoff, "retryConnectionErrors": True}
    assert text_of(await sdk("create", NEW, retryConfig=retries)) == "Hello"
    assert len(inkeep_server.requests) == 3


@pytest.mark.parametrize("cut", [hangs_up, resets])
async def test_it_cuts_in_the_middle(sdk: Sdk, inkeep_server: InkeepServer, cut: Reply) -> None:
    inkeep_server.script(sends(beginning("Hel"), then=cut))
    told = await sdk("create", NEW)
    assert text_of(told) == "Hel"
    assert told["error"] is not None


async def test_it_is_silent(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(waits)
    assert (await sdk("create", NEW, timeoutMs=1000))["error"]["name"] == "RequestTimeoutError"
    assert inkeep_server.disconnected.wait(30)


async def test_it_sends_pieces_of_any_size(sdk: Sdk, inkeep_server: InkeepServer) -> None:
    body = b"".join([*beginning("Hel", "lö"), cited(citation()), chunk(finish="stop")])
    inkeep_server.script(sends(bytes([byte]) for byte in body))
    told = await sdk("create", NEW)
    assert text_of(told) == "Hellö"
    assert [one["event"] for one in told["events"]][-2:] == ["records_cited", "message_chunk"]
