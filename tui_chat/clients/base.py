"""The contract of every client.

It follows the life cycle of ChatGPT's API class: init, close, authenticated?, refresh, reset, send with progress.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import NamedTuple, Self

from tui_chat.domain.events import Finished, ReasoningDelta, Started, StreamEvent, TextDelta, UsageReported
from tui_chat.domain.providers import Credentials, ModelInfo, Provider, masked
from tui_chat.domain.requests import ChatRequest, ChatResponse


class Key(NamedTuple):
    """A key in clear, as a request needs it; never stored, logged or shown."""

    value: str
    """The key; empty if there is none."""
    source: str
    """Where it was found, for example ``OPENAI_API_KEY``; empty if nowhere."""

    def __repr__(self) -> str:
        """Return it as it may be shown."""
        return f"Key({masked(self.value)!r}, {self.source!r})"


NO_KEY = Key("", "")

KeySource = Callable[[], Awaitable[Key]]
"""Reads the key anew from where it is kept (environment, command, keyring)."""


async def no_key() -> Key:
    """Return no key: the source of a provider that needs none."""
    return NO_KEY


class ChatClient(ABC):
    """Talks to one provider. Opened before use, closed after; any number of streams may run at once.

    Cancelling the task that iterates a stream aborts its request.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        self.provider = provider
        self._key_source = key_source

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @abstractmethod
    async def open(self) -> None:
        """Make ready for requests; reads the key. Opening an open client does nothing."""

    @abstractmethod
    async def aclose(self) -> None:
        """End running streams and let go of connections. Closing a closed client does nothing."""

    @abstractmethod
    async def is_authenticated(self) -> bool:
        """Ask the provider by a cheap real request whether it accepts the key.

        Returns:
            ``False`` for a refused key (401, 403).

        Raises:
            ProviderError: for any other trouble, since then nothing is known about the key.
        """

    @abstractmethod
    async def refresh(self) -> Credentials:
        """Read the key anew from its source and check it.

        Raises:
            ProviderError: if the provider could not be asked.
        """

    @classmethod  # noqa: B027  # built-in clients have nothing to load
    def prepare(cls, provider: Provider) -> None:
        """Load whatever a first request would load, in the caller's thread. Reads no key, sends nothing."""

    async def reset(self) -> None:
        """Close and open: forget connections and read the key anew."""
        await self.aclose()
        await self.open()

    @abstractmethod
    async def models(self) -> list[ModelInfo]:
        """Return the models that the provider offers.

        Raises:
            ProviderError: if it could not be asked.
        """

    @abstractmethod
    def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Send a request and yield what comes back.

        ``Finished`` is the last event of a reply that is complete; a stream that ends without it was cut off.

        Raises:
            ProviderError: while iterating; whatever had been yielded stands.
        """

    async def send(
        self, request: ChatRequest, on_progress: Callable[[StreamEvent], None] | None = None
    ) -> ChatResponse:
        """Send a request and return the whole reply.

        Args:
            request: What to ask.
            on_progress: Called with each event as it comes.

        Raises:
            ProviderError: if the request failed.
        """
        text: list[str] = []
        reasoning: list[str] = []
        facts: dict[str, object] = {}
        async for event in self.stream(request):
            match event:
                case TextDelta():
                    text.append(event.text)
                case ReasoningDelta():
                    reasoning.append(event.text)
                case Started():
                    facts |= {"model": event.model, "remote_id": event.remote_id}
                case UsageReported():
                    facts["usage"] = event.usage
                case Finished():
                    facts["finish_reason"] = event.reason
                case _:
                    pass
            if on_progress is not None:
                on_progress(event)
        return ChatResponse.model_validate(
            {
                "text": "".join(text),
                "reasoning": "".join(reasoning),
                "session_id": request.session_id,
                "message_id": request.message_id,
                "parent_message_id": request.parent_message_id,
                **facts,
            }
        )
