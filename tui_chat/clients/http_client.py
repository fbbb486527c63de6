"""What every client over HTTP does alike: the key, the connection, the running streams, another try with a new key."""

from __future__ import annotations

import asyncio
import re
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import ClassVar
from urllib.parse import quote

from tui_chat.clients import failures
from tui_chat.clients.base import NO_KEY, ChatClient, Key, KeySource, no_key
from tui_chat.clients.retries import with_retries
from tui_chat.clients.running import RunningStreams
from tui_chat.clients.transport import NO_HEADERS, Answer, Transport, prepare
from tui_chat.domain.errors import AuthenticationFailed, ConnectionFailed, RequestRejected
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.providers import Credentials, ModelInfo, Provider, masked
from tui_chat.domain.requests import ChatRequest

#: Pages of the list of models that are read, of up to 1,000 models each.
MOST_PAGES = 20


class HTTPClient(ChatClient):
    """The life cycle of a client over HTTP; a protocol adds `models` and `_attempt`.

    A closed client ends its running streams: they stop without `Finished`.
    """

    headers: ClassVar[Mapping[str, str]] = NO_HEADERS
    """What the protocol wants with every request."""

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._key = NO_KEY
        self._transport: Transport | None = None
        self._running = RunningStreams(provider)

    @classmethod
    def prepare(cls, provider: Provider) -> None:
        """Load certificates and what httpx imports late."""
        prepare(provider, "")

    async def open(self) -> None:
        """Read the key and make ready; nothing is sent yet.

        Raises:
            ConnectionFailed: if the address, the proxy or the certificates cannot be used.
        """
        if self._transport is not None:
            return
        key = await self._ask_for_key()
        transport = await asyncio.to_thread(prepare, self.provider, key.value, self.headers)
        self._key, self._transport = key, transport

    async def aclose(self) -> None:
        """End running streams and let go of connections."""
        transport, self._transport = self._transport, None
        await self._running.end()
        if transport is not None:
            await transport.aclose()

    async def is_authenticated(self) -> bool:
        """Ask for the list of models, and tell whether the key was accepted; a missing one is not even tried."""
        if self._lacks_key():
            return False
        try:
            await self.models()
        except AuthenticationFailed:
            return False
        return True

    async def refresh(self) -> Credentials:
        """Read the key anew and check it."""
        await self._read_key()
        is_valid = await self.is_authenticated()
        return Credentials(masked=masked(self._key.value), source=self._key.source, is_valid=is_valid)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """Send a request and yield what comes back; see the base class."""
        events = with_retries(lambda: self._attempt(request), request.retries or self.provider.retries)
        async with aclosing(self._running.run(events, request.timeout)) as running:
            async for event in running:
                yield event

    @abstractmethod
    def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """Send a request once and yield what comes back."""

    async def _get(self, path: str) -> bytes:
        """Return what stands at a path below the base URL."""
        await self._need_key()
        async with self._connected().send("GET", path) as answer:
            return await answer.read()

    async def _get_pages(
        self, path: str, parameter: str, read: Callable[[Provider, bytes], tuple[list[ModelInfo], str]]
    ) -> list[ModelInfo]:
        """Return the models of a list that comes in pages.

        Args:
            path: Below the provider's base URL, with parameters.
            parameter: Names the page; the first needs none.
            read: Returns the models of a page, and what names the next one; empty if there is none.
        """
        found: list[ModelInfo] = []
        following = ""
        for _ in range(MOST_PAGES):
            wanted = f"&{parameter}={quote(following, safe='')}" if following else ""
            page, following = read(self.provider, await self._get(f"{path}{wanted}"))
            found += page
            if not following:
                break
        return found

    def _version_before(self, usual: str) -> str:
        """Return the version as it stands before each path; empty if the base URL ends with one."""
        return "" if re.search(r"/v\d+\w*/?$", self.provider.base_url) else usual

    @asynccontextmanager
    async def _post(
        self,
        path: str,
        make_body: Callable[[], dict[str, object]],
        *,
        model: str,
        learn: Callable[[RequestRejected, dict[str, object]], None] = lambda error, body: None,
    ) -> AsyncIterator[Answer]:
        """Send a request until it is accepted: with a new key, or without what the server does not take.

        Args:
            path: Below the provider's base URL.
            make_body: Makes the body, anew for each try.
            model: The model that is asked for.
            learn: Takes in why a body was rejected, so that the next may differ. Several may learn at once.
        """
        await self._need_key()
        may_refresh = True
        while True:
            has_begun = False
            body = make_body()
            try:
                async with self._connected().send("POST", path, body, model=model) as answer:
                    has_begun = True
                    yield answer
                return
            except AuthenticationFailed:
                if has_begun or not may_refresh or not await self._read_key():
                    raise
                may_refresh = False
            except RequestRejected as error:
                if has_begun:
                    raise
                learn(error, body)
                if make_body() == body:
                    raise

    async def _read_key(self) -> bool:
        """Read the key from its source; return whether it is another one than before."""
        before, self._key = self._key, await self._ask_for_key()
        self._connected().key = self._key.value
        return before.value != self._key.value

    async def _ask_for_key(self) -> Key:
        key = await self._key_source()
        return Key(key.value.strip(), key.source) if key.value.strip() else self._key_in_headers()

    def _key_in_headers(self) -> Key:
        """Return the key that the provider's own headers carry, which has to be kept out of sight like any other."""
        wanted = self.provider.key_header.lower()
        found = next((value for name, value in self.provider.headers.items() if name.lower() == wanted), "")
        return Key(found.removeprefix("Bearer ").strip(), "headers") if found else NO_KEY

    async def _need_key(self) -> None:
        """See to it that there is a key, if one is needed; it may have been set since.

        Raises:
            AuthenticationFailed: if there is none; nothing was sent then.
        """
        if self._lacks_key() and not await self._read_key():
            raise failures.no_key(self.provider)

    def _lacks_key(self) -> bool:
        """Return whether a request is bound to be refused, since no key is known."""
        return self.provider.needs_key and not self._key.value

    def _connected(self) -> Transport:
        if self._transport is None:
            raise ConnectionFailed(f"The connection to {self.provider.label} is closed", provider=self.provider.name)
        return self._transport
