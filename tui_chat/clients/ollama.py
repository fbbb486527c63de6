"""Ollama's own API: chat, what the models can do, and how to get more of them."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, suppress

from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.http_client import HTTPClient
from tui_chat.clients.ollama_models import (
    Facts,
    can_chat,
    listed_facts,
    listed_models,
    model_info,
    shown_facts,
)
from tui_chat.clients.ollama_pull import PullProgress, PullReader
from tui_chat.clients.ollama_reply import ReplyReader
from tui_chat.clients.ollama_request import refused_part, request_body
from tui_chat.clients.ollama_wire import Listed
from tui_chat.domain.errors import (
    AuthenticationFailed,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    ProviderError,
    RequestRejected,
)
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest

#: Seconds to look closer at models of which the list says too little. What does not come in time is asked for the
#: next time: the search for local servers must not wait.
_CLOSER_LOOK = 0.2

#: Models that are looked at at once.
_AT_ONCE = 8

_NO_MEMORY = re.compile(r"more system memory|out[ -]of[ -]memory|unable to allocate|cudamalloc")


class OllamaClient(HTTPClient):
    """Speaks ``/api/chat``.

    What a model refuses (thinking, a level of it) is left out from then on, model by model.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._refused: dict[str, set[str]] = {}
        """What a model does not take, by model."""
        self._facts: dict[str, Facts] = {}
        """What was shown of a model, by its digest."""

    async def models(self) -> list[ModelInfo]:
        """Return the models that have been pulled and can chat, with what the server can quickly tell of them."""
        listed = listed_models(self.provider, await self._get("api/tags"))
        await self._look_closer(one for one in listed if listed_facts(one) == Facts())
        found = [(one, self._facts.get(one.digest or one.name, listed_facts(one))) for one in listed]
        return [model_info(self.provider, one, facts) for one, facts in found if can_chat(one, facts)]

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Let the server download a model, and yield how far it is.

        Closing the generator, or cancelling the task that iterates it, ends the download; what has come is kept. A
        client that is closed ends it too, and then ``success`` does not come.

        Args:
            model: Its name, with or without a tag: ``qwen3``, ``qwen3:8b``.

        Raises:
            ProviderError: if the download failed.
        """
        async with aclosing(self._running.run(self._pull(model), None)) as running:
            async for progress in running:
                yield progress

    async def _pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        body: dict[str, object] = {"model": model, "stream": True}
        async with self._post("api/pull", lambda: body, model=model) as answer:
            reader = PullReader(self.provider, model, self._key.value)
            async with aclosing(reader.read(answer)) as progress:
                async for one in progress:
                    yield one

    async def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        refused = self._refused.setdefault(request.model, set())

        def make_body() -> dict[str, object]:
            return request_body(self.provider, request, refused)

        def learn(error: RequestRejected, body: dict[str, object]) -> None:
            part = refused_part(error, self.provider, body)
            if part is not None:
                refused.add(part)

        try:
            async with self._post("api/chat", make_body, model=request.model, learn=learn) as answer:
                reader = ReplyReader(self.provider, request.model, self._key.value)
                async with aclosing(reader.read(answer)) as events:
                    async for event in events:
                        yield event
        except ProviderError as error:
            self._advise(error, request.model)
            raise

    async def _look_closer(self, models: Iterable[Listed]) -> None:
        """Ask what the list does not tell of models, as far as it comes quickly."""
        slots = asyncio.Semaphore(_AT_ONCE)

        async def look(model: Listed) -> None:
            body: dict[str, object] = {"model": model.name}
            async with slots:
                with suppress(ProviderError):
                    async with self._post("api/show", lambda: body, model=model.name) as answer:
                        self._facts[model.digest or model.name] = shown_facts(await answer.read())

        unknown = [one for one in models if (one.digest or one.name) not in self._facts]
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSER_LOOK):
                await asyncio.gather(*(look(one) for one in unknown))

    def _advise(self, error: ProviderError, model: str) -> None:
        """Say what to do about errors that mean something else here than at other providers."""
        words = error.server_words.lower()
        if isinstance(error, ModelNotFound) and "model" in words:
            error.advice = f"Pull it with: ollama pull {shlex.quote(model)} – or choose another model."
        elif isinstance(error, ContextTooLong):
            error.advice = (
                "Start a new session, or raise num_ctx in the provider's body.options or OLLAMA_CONTEXT_LENGTH."
            )
        elif isinstance(error, AuthenticationFailed) and self.provider.is_local:
            error.advice = "Sign in with: ollama signin – then try again."
        elif isinstance(error, Overloaded) and _NO_MEMORY.search(words):
            error.can_retry = False
            error.advice = "Choose a smaller model, or close what else needs memory."
