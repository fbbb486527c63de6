"""The one place that speaks HTTP: makes the connection that a provider describes, and maps what goes wrong.

Three limits hold: for connecting, until the first byte of an answer, and for silence inside one. The latter two are
kept here, since httpx has only one limit for all reading.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType

import anyio
import httpx

from tui_chat import __version__
from tui_chat.clients import failures
from tui_chat.clients.gathering import gathered
from tui_chat.clients.proxies import is_loopback
from tui_chat.clients.words import read_words
from tui_chat.domain.errors import BadStream, ConnectionFailed, ProviderError
from tui_chat.domain.providers import Provider

#: Bytes of an error's body that are read.
ERROR_BODY = 64 * 1024

#: Seconds that the body of an error may take.
ERROR_BODY_SECONDS = 5.0

#: Bytes of an answer that is read as a whole.
WHOLE_BODY = 32 * 1024 * 1024

#: The headers of protocols that need none of their own.
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Answer:
    """An answer whose body is still to be read.

    Attributes:
        status: The HTTP status.
        silence: Seconds between two pieces of the body; may be lowered while they come.
    """

    def __init__(self, provider: Provider, response: httpx.Response, deadline: float | None, key: str) -> None:
        self._provider = provider
        self._response = response
        self._deadline = deadline
        self._key = key
        self.status = response.status_code
        self.silence = provider.timeouts.silence

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it comes.

        Raises:
            TimedOut: if the first piece, or the next one, is too long in coming.
            ConnectionFailed: if the connection was cut.
            BadStream: if the body cannot be unpacked.
        """
        limit = asyncio.timeout_at(self._deadline)
        has_begun = False
        async with aclosing(gathered(self._response.aiter_bytes())) as body:
            while True:
                try:
                    async with limit:
                        piece = await anext(body, None)
                except TimeoutError:
                    timeouts = self._provider.timeouts
                    if has_begun:
                        raise failures.fell_silent(self._provider, self.silence) from None
                    raise failures.no_answer(self._provider, timeouts.first_byte) from None
                except httpx.HTTPError as error:
                    raise failures.from_exception(self._provider, error, key=self._key, has_begun=has_begun) from error
                if piece is None:
                    return
                has_begun = True
                yield piece
                limit = asyncio.timeout(self.silence)

    async def read(self) -> bytes:
        """Return the whole body.

        Raises:
            ProviderError: as `pieces`; `BadStream` too if the body is longer than 32 MB.
        """
        body = bytearray()
        async with aclosing(self.pieces()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > WHOLE_BODY:
                    raise BadStream(f"{self._provider.label} sent far too much", provider=self._provider.name)
        return bytes(body)


def prepare(provider: Provider, key: str, headers: Mapping[str, str] = NO_HEADERS) -> Transport:
    """Make a connection together with all that its first request would load, to be called in a thread.

    Certificates and httpx's own late imports take some 100 ms, in which the screen must not stand still.
    """
    _load_event_loop_support()
    return Transport(provider, key, headers)


@cache
def _load_event_loop_support() -> None:
    anyio.run(anyio.sleep, 0)


class Transport:
    """The connection to one provider.

    Attributes:
        provider: Where to.
        key: The key that is sent; empty for none.
    """

    def __init__(self, provider: Provider, key: str = "", headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Make ready; nothing is sent yet.

        Args:
            provider: Where to. Its headers win over all others.
            key: The key to send.
            headers: Those that the protocol wants.

        Raises:
            ConnectionFailed: if the address, the proxy or the certificates cannot be used.
        """
        self.provider = provider
        self.key = key
        self._wanted = headers
        self._client = _http_client(provider)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def send(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, model: str = ""
    ) -> AsyncIterator[Answer]:
        """Send a request and give its answer, which is closed at the end of the block.

        Args:
            method: ``GET``, ``POST``, …
            path: Below the provider's base URL.
            body: Sent as JSON.
            model: The model that is asked for, to name it if it is not known.

        Raises:
            ProviderError: if no answer came in time, or its status is not a 2xx.
        """
        try:
            async with self._send(method, path, body, model) as answer:
                yield answer
        except ProviderError as error:
            failures.hide_secrets(error, self.provider)
            raise

    @asynccontextmanager
    async def _send(
        self, method: str, path: str, body: Mapping[str, object] | None, model: str
    ) -> AsyncIterator[Answer]:
        first_byte = self.provider.timeouts.first_byte
        deadline = None if first_byte is None else asyncio.get_running_loop().time() + first_byte
        try:
            # The client must not be able to fail on what a user typed: lone surrogates become question marks.
            content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
            request = self._client.build_request(method, path, content=content, headers=self._headers())
            async with asyncio.timeout_at(deadline):
                response = await self._client.send(request, stream=True)
        except TimeoutError:
            raise failures.no_answer(self.provider, first_byte) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise failures.from_exception(self.provider, error, key=self.key) from error
        try:
            answer = Answer(self.provider, response, deadline, self.key)
            if not response.is_success:
                raise await self._refusal(answer, response, model)
            yield answer
        finally:
            await response.aclose()

    def _headers(self) -> httpx.Headers:
        headers = httpx.Headers(
            {
                "Accept": "application/json",
                # Packed streams arrive in lumps, and a small one may unpack to something huge.
                "Accept-Encoding": "identity",
                "Content-Type": "application/json",
                "User-Agent": f"tui-chat/{__version__}",
                **self._wanted,
            }
        )
        if self.key:
            if not (self.key.isascii() and self.key.isprintable()):
                raise failures.odd_key(self.provider)
            header = self.provider.key_header
            headers[header] = f"Bearer {self.key}" if header.lower() == "authorization" else self.key
        headers.update(self.provider.headers)
        return headers

    async def _refusal(self, answer: Answer, response: httpx.Response, model: str) -> ProviderError:
        body = b""
        try:
            async with asyncio.timeout(ERROR_BODY_SECONDS), aclosing(answer.pieces()) as pieces:
                async for piece in pieces:
                    body += piece
                    if len(body) >= ERROR_BODY:
                        break
        except (TimeoutError, ProviderError):
            pass  # the status says enough
        return failures.from_status(
            self.provider,
            answer.status,
            read_words(body, self.key),
            key=self.key,
            headers=response.headers,
            url=str(response.url.copy_with(userinfo=b"")),
            model=model,
        )


def _http_client(provider: Provider) -> httpx.AsyncClient:
    try:
        is_local = is_loopback(httpx.URL(provider.base_url).host)
        return httpx.AsyncClient(
            base_url=provider.base_url,
            timeout=httpx.Timeout(None, connect=provider.timeouts.connect),
            verify=_certificates(provider),
            # What runs on this machine is never asked through a proxy.
            proxy=None if is_local else provider.proxy or None,
            trust_env=not is_local,
        )
    except httpx.InvalidURL as error:
        raise failures.from_exception(provider, error) from error
    except OSError as error:
        raise ConnectionFailed(
            f"The certificates for {provider.label} cannot be read",
            advice="Check the files named in SSL_CERT_FILE and in the provider's ca_bundle.",
            provider=provider.name,
        ) from error
    except (ValueError, ImportError) as error:
        raise ConnectionFailed(
            f"The proxy for {provider.label} cannot be used",
            advice="Check the provider's proxy, HTTP_PROXY and HTTPS_PROXY; http:// and https:// proxies are known.",
            provider=provider.name,
        ) from error


def _certificates(provider: Provider) -> ssl.SSLContext:
    if provider.base_url.lower().startswith("http://"):
        # No certificate will be asked for, and reading the usual ones takes longer than a local server's answer.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context()
    if provider.ca_bundle:
        context.load_verify_locations(Path(provider.ca_bundle).expanduser())
    return context
