"""How the connection of a provider is made: proxies and certificates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wire.openai_server import OpenAIServer
from tui_chat.clients.transport import Transport
from tui_chat.domain.errors import ConnectionFailed, ModelNotFound
from tui_chat.domain.providers import Provider


async def get(provider: Provider) -> bytes:
    transport = Transport(provider)
    try:
        async with transport.send("GET", "models") as answer:
            return await answer.read()
    finally:
        await transport.aclose()


@pytest.mark.parametrize("by_environment", [True, False])
async def test_a_proxy_is_used(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    address = openai_server.base_url.removesuffix("/v1")
    if by_environment:
        monkeypatch.setenv("HTTP_PROXY", address)
    far = Provider(name="p", label="P", base_url="http://far.invalid/v1", proxy="" if by_environment else address)
    with pytest.raises(ModelNotFound):
        await get(far)
    assert [request.path for request in openai_server.requests] == ["http://far.invalid/v1/models"]


async def test_no_proxy_is_honoured(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", openai_server.base_url)
    monkeypatch.setenv("NO_PROXY", "far.invalid")
    with pytest.raises(ConnectionFailed, match=r"far\.invalid cannot be found"):
        await get(Provider(name="p", label="P", base_url="http://far.invalid/v1"))
    assert openai_server.requests == []


async def test_loopback_never_goes_through_a_proxy(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    near = Provider(name="p", label="P", base_url=openai_server.base_url, proxy="http://127.0.0.1:9")
    assert b"test-model" in await get(near)


def test_a_proxy_of_an_unknown_kind_is_said() -> None:
    provider = Provider(name="p", label="P", base_url="https://far.invalid/v1", proxy="carrier-pigeon://x")
    with pytest.raises(ConnectionFailed, match="The proxy for P cannot be used"):
        Transport(provider)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_said(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    provider = Provider(name="p", label="P", base_url="https://far.invalid/v1", ca_bundle=str(bundle))
    with pytest.raises(ConnectionFailed, match="The certificates for P cannot be read"):
        Transport(provider)
