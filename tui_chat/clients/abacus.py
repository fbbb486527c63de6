"""Abacus.AI: chat by RouteLLM, which speaks Chat Completions, and the chat sessions of the account."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

import httpx
from pydantic import ValidationError

from tui_chat.clients import failures
from tui_chat.clients.abacus_wire import Envelope, session_in, sessions_in
from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.listing import json_in
from tui_chat.clients.openai_chat import OpenAIChatClient
from tui_chat.clients.remote_sessions import RemoteSessions
from tui_chat.clients.transport import Transport, prepare
from tui_chat.clients.words import clean, find_words
from tui_chat.domain.errors import AuthenticationFailed, BadStream, ConnectionFailed, ModelNotFound, ProviderError
from tui_chat.domain.providers import Provider
from tui_chat.domain.remote import RemoteSession

#: Where RouteLLM is for everybody, and where the sessions are then. A workspace of its own has both at one place.
_CHAT_HOST, _ACCOUNT = "routellm.abacus.ai", "https://api.abacus.ai"

#: The HTTP statuses that the types of errors stand for: those of a failure with status 200 say nothing.
_STATUSES = {
    "DataNotFoundError": 404,
    "Generic404Error": 404,
    "GenericPermissionDeniedError": 403,
    "PermissionDeniedError": 403,
    "PaymentMethodRequired": 402,
    "PaidPlanRequired": 402,
    "RequestTimeoutError": 408,
    "TooManyRequestsError": 429,
    "InternalServerError": 500,
    "NotReadyError": 503,
}


class AbacusClient(OpenAIChatClient, RemoteSessions):
    """Chats by RouteLLM; lists, opens, renames and exports the account's sessions.

    The API of the sessions takes no prompts: what is said in one that was opened here stays here.
    """

    def __init__(self, provider: Provider, key_source: KeySource = no_key) -> None:
        super().__init__(provider, key_source)
        self._account: Transport | None = None

    async def aclose(self) -> None:
        """End running streams and let go of connections."""
        account, self._account = self._account, None
        await super().aclose()
        if account is not None:
            await account.aclose()

    async def list_sessions(self, *, most_recent_per_project: bool = False) -> list[RemoteSession]:
        """Return the sessions of the account, without their messages."""
        chosen = {"mostRecentPerProject": str(most_recent_per_project).lower()}
        result = await self._call("GET", "listChatSessions", chosen)
        if not isinstance(result, list):
            raise self._odd()
        return sessions_in(result)

    async def get_session(self, session_id: str) -> RemoteSession:
        """Return a session with its messages."""
        return self._session(await self._call("GET", "getChatSession", {"chatSessionId": session_id}))

    async def create_session(self, name: str = "", project_id: str = "") -> RemoteSession:
        """Begin a session."""
        body = {"projectId": project_id or None, "name": name or None}
        return self._session(await self._call("POST", "createChatSession", body=body))

    async def rename_session(self, session_id: str, name: str) -> None:
        """Give a session another name."""
        await self._call("POST", "renameChatSession", body={"chatSessionId": session_id, "name": name})

    async def delete_message(self, session_id: str, index: int) -> None:
        """Delete a message and its reply, by its place among all messages."""
        await self._call("DELETE", "deleteChatMessage", {"chatSessionId": session_id, "messageIndex": index})

    async def export_session(self, session_id: str) -> str:
        """Return a session as a page of HTML."""
        result = await self._call("POST", "exportChatSession", body={"chatSessionId": session_id})
        if not isinstance(result, str):
            raise self._odd()
        return result

    async def _call(
        self, method: str, name: str, params: dict[str, Any] | None = None, body: dict[str, Any] | None = None
    ) -> Any:
        """Return the result of a method of the API; a refused key is read anew once."""
        await self._need_key()
        try:
            return await self._called(method, name, params, body)
        except AuthenticationFailed:
            if not await self._read_key():
                raise
            return await self._called(method, name, params, body)

    async def _called(self, method: str, name: str, params: dict[str, Any] | None, body: dict[str, Any] | None) -> Any:
        path = f"api/v0/{name}{f'?{urlencode(params)}' if params else ''}"
        try:
            async with (await self._account_transport()).send(method, path, body) as answer:
                return self._result(json_in(await answer.read()), path)
        except ModelNotFound as error:
            raise _unknown_session(error, self.provider) from error

    def _result(self, value: Any, path: str) -> Any:
        """Return what an answer holds.

        Raises:
            ProviderError: that it stands for.
        """
        try:
            envelope = Envelope.model_validate(value)
        except ValidationError:
            raise self._odd(find_words(value, self._key.value).message) from None
        if envelope.success:
            return envelope.result
        words = find_words({"message": envelope.error, "type": envelope.error_type}, self._key.value)
        raise failures.from_status(
            self.provider,
            _STATUSES.get(envelope.error_type or "", 400),
            words,
            key=self._key.value,
            headers={"x-request-id": clean(envelope.request_id or "", self._key.value)},
            url=f"{_account_address(self.provider)}/{path}",
        )

    def _session(self, result: Any) -> RemoteSession:
        try:
            return session_in(result)
        except (ValidationError, RecursionError):
            raise self._odd() from None

    def _odd(self, words: str = "") -> ProviderError:
        text = f"{self.provider.label} sent something else than its sessions"
        return BadStream(text, provider=self.provider.name, server_words=words)

    async def _account_transport(self) -> Transport:
        """Return the connection to the account, which has another address and another header for the key."""
        self._connected()
        if self._account is None:
            changes = {"base_url": _account_address(self.provider), "key_header": "apiKey"}
            made = await asyncio.to_thread(prepare, self.provider.model_copy(update=changes), self._key.value)
            if self._transport is None or self._account is not None:  # closed, or made twice, in the meantime
                await made.aclose()
            else:
                self._account = made
        if self._account is None:
            raise ConnectionFailed(f"The connection to {self.provider.label} is closed", provider=self.provider.name)
        self._account.key = self._key.value
        return self._account


def _account_address(provider: Provider) -> str:
    """Return where the sessions are, from where the chat is."""
    try:
        url = httpx.URL(provider.base_url)
    except httpx.InvalidURL:
        return provider.base_url
    return _ACCOUNT if url.host == _CHAT_HOST else f"{url.scheme}://{url.netloc.decode()}"


def _unknown_session(error: ModelNotFound, provider: Provider) -> ModelNotFound:
    return ModelNotFound(
        f"{provider.label} does not know this session",
        advice="It may have been deleted there: list the sessions again.",
        provider=error.provider,
        status=error.status,
        request_id=error.request_id,
        server_words=error.server_words,
    )
