"""Inkeep's chat-session API, version v0: an assistant that knows a site's documentation and keeps the history itself.

Both operations are plain functions too::

    first = await create_chat_session("integration id", "How do I begin?", api_key="…", on_progress=print)
    more = await continue_chat_session("integration id", first.chat_session_id, "And then?", api_key="…")
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from urllib.parse import quote

from pydantic import Field

from tui_chat.clients.base import Key
from tui_chat.clients.http_client import HTTPClient
from tui_chat.clients.inkeep_reply import ReplyReader
from tui_chat.clients.inkeep_request import continue_body, create_body
from tui_chat.domain.errors import AuthenticationFailed, ModelNotFound, RequestRejected
from tui_chat.domain.events import CitationsAdded, StreamEvent
from tui_chat.domain.messages import ChatMessage, CitationPart, FinishReason, Role, TextPart
from tui_chat.domain.providers import ModelInfo, Protocol, Provider
from tui_chat.domain.record import Value
from tui_chat.domain.requests import ChatRequest

#: The chat modes, which stand where other APIs have models; the server knows the model behind each.
CHAT_MODES = ("auto", "turbo")

#: Where Inkeep is, for the plain functions.
INKEEP = Provider(
    name="inkeep",
    label="Inkeep",
    protocol=Protocol.INKEEP,
    base_url="https://api.inkeep.com",
    key_variable="INKEEP_API_KEY",
)


class InkeepClient(HTTPClient):
    """Creates a session for a request without ``remote_id``, and continues the one that it names otherwise.

    The provider's ``body`` holds ``integration_id``; it may hold ``chat_mode`` and, for new sessions, a table
    ``chat_session`` with ``guidance``, ``context`` and ``tags``.
    """

    async def is_authenticated(self) -> bool:
        """Send a request that lacks everything: the server looks at the key first, and answers nothing that costs."""
        if self._lacks_key():
            return False
        try:
            async with self._connected().send("POST", self._path(""), {}):
                return True
        except AuthenticationFailed:
            return False
        except RequestRejected:
            return True

    async def models(self) -> list[ModelInfo]:
        """Return the chat modes; the API has no list of them."""
        return [ModelInfo(name=mode, provider=self.provider.name) for mode in CHAT_MODES]

    async def _attempt(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        body = continue_body if request.remote_id else create_body
        sending = self._post(
            self._path(request.remote_id),
            lambda: body(self.provider, request),
            model="",  # a mode is none
        )
        try:
            async with sending as answer:
                reader = ReplyReader(self.provider, request.model, self._key.value, request.remote_id)
                async with aclosing(reader.read(answer)) as events:
                    async for event in events:
                        yield event
        except ModelNotFound as error:
            if not request.remote_id or error.status != 404:
                raise
            raise _unknown_session(error, self.provider) from error

    def _path(self, session_id: str) -> str:
        """Return where a session is created, or continued; the version is left out if the base URL ends with one."""
        session = f"{quote(session_id, safe='')}/" if session_id else ""
        return f"{self._version_before('v0/')}chat_sessions/{session}chat_results"


def _unknown_session(error: ModelNotFound, provider: Provider) -> ModelNotFound:
    return ModelNotFound(
        f"{provider.label} does not know this session any more",
        advice="Duplicate the session and go on in the copy, or start a new one.",
        provider=error.provider,
        status=error.status,
        request_id=error.request_id,
        server_words=error.server_words,
    )


class ChatResult(Value):
    """A whole reply of one of the plain functions."""

    chat_session_id: str
    """The server's id of the session, to continue it by."""
    content: str
    """The text, in Markdown."""
    citations: list[CitationPart] = Field(default_factory=list)
    finish_reason: FinishReason | None = None
    """``None`` if the stream ended without saying that it was complete."""


async def create_chat_session(
    integration_id: str,
    content: str,
    *,
    api_key: str,
    guidance: str = "",
    context: str = "",
    tags: Sequence[str] = (),
    chat_mode: str = "",
    stream: bool = True,
    on_progress: Callable[[StreamEvent], None] | None = None,
    provider: Provider = INKEEP,
) -> ChatResult:
    """Create a session at Inkeep by its first prompt, and return the reply.

    Args:
        integration_id: Which integration answers.
        content: The prompt.
        api_key: The key of the integration.
        guidance: How to answer.
        context: What to know about whoever asks, and from where.
        tags: To find the session again at Inkeep.
        chat_mode: ``auto``, ``turbo``, or whatever else the server knows; empty leaves it to the server.
        stream: Whether the reply comes in pieces; otherwise the server sends it as a whole.
        on_progress: Called with each event as it comes.
        provider: Where to ask, and with which limits.

    Raises:
        ProviderError: if the request failed; a `RequestRejected` keeps what is wrong field by field.
    """
    session = {"context": context, "tags": list(tags)}
    given = provider.body.get("chat_session")
    chosen = {name: value for name, value in session.items() if value}
    body = {"chat_session": {**(given if isinstance(given, dict) else {}), **chosen}}
    request = ChatRequest(model=chat_mode, messages=[_prompt(content)], system_prompt=guidance)
    return await _send(provider, integration_id, api_key, request, {**body, "stream": stream}, on_progress)


async def continue_chat_session(
    integration_id: str,
    chat_session_id: str,
    content: str,
    *,
    api_key: str,
    stream: bool = True,
    on_progress: Callable[[StreamEvent], None] | None = None,
    provider: Provider = INKEEP,
) -> ChatResult:
    """Send another prompt in a session at Inkeep, and return the reply.

    Args:
        integration_id: Which integration answers.
        chat_session_id: The server's id of the session.
        content: The prompt.
        api_key: The key of the integration.
        stream: Whether the reply comes in pieces; otherwise the server sends it as a whole.
        on_progress: Called with each event as it comes.
        provider: Where to ask, and with which limits.

    Raises:
        ProviderError: if the request failed; a `RequestRejected` keeps what is wrong field by field, and
            `ModelNotFound` stands for a session that is not there.
    """
    request = ChatRequest(model="", messages=[_prompt(content)], remote_id=chat_session_id)
    return await _send(provider, integration_id, api_key, request, {"stream": stream}, on_progress)


def _prompt(content: str) -> ChatMessage:
    return ChatMessage(session_id="", role=Role.USER, parts=[TextPart(text=content)])


async def _send(
    provider: Provider,
    integration_id: str,
    api_key: str,
    request: ChatRequest,
    body: Mapping[str, object],
    on_progress: Callable[[StreamEvent], None] | None,
) -> ChatResult:
    citations: list[CitationPart] = []

    async def key() -> Key:
        return Key(api_key, "")

    def see(event: StreamEvent) -> None:
        if isinstance(event, CitationsAdded):
            citations.extend(event.citations)
        if on_progress is not None:
            on_progress(event)

    whole = {**provider.body, "integration_id": integration_id, **body}
    async with InkeepClient(provider.model_copy(update={"body": whole}), key) as client:
        response = await client.send(request, see)
    return ChatResult(
        chat_session_id=response.remote_id,
        content=response.text,
        citations=citations,
        finish_reason=response.finish_reason,
    )
