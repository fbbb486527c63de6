"""Anthropic's Messages API, as Anthropic and the servers that follow it speak it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import MappingProxyType

from tui_chat.clients.anthropic_models import models_page
from tui_chat.clients.anthropic_reply import ReplyReader
from tui_chat.clients.anthropic_request import Refusals
from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest

#: The version of the API. Later ones know no temperature.
VERSION = "2023-06-01"


class AnthropicClient(HTTPClient):
    """Speaks ``POST /v1/messages``.

    What a model refuses (its way of thinking, a long reply, ``temperature``, …) is left out from then on.
    """

    headers = MappingProxyType({"anthropic-version": VERSION})

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._refusals: dict[str, Refusals] = {}
        """What a model does not take, by model."""

    async def models(self) -> list[ModelInfo]:
        """Return the models of ``GET /v1/models``, page by page."""
        return await self._get_pages(f"{self._version}models?limit=1000", "after_id", models_page)

    async def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        refusals = self._refusals.setdefault(request.model, Refusals())

        def make_body() -> dict[str, object]:
            return refusals.request_body(self.provider, request)

        def learn(error: RequestRejected, body: dict[str, object]) -> None:
            refusals.learn(error, request, body)

        path = f"{self._version}messages"
        async with self._post(path, make_body, model=request.model, learn=learn) as answer:
            reader = ReplyReader(self.provider, request.model, self._key.value)
            async with aclosing(reader.read(answer)) as events:
                async for event in events:
                    yield event

    @property
    def _version(self) -> str:
        return self._version_before("v1/")
