"""A loopback server that speaks RouteLLM, which is Chat Completions, and the API of Abacus.AI's chat sessions.

See `openai_server` for the chat. The sessions are kept as Abacus.AI does: deleting a message takes its reply along.
Wrong keys and unknown sessions are refused without a script; `AbacusServer.account_script` answers instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.wire.openai_server import Exchange, OpenAIServer, Reply, page, whole

MODEL = "route-llm"


def succeeds(result: Any = None) -> Reply:
    """Answer a method with its result."""
    return whole({"success": True, "result": result})


def fails(message: str, kind: str = "", status: int = 200) -> Reply:
    """Refuse as Abacus.AI does; the status may be 200."""
    return whole({"success": False, "error": message, "errorType": kind or None, "requestId": "req-test"}, status)


def message(role: str, text: str, timestamp: str, **more: Any) -> dict[str, Any]:
    """Return a message of a session."""
    return {"role": role, "text": [{"type": "text", "segment": text}], "timestamp": timestamp, **more}


def session(session_id: str, name: str, *messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a session."""
    return {
        "chatSessionId": session_id,
        "projectId": "project-1",
        "name": name,
        "createdAt": "2026-01-02T03:04:05+00:00",
        "status": "ACTIVE",
        "answer": None,
        "aiBuildingInProgress": False,
        "notification": None,
        "whiteboard": None,
        "chatHistory": list(messages),
        "nextAiBuildingTask": {},
        **more,
    }


class _Exchange(Exchange):
    """Answers at the paths of both APIs."""

    def do_DELETE(self) -> None:  # noqa: N802  # named by the base class
        self._answer()

    def route(self, headers: Mapping[str, str]) -> Reply:
        owner = self.owner
        assert isinstance(owner, AbacusServer)
        address = urlsplit(self.path)
        if not address.path.startswith("/api/v0/"):
            return super().route(headers)
        name = address.path.removeprefix("/api/v0/")
        if name == "getApiEndpoint":
            at = owner.base_url.removesuffix("/v1")
            return succeeds({"apiEndpoint": at, "predictEndpoint": at, "proxyEndpoint": at})
        if owner.key and headers.get("apikey") != owner.key:
            return fails(f"Invalid API key: {headers.get('apikey')}", "GenericPermissionDeniedError", 403)
        if owner.account_script:
            return owner.account_script.popleft()
        params = {key: values[-1] for key, values in parse_qs(address.query).items()} | (self.request_body or {})
        method = _METHODS.get((self.command, name))
        return page(404) if method is None else method(owner, params)


class AbacusServer(OpenAIServer):
    """The server; it runs inside a ``with`` block. Its ``base_url`` is that of the chat.

    Attributes:
        sessions: The sessions, by id.
        account_script: Answers the coming requests for sessions, one each.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._listener.RequestHandlerClass = _Exchange
        self.sessions: dict[str, dict[str, Any]] = {}
        self.account_script: deque[Reply] = deque()
        self.models_reply = whole({"object": "list", "data": [{"id": MODEL}, {"id": "gpt-5.1"}]})

    def add(self, *sessions: dict[str, Any]) -> None:
        """Take in sessions."""
        self.sessions |= {one["chatSessionId"]: one for one in sessions}


def _list(owner: AbacusServer, params: Mapping[str, Any]) -> Reply:
    listed = [{**one, "chatHistory": []} for one in owner.sessions.values()]
    if params.get("mostRecentPerProject", "").lower() == "true":
        listed = list({one["projectId"]: one for one in listed}.values())
    return succeeds(listed)


def _get(owner: AbacusServer, params: Mapping[str, Any]) -> Reply:
    found = owner.sessions.get(params["chatSessionId"])
    return _unknown() if found is None else succeeds(found)


def _create(owner: AbacusServer, params: Mapping[str, Any]) -> Reply:
    made = session(f"session-{len(owner.sessions) + 1}", params.get("name") or "New Chat")
    made["projectId"] = params.get("projectId")
    owner.add(made)
    return succeeds(made)


def _rename(owner: AbacusServer, params: Mapping[str, Any]) -> Reply:
    found = owner.sessions.get(params["chatSessionId"])
    if found is None:
        return _unknown()
    found["name"] = params["name"]
    return succeeds()


def _delete(owner: AbacusServer, params: Mapping[str, Any]) -> Reply:
    found, index = owner.sessions.get(params["chatSessionId"]), int(params["messageIndex"])
    if found is None:
        return _unknown()
    history = found["chatHistory"]
    if not 0 <= index < len(history):
        return fails("Message not found", "DataNotFoundError", 404)
    has_reply = history[index]["role"] == "USER" and index + 1 < len(history)
    del history[index : index + 1 + has_reply]
    return succeeds()


def _export(owner: AbacusServer, params: Mapping[str, Any]) -> Reply:
    found = owner.sessions.get(params["chatSessionId"])
    return _unknown() if found is None else succeeds(f"<html><title>{found['name']}</title></html>")


def _unknown() -> Reply:
    return fails("Chat session not found", "DataNotFoundError", 404)


_METHODS = {
    ("GET", "listChatSessions"): _list,
    ("GET", "getChatSession"): _get,
    ("POST", "createChatSession"): _create,
    ("POST", "renameChatSession"): _rename,
    ("DELETE", "deleteChatMessage"): _delete,
    ("POST", "exportChatSession"): _export,
}
