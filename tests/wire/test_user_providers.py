"""What a table of ``config.toml`` says about a provider holds on the wire, whatever the protocol."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import tomlkit
import trustme

from tests.wire.asking import ask, fail, request, text_of
from tests.wire.openai_server import OpenAIServer, failure, sends, waits
from tests.wire.protocols import KEY, Wire
from tests.wire.proxy import Proxy
from tui_chat.chat.services import Options, Services
from tui_chat.clients.base import ChatClient
from tui_chat.config import paths
from tui_chat.domain.errors import TimedOut
from tui_chat.domain.events import Retrying

HELLO = "Hello from the test server."


@asynccontextmanager
async def configured(**tables: Mapping[str, object]) -> AsyncIterator[Services]:
    """Give the services of a run with these providers in the config."""
    path = paths.config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tomlkit.dumps({"providers": tables}))
    services = Services.start(Options(is_temporary=True))
    assert services.trouble is None
    try:
        yield services
    finally:
        await services.aclose()


def table(wire: Wire, server: OpenAIServer, **more: object) -> dict[str, object]:
    """Return what has to be said of a test server, and more."""
    about = {"protocol": wire.protocol.value, "base_url": server.base_url, "key_header": wire.key_header}
    body = {**dict(wire.body), **_table(more.pop("body", {}))}
    return {**about, **({"body": body} if body else {}), "key_variable": "LAB_KEY", **more}


def _table(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_KEY", KEY)


async def lab(services: Services) -> ChatClient:
    return await services.client("lab")


async def test_address_key_headers_and_body_are_sent(wire: Wire, wire_server: OpenAIServer) -> None:
    wire_server.key = KEY
    more = table(wire, wire_server, headers={"X-Team": "blue", "User-Agent": "lab"}, body={"metadata": {"a": "b"}})
    async with configured(lab=more) as services:
        assert text_of(await ask(await lab(services))) == HELLO
        assert await (await lab(services)).is_authenticated()
    sent = wire_server.chats[0]
    assert sent.body["metadata"] == {"a": "b"}
    assert (sent.headers["x-team"], sent.headers["user-agent"]) == ("blue", "lab")
    assert KEY in sent.headers[wire.key_header.lower()]


async def test_the_key_may_come_from_a_command(wire: Wire, wire_server: OpenAIServer, tmp_path: Path) -> None:
    wire_server.key = "sk-of-the-safe-1"
    safe = tmp_path / "safe"
    safe.write_text("sk-of-the-past-0\n")
    async with configured(lab=table(wire, wire_server, api_key_command=f"cat '{safe}'")) as services:
        client = await lab(services)
        assert not await client.is_authenticated()
        safe.write_text("sk-of-the-safe-1\n")
        assert text_of(await ask(client)) == HELLO
        credentials = await client.refresh()
    assert (credentials.masked, credentials.source, credentials.is_valid) == ("…fe-1", "api_key_command", True)


async def test_a_header_may_carry_the_key_instead(wire: Wire, wire_server: OpenAIServer) -> None:
    wire_server.key = KEY
    value = f"Bearer {KEY}" if wire.key_header == "Authorization" else KEY
    said = table(wire, wire_server, key_variable="NOT_SET_KEY", headers={wire.key_header.lower(): value})
    async with configured(lab=said) as services:
        assert text_of(await ask(await lab(services))) == HELLO


async def test_several_accounts_of_one_vendor_answer_side_by_side(
    wire: Wire, wire_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME_KEY", "sk-of-home-0001")
    home = table(wire, wire_server, key_variable="HOME_KEY")
    async with configured(lab=table(wire, wire_server), home=home) as services:
        for name in ("lab", "home", "lab"):
            assert text_of(await ask(await services.client(name))) == HELLO
    sent = [chat.headers[wire.key_header.lower()].removeprefix("Bearer ") for chat in wire_server.chats]
    assert sent == [KEY, "sk-of-home-0001", KEY]


async def test_its_proxy_is_used(wire: Wire, wire_server: OpenAIServer) -> None:
    far = wire_server.base_url.replace("127.0.0.1", "far.invalid")
    with Proxy(wire_server.port) as proxy:
        async with configured(lab=table(wire, wire_server, base_url=far, proxy=proxy.address)) as services:
            assert text_of(await ask(await lab(services))) == HELLO
    assert len(proxy.asked) == 1


async def test_its_certificates_are_trusted(wire: Wire, wire_server: OpenAIServer, tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    wire_server.use_tls(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    async with configured(lab=table(wire, wire_server, ca_bundle=str(bundle))) as services:
        assert text_of(await ask(await lab(services))) == HELLO


async def test_its_timeouts_hold(wire: Wire, wire_server: OpenAIServer) -> None:
    wire_server.script(waits, sends(wire.beginning("Hel"), media_type=wire.media_type, then=waits))
    limits = {"timeouts": {"first_byte": 0.5, "silence": 0.2}, "retries": {"attempts": 1}}
    async with configured(lab=table(wire, wire_server, **limits)) as services:
        for sentence in ("lab has not answered for 0.5 s", "lab has been silent for 0.2 s"):
            _, error = await fail(await lab(services))
            assert (type(error), error.text) == (TimedOut, sentence)


async def test_its_retries_hold(wire: Wire, wire_server: OpenAIServer) -> None:
    wire_server.script(*[failure(501, "Not yet")] * 4)
    retries = {"attempts": 5, "initial": 0.001, "statuses": [501]}
    async with configured(lab=table(wire, wire_server, retries=retries)) as services:
        events = await ask(await lab(services))
        wire_server.script(failure(503, "Busy"))
        _, error = await fail(await lab(services))
    assert [event.attempt for event in events if isinstance(event, Retrying)] == [2, 3, 4, 5]
    assert error.status == 503
    assert len(wire_server.chats) == 6


async def test_its_models_and_prices_are_known(wire: Wire, wire_server: OpenAIServer) -> None:
    models = {"big-1": {"context_window": 9000, "input_price": 1.5, "output_price": 3, "capabilities": ["images"]}}
    async with configured(lab=table(wire, wire_server, models=models, default_model="big-1")) as services:
        assert await services.default_model("lab") == "big-1"
        (big, *_) = services.models.offered("lab")
        await (await lab(services)).send(request())
    assert (big.name, big.context_window, big.input_price, big.can("images")) == ("big-1", 9000, 1.5, True)
