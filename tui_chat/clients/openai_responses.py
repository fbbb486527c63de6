"""OpenAI's Responses API."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.http_client import HTTPClient
from tui_chat.clients.openai_models import model_infos
from tui_chat.clients.responses_reply import ReplyReader
from tui_chat.clients.responses_request import EARLIER_REASONING, refused_part, request_body
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest


class OpenAIResponsesClient(HTTPClient):
    """Speaks ``POST /responses``.

    What a model refuses (summaries of its reasoning, ``temperature``, …) is left out from then on, model by model.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._refused: dict[str, set[str]] = {}
        """What a model does not take, by model."""

    async def models(self) -> list[ModelInfo]:
        """Return the models of ``GET /models``, without those that cannot chat."""
        return model_infos(self.provider, await self._get("models"))

    async def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        refused = self._refused.setdefault(request.model, set())
        stale: set[str] = set()
        """What only this request goes without: other sessions may hold reasoning that is fine."""

        def make_body() -> dict[str, object]:
            return request_body(self.provider, request, refused | stale)

        def learn(error: RequestRejected, body: dict[str, object]) -> None:
            part = refused_part(error, self.provider, body)
            if part is not None:
                (stale if part == EARLIER_REASONING else refused).add(part)

        async with self._post("responses", make_body, model=request.model, learn=learn) as answer:
            reader = ReplyReader(self.provider, request.model, self._key.value)
            async with aclosing(reader.read(answer)) as events:
                async for event in events:
                    yield event
