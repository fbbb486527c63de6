"""A loopback server that speaks Inkeep's chat-session API, well or badly, as a script tells it.

See `openai_server` for how. It keeps the sessions as Inkeep does: creating one takes exactly one message, continuing
one adds to it. Wrong keys, malformed requests and unknown sessions are refused without a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.wire.openai_server import Exchange, OpenAIServer, Piece, Reply, page, whole

INTEGRATION = "integration-1"

_PATH = re.compile(r"/v0/chat_sessions/(?:([^/]+)/)?chat_results")


def session_of(exchange: Exchange) -> str:
    """Return the id of the session that a request belongs to."""
    assert isinstance(exchange, _Exchange)
    return exchange.session_id


def event(name: str, data: Any) -> bytes:
    """Return a server-sent event; without a name, one that has only data."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def chunk(text: str = "", finish: str | None = None, session: str | None = "chat-1") -> bytes:
    """Return an event with a piece of the reply."""
    return event("message_chunk", {"chat_session_id": session, "content_chunk": text, "finish_reason": finish})


def beginning(*texts: str) -> list[bytes]:
    """Return the events of a stream that has not ended yet."""
    return [chunk(text) for text in texts]


def record(title: str | None = "Start", url: str | None = "https://docs.invalid/start", **more: Any) -> dict[str, Any]:
    """Return a record of the site that is asked about."""
    return {"type": "documentation", "url": url, "title": title, "description": None, "breadcrumbs": None, **more}


def citation(number: int | None = 1, hit: str | None = None, **about: Any) -> dict[str, Any]:
    """Return a citation of a record, which ``about`` describes."""
    known = {"record": record(**about), "hit_url": hit}
    return known if number is None else {"number": number, **known}


def cited(*citations: Mapping[str, Any]) -> bytes:
    """Return an event with the records that the reply refers to."""
    return event("records_cited", {"citations": citations})


def says(
    *pieces: Piece, finish: str = "stop", cites: Sequence[Mapping[str, Any]] = (), tells_session: bool = True
) -> Reply:
    """Reply with a text, in pieces if a stream was asked for, and keep it in the session.

    Args:
        pieces: The text, a chunk each.
        finish: Why the reply ended.
        cites: The citations, which come before the end of a stream.
        tells_session: Whether the first chunk of a stream names the session; otherwise the last does.
    """

    def reply(exchange: Exchange) -> None:
        session = session_of(exchange)
        spoken = "".join(piece for piece in pieces if isinstance(piece, str))
        _owner(exchange).sessions[session].append({"role": "assistant", "content": spoken})
        if not exchange.request_body.get("stream"):
            plain(spoken, cites)(exchange)
            return
        exchange.begin()
        for number, piece in enumerate(pieces):
            if isinstance(piece, str):
                exchange.send_piece(chunk(piece, session=session if tells_session and number == 0 else None))
            else:
                exchange.wait(piece)
        if cites:
            exchange.send_piece(cited(*cites))
        exchange.send_piece(chunk(finish=finish, session=session))
        exchange.end()

    return reply


def plain(text: str, cites: Iterable[Mapping[str, Any]] = ()) -> Reply:
    """Reply in one piece of JSON, whether or not a stream was asked for."""

    def reply(exchange: Exchange) -> None:
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if cites:
            message["records_cited"] = {"citations": list(cites)}
        whole({"chat_session_id": session_of(exchange), "message": message})(exchange)

    return reply


def failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Refuse in a sentence."""
    return whole({"detail": message}, status, {"x-request-id": "req-test", **(headers or {})})


def invalid(*problems: tuple[Sequence[str | int], str, str]) -> Reply:
    """Refuse a request for what is wrong in it: location, message and type of each field."""
    detail = [{"loc": list(where), "msg": message, "type": kind} for where, message, kind in problems]
    return whole({"detail": detail}, 422, {"x-request-id": "req-test"})


def _owner(exchange: Exchange) -> InkeepServer:
    owner = exchange.owner
    assert isinstance(owner, InkeepServer)
    return owner


class _Exchange(Exchange):
    """Answers at the paths of Inkeep's API."""

    session_id = ""

    def route(self, headers: Mapping[str, str]) -> Reply:
        owner, body = _owner(self), self.request_body
        if owner.key and headers.get("authorization") != f"Bearer {owner.key}":
            return failure(401, f"Invalid API key: {headers.get('authorization')}")
        if (found := _PATH.fullmatch(self.path)) is None or self.command != "POST":
            return page(404)
        if problems := _problems(body, is_new=found[1] is None):
            return invalid(*problems)
        if body["integration_id"] != INTEGRATION:
            return failure(403, "The key has no access to this integration")
        if found[1] is None:
            self.session_id = f"chat-{len(owner.sessions) + 1}"
            owner.sessions[self.session_id] = list(body["chat_session"]["messages"])
        elif found[1] in owner.sessions:
            self.session_id = found[1]
            owner.sessions[self.session_id].append(body["message"])
        else:
            return failure(404, "Chat session not found")
        return owner.next_reply()


def _problems(body: Any, *, is_new: bool) -> list[tuple[list[str | int], str, str]]:
    """Return what Inkeep would not accept of a request."""
    missing = [name for name in ("integration_id", "chat_session" if is_new else "message") if name not in body]
    if missing:
        return [(["body", name], "Field required", "missing") for name in missing]
    messages = body["chat_session"].get("messages", []) if is_new else [body["message"]]
    if len(messages) != 1 or messages[0].get("role") != "user":
        return [(["body", "chat_session", "messages"], "Exactly one message of the user is needed", "value_error")]
    if not isinstance(messages[0].get("content"), str):
        return [(["body", "chat_session", "messages", 0, "content"], "Input should be a valid string", "string_type")]
    return []


class InkeepServer(OpenAIServer):
    """The server; it runs inside a ``with`` block. Its ``base_url`` has no version.

    Attributes:
        sessions: The messages of all sessions, by id.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.sessions: dict[str, list[dict[str, Any]]] = {}
        self._listener.RequestHandlerClass = _Exchange
        self.base_url = self.base_url.removesuffix("/v1")
        self.reply = says("Hello", " from", " the", " test", " server.")
