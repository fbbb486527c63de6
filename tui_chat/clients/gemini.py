"""Google's Gemini API, version v1beta of generativelanguage."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import quote

from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.gemini_models import models_page
from tui_chat.clients.gemini_reply import ReplyReader
from tui_chat.clients.gemini_request import refused_part, request_body
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest


class GeminiClient(HTTPClient):
    """Speaks ``streamGenerateContent``.

    What a model refuses (thinking, its level, system instructions) is left out from then on, model by model.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._refused: dict[str, set[str]] = {}
        """What a model does not take, by model."""

    async def models(self) -> list[ModelInfo]:
        """Return the models of ``GET /models`` that can generate content."""
        return await self._get_pages(f"{self._version}models?pageSize=1000", "pageToken", models_page)

    async def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        refused = self._refused.setdefault(request.model, set())

        def learn(error: RequestRejected, body: dict[str, object]) -> None:
            part = refused_part(error, body)
            if part is not None:
                refused.add(part)

        name = quote(request.model, safe="/")
        path = name if name.startswith(("models/", "tunedModels/")) else f"models/{name}"
        sending = self._post(
            f"{self._version}{path}:streamGenerateContent?alt=sse",
            lambda: request_body(self.provider, request, refused),
            model=request.model,
            learn=learn,
        )
        async with sending as answer:
            reader = ReplyReader(self.provider, request.model, self._key.value)
            async with aclosing(reader.read(answer)) as events:
                async for event in events:
                    yield event

    @property
    def _version(self) -> str:
        return self._version_before("v1beta/")
