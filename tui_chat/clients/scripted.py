"""A client that says what a script tells it to: for tests and screenshots, without any network."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tui_chat.clients.base import ChatClient, KeySource, no_key
from tui_chat.domain import errors
from tui_chat.domain.events import Finished, Started, StreamEvent, TextDelta
from tui_chat.domain.providers import Credentials, ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest

#: Environment variable with the path of a script.
SCRIPT_VARIABLE = "TUI_CHAT_SCRIPT"

Script = Sequence[Sequence[dict[str, Any]]]
"""Replies, each a list of events as JSON, plus ``{"kind": "pause", "seconds": 1}`` and
``{"kind": "error", "error": "RateLimited", "text": "…"}`` with the fields of that error."""

_EVENT: TypeAdapter[StreamEvent] = TypeAdapter(StreamEvent)


class ScriptedClient(ChatClient):
    """Plays one reply of its script for each request; the last one again and again. Without a script it echoes.

    Attributes:
        requests: Every request, in order.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key, script: Script | None = None) -> None:
        super().__init__(provider, key_source)
        self._script = script if script is not None else _script_from_environment()
        self.requests: list[ChatRequest] = []

    async def open(self) -> None:
        """Do nothing: there is nothing to connect to."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to let go of."""

    async def is_authenticated(self) -> bool:
        """Return that it is."""
        return True

    async def refresh(self) -> Credentials:
        """Return that no key is needed."""
        return Credentials(is_valid=True)

    async def models(self) -> list[ModelInfo]:
        """Return the one model there is."""
        return [ModelInfo(name="scripted", provider=self.provider.name)]

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Play the reply for this request."""
        place = min(len(self.requests), len(self._script) - 1)
        self.requests.append(request)
        if not self._script:
            yield Started(model=request.model)
            yield TextDelta(text=request.messages[-1].text)
            yield Finished()
            return
        for step in self._script[place]:
            if step["kind"] == "pause":
                await asyncio.sleep(step["seconds"])
            elif step["kind"] == "error":
                raise _error(step, self.provider)
            else:
                yield _EVENT.validate_python(step)


def _error(step: dict[str, Any], provider: Provider) -> errors.ProviderError:
    details = {name: value for name, value in step.items() if name not in ("kind", "error", "text")}
    kind: type[errors.ProviderError] = getattr(errors, step["error"])
    return kind(step["text"], provider=provider.name, **details)


def _script_from_environment() -> Script:
    path = os.environ.get(SCRIPT_VARIABLE, "")
    script: Script = json.loads(Path(path).read_text(encoding="utf-8")) if path else []
    return script
