"""The download of a model by Ollama."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from pydantic import ValidationError

from tui_chat.clients.ndjson import NDJSONDecoder
from tui_chat.clients.ollama_wire import Progress
from tui_chat.clients.reply_body import parsed
from tui_chat.clients.transport import Answer
from tui_chat.clients.words import clean, find_words, read_words
from tui_chat.domain.errors import BadStream, ConnectionFailed, ModelNotFound, Overloaded, ProviderError
from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Value

#: The last status of a download that went well.
DONE = "success"

_UNKNOWN = "file does not exist"


class PullProgress(Value):
    """Where a download stands. A model is made of several files, which come one after the other."""

    status: str
    """What is being done, in Ollama's words; ``success`` at the end."""
    completed: int = 0
    """Bytes of the current file that have come."""
    total: int = 0
    """Bytes of the current file; 0 where nothing is being downloaded."""


class PullReader:
    """Reads how one download goes on.

    Args:
        provider: Who downloads.
        model: What is downloaded.
        key: The key that was sent, which must not show up in errors.
    """

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        self._provider = provider
        self._model = model
        self._key = key

    async def read(self, answer: Answer) -> AsyncGenerator[PullProgress, None]:
        """Yield what happens, until all is done.

        Raises:
            ProviderError: if the download failed or was cut off.
        """
        # What has been downloaded is checked in silence, which takes minutes for a large model.
        answer.silence = None
        decoder = NDJSONDecoder(self._provider.label)
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                for line in decoder.feed(piece):
                    yield (progress := self._progress(line))
                    if progress.status == DONE:
                        return
        for line in decoder.end():
            yield (progress := self._progress(line))
            if progress.status == DONE:
                return
        raise ConnectionFailed(
            f"{self._provider.label} stopped in the middle of the download",
            advice="Pull the model again: what has come is kept.",
            provider=self._provider.name,
        )

    def _progress(self, line: str) -> PullProgress:
        value = parsed(line)
        if isinstance(value, dict) and value.get("error"):
            raise self._failure(value)
        try:
            progress = Progress.model_validate(value)
        except ValidationError:
            words = read_words(line.encode("utf-8", "replace"), self._key).message
            raise BadStream(
                f"{self._provider.label} sent something that its protocol does not know",
                provider=self._provider.name,
                server_words=words,
            ) from None
        return PullProgress(
            status=clean(progress.status or "", self._key),
            completed=max(0, progress.completed or 0),
            total=max(0, progress.total or 0),
        )

    def _failure(self, value: Any) -> ProviderError:
        words = find_words(value, self._key).message
        label, name = self._provider.label, self._provider.name
        if _UNKNOWN in words:
            return ModelNotFound(
                f"There is no model {self._model} that {label} can pull",
                advice="Check its name and the tag behind the colon.",
                provider=name,
                server_words=words,
            )
        return Overloaded(
            f"{label} could not pull {self._model}",
            advice="Check the network and the free disk space of the machine it runs on, then pull again.",
            provider=name,
            server_words=words,
        )
