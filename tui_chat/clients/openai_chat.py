"""OpenAI Chat Completions, as OpenAI and the many servers that follow it speak it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.http_client import HTTPClient
from tui_chat.clients.openai_models import model_infos
from tui_chat.clients.openai_reply import ReplyReader
from tui_chat.clients.openai_request import refused_field, request_body
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest


class OpenAIChatClient(HTTPClient):
    """Speaks Chat Completions.

    What a server refuses (``stream_options``, ``temperature``, …) is left out from then on, model by model.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._refused: dict[str, set[str]] = {}
        """Fields that a model's server does not take, by model."""

    async def models(self) -> list[ModelInfo]:
        """Return the models of ``GET /models``, without those that cannot chat."""
        return model_infos(self.provider, await self._get("models"))

    async def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        refused = self._refused.setdefault(request.model, set())

        def make_body() -> dict[str, object]:
            return request_body(self.provider, request, refused)

        def learn(error: RequestRejected, body: dict[str, object]) -> None:
            field = refused_field(error, body.keys() - self.provider.body.keys())
            if field is not None:
                refused.add(field)

        async with self._post("chat/completions", make_body, model=request.model, learn=learn) as answer:
            reader = ReplyReader(self.provider, request.model, self._key.value)
            async with aclosing(reader.read(answer)) as events:
                async for event in events:
                    yield event
