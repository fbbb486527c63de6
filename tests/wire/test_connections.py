"""How any protocol is spoken through TLS and through proxies, sound and broken ones."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.wire.asking import ask, fail, free_port, text_of
from tests.wire.openai_server import OpenAIServer, page, resets, sends
from tests.wire.protocols import KEY, Wire, keeps
from tests.wire.proxy import Proxy
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import ConnectionFailed, Overloaded
from tui_chat.domain.providers import Provider, Retries

HELLO = "Hello from the test server."

#: A host that nothing but a proxy leads to.
FAR = "far.invalid"


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs certificates here; nobody else trusts it."""
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """A file that says that the authority is to be trusted."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def proxy(wire_server: OpenAIServer) -> Iterator[Proxy]:
    """A proxy that leads to the test server."""
    with Proxy(wire_server.port) as running:
        yield running


def secure(server: OpenAIServer, authority: trustme.CA, host: str = "127.0.0.1", *, until: int = 1) -> None:
    """Let a server speak TLS with a certificate for a host, which is valid for so many days."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_after=datetime.now(UTC) + timedelta(days=until)).configure_cert(context)
    server.use_tls(context)


@asynccontextmanager
async def connected(wire: Wire, provider: Provider, **changes: object) -> AsyncIterator[HTTPClient]:
    """Give an open client of a changed provider that is asked only once."""
    changed = provider.model_copy(update={"retries": Retries(attempts=1), **changes})
    async with wire.client(changed, keeps(KEY)) as client:
        yield client


@pytest.mark.parametrize("by_environment", [True, False])
async def test_a_certificate_may_be_trusted_by_a_file(
    wire: Wire,
    wire_server: OpenAIServer,
    authority: trustme.CA,
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    by_environment: bool,
) -> None:
    secure(wire_server, authority)
    if by_environment:
        monkeypatch.setenv("SSL_CERT_FILE", bundle)
    async with connected(wire, wire.provider(wire_server), ca_bundle="" if by_environment else bundle) as client:
        assert await client.is_authenticated()
        assert text_of(await ask(client)) == HELLO


@pytest.mark.parametrize(
    ("host", "until", "is_known"), [("127.0.0.1", 1, False), ("other.invalid", 1, True), ("127.0.0.1", -1, True)]
)
async def test_a_certificate_that_cannot_be_trusted_is_said(
    wire: Wire, wire_server: OpenAIServer, authority: trustme.CA, bundle: str, host: str, until: int, is_known: bool
) -> None:
    secure(wire_server, authority, host, until=until)
    async with connected(wire, wire.provider(wire_server), ca_bundle=bundle if is_known else "") as client:
        _, error = await fail(client)
    assert isinstance(error, ConnectionFailed)
    assert error.text == "The certificate of Acme is not trusted"
    assert "SSL_CERT_FILE" in error.advice
    assert not error.can_retry
    assert wire_server.requests == []


async def test_no_secure_connection_is_said(wire: Wire, wire_provider: Provider, wire_server: OpenAIServer) -> None:
    async with connected(wire, wire_provider, base_url=wire_server.base_url.replace("http:", "https:")) as client:
        _, error = await fail(client)
    assert (type(error), error.text) == (ConnectionFailed, "No secure connection to Acme")


async def test_a_proxy_hands_on_what_is_asked(wire: Wire, wire_provider: Provider, proxy: Proxy) -> None:
    far = wire_provider.base_url.replace("127.0.0.1", FAR)
    async with connected(wire, wire_provider, base_url=far, proxy=proxy.address) as client:
        assert text_of(await ask(client)) == HELLO
    assert all(asked.startswith(f"POST http://{FAR}:") for asked in proxy.asked)
    assert len(proxy.asked) == 1


async def test_a_proxy_opens_a_tunnel_that_it_cannot_look_into(
    wire: Wire, wire_server: OpenAIServer, proxy: Proxy, authority: trustme.CA, bundle: str
) -> None:
    secure(wire_server, authority, FAR)
    far = wire_server.base_url.replace("127.0.0.1", FAR)
    provider = wire.provider(wire_server)
    async with connected(wire, provider, base_url=far, proxy=proxy.address, ca_bundle=bundle) as client:
        assert text_of(await ask(client)) == HELLO
    assert proxy.asked == [f"CONNECT {FAR}:{wire_server.port}"]
    assert KEY.encode() not in b"".join(proxy.heads)


@pytest.mark.parametrize(
    ("scheme", "status"),
    [
        ("http", "407 Proxy Authentication Required"),
        ("https", "407 Proxy Authentication Required"),
        ("https", "403 Forbidden"),
    ],
)
async def test_a_proxy_that_refuses_is_said(
    wire: Wire, wire_provider: Provider, proxy: Proxy, scheme: str, status: str
) -> None:
    proxy.refusal = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    far = wire_provider.base_url.replace("http://127.0.0.1", f"{scheme}://{FAR}")
    async with connected(wire, wire_provider, base_url=far, proxy=proxy.address) as client:
        _, error = await fail(client)
    assert isinstance(error, ConnectionFailed)
    assert error.text == "The proxy does not let requests to Acme pass"


@pytest.mark.parametrize("by_environment", [True, False])
async def test_a_proxy_that_is_not_there_is_said(
    wire: Wire, wire_provider: Provider, monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    place = f"127.0.0.1:{free_port()}"
    address = f"http://me:secret@{place}"
    if by_environment:
        monkeypatch.setenv("HTTP_PROXY", address)
    far = wire_provider.base_url.replace("127.0.0.1", FAR)
    async with connected(wire, wire_provider, base_url=far, proxy="" if by_environment else address) as client:
        _, error = await fail(client)
    assert isinstance(error, ConnectionFailed)
    assert error.text == f"The proxy http://{place} cannot be reached, through which Acme is asked"
    assert "NO_PROXY" in error.advice
    assert "secret" not in repr(vars(error))


async def test_a_proxy_that_cuts_is_said(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer, proxy: Proxy
) -> None:
    wire_server.script(sends(wire.beginning("Hel"), media_type=wire.media_type, then=resets))
    far = wire_provider.base_url.replace("127.0.0.1", FAR)
    async with connected(wire, wire_provider, base_url=far, proxy=proxy.address) as client:
        events, error = await fail(client)
    assert (text_of(events), error.text) == ("Hel", "The connection to Acme was cut")


async def test_the_page_of_a_proxy_gives_its_title(
    wire: Wire, wire_provider: Provider, wire_server: OpenAIServer, proxy: Proxy
) -> None:
    wire_server.script(page(502))
    far = wire_provider.base_url.replace("127.0.0.1", FAR)
    async with connected(wire, wire_provider, base_url=far, proxy=proxy.address) as client:
        _, error = await fail(client)
    assert (type(error), error.server_words) == (Overloaded, "Welcome to the proxy")
