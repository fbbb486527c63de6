"""A loopback server that speaks OpenAI Chat Completions, well or badly, as a script tells it.

::

    with OpenAIServer() as server:
        server.script(failure(429, "Slow down", headers={"Retry-After": "1"}), says("Hello", " there"))
        …  # ask at server.base_url
        server.requests[0].body

Where the script has ended, ``server.reply`` answers. By hand: ``python -m tests.wire.openai_server --port 8000``.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

MODEL = "test-model"
#: How a request for the name of a session begins.
NAMING = "You name chat sessions."
USAGE = {
    "prompt_tokens": 12,
    "completion_tokens": 5,
    "total_tokens": 17,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any


class Exchange(BaseHTTPRequestHandler):
    """One connection; a `Reply` answers a request by it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener
    request_body: Any = None

    @property
    def owner(self) -> OpenAIServer:
        return self.server.owner

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        self.owner.connections += 1

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):  # the client has gone, or a reply closed the connection
            self.close_connection = True
            self.owner.disconnected.set()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def send_whole(self, status: int, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer in one piece."""
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, media_type: str = "text/event-stream; charset=utf-8") -> None:
        """Begin an answer in chunks."""
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("x-request-id", "req-test")
        self.end_headers()

    def send_piece(self, piece: bytes) -> None:
        """Send one chunk."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def end(self) -> None:
        """End an answer in chunks as it should be."""
        self.wfile.write(b"0\r\n\r\n")

    def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection wherever it stands."""
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def wait(self, until: threading.Event | None = None) -> None:
        """Wait for an event, or for ever; end when the client has gone or the server stops."""
        while not self.owner.stopping.is_set() and not (until is not None and until.is_set()):
            readable, _, _ = select.select([self.connection], [], [], 0.005)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.request_body = json.loads(self.rfile.read(length)) if length else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.request_body)
        # Comes after the first exchange of each session, whatever is tested: it takes no reply of the script.
        is_naming = NAMING in json.dumps(self.request_body)
        (self.owner.namings if is_naming else self.owner.requests).append(request)
        (self.owner.naming_reply if is_naming else self.route(headers))(self)

    def route(self, headers: Mapping[str, str]) -> Reply:
        """Return what answers the request."""
        owner = self.owner
        if owner.key and headers.get("authorization") != f"Bearer {owner.key}":
            return failure(401, f"Incorrect API key: {headers.get('authorization')}", code="invalid_api_key")
        if self.path == "/v1/models":
            return owner.models_reply
        if self.path == "/v1/chat/completions":
            return owner.next_reply()
        return page(404)


Reply = Callable[[Exchange], None]
"""Answers one request."""

Piece = str | threading.Event
"""Text of a reply, or an event to wait for before the text after it is sent."""


def chunk(delta: Mapping[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a chunk of a stream; without a delta, one without choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": MODEL,
        "choices": choices,
        **more,
    }


def event(value: Any) -> bytes:
    """Return a chunk as a server-sent event."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def beginning(*texts: str) -> list[bytes]:
    """Return the events of a stream that has not ended yet."""
    return [event(chunk({"role": "assistant", "content": ""})), *(event(chunk({"content": text})) for text in texts)]


def ending(finish: str = "stop") -> list[bytes]:
    """Return the events that end a stream: finish mark, usage, end mark."""
    return [event(chunk({}, finish)), event(chunk(usage=USAGE)), b"data: [DONE]\n\n"]


def says(*pieces: Piece, finish: str = "stop", rate: float = 0) -> Reply:
    """Reply with a text, streamed if that is asked for.

    Args:
        pieces: The text, a chunk each.
        finish: Why the model stopped.
        rate: Pieces a second; 0 for as fast as can be.
    """

    def reply(exchange: Exchange) -> None:
        if not exchange.request_body.get("stream"):
            plain("".join(piece for piece in pieces if isinstance(piece, str)), finish=finish)(exchange)
            return
        exchange.begin()
        for one in beginning():
            exchange.send_piece(one)
        for piece in pieces:
            if isinstance(piece, str):
                exchange.send_piece(event(chunk({"content": piece})))
                if rate:
                    time.sleep(1 / rate)
            else:
                exchange.wait(piece)
        for one in ending(finish):
            exchange.send_piece(one)
        exchange.end()

    return reply


def plain(text: str, *, finish: str = "stop") -> Reply:
    """Reply in one piece of JSON, whether or not a stream was asked for."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choices = [{"index": 0, "message": message, "finish_reason": finish}]
    return whole({**chunk(), "object": "chat.completion", "choices": choices, "usage": USAGE})


def whole(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Reply with any JSON."""
    body = json.dumps(value).encode()
    return lambda exchange: exchange.send_whole(status, body, "application/json", headers)


def failure(
    status: int, message: str, *, code: str = "", param: str = "", headers: Mapping[str, str] | None = None
) -> Reply:
    """Refuse as OpenAI does."""
    error = {"message": message, "type": "error", "code": code or None, "param": param or None}
    return whole({"error": error}, status, {"x-request-id": "req-test", **(headers or {})})


def page(status: int = 200) -> Reply:
    """Reply with a web page, as proxies and wrong addresses do."""
    text = b"<!DOCTYPE html><html><head><title>Welcome to\n the proxy</title></head><body><h1>Hello</h1></body></html>"
    return lambda exchange: exchange.send_whole(status, text, "text/html; charset=utf-8")


def sends(pieces: Iterable[bytes], *, media_type: str = "text/event-stream", then: Reply = Exchange.end) -> Reply:
    """Reply with any bytes.

    Args:
        pieces: The bytes, a chunk each.
        media_type: What they are said to be.
        then: What happens after them.
    """

    def reply(exchange: Exchange) -> None:
        exchange.begin(media_type)
        for piece in pieces:
            exchange.send_piece(piece)
        then(exchange)

    return reply


def hangs_up(exchange: Exchange) -> None:
    """Close the connection cleanly."""
    exchange.hang_up()


def resets(exchange: Exchange) -> None:
    """Reset the connection."""
    exchange.hang_up(reset=True)


def waits(exchange: Exchange) -> None:
    """Say nothing more until the client or the server goes."""
    exchange.wait()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, owner: OpenAIServer) -> None:
        self.owner = owner
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Exchange)


class OpenAIServer:
    """The server; it runs inside a ``with`` block.

    Attributes:
        base_url: For clients, with ``/v1``.
        requests: All requests so far, but those for a name.
        namings: The requests for a name of a session.
        naming_reply: Answers these.
        connections: How many connections have been made.
        reply: Answers chats that no script is left for.
        models_reply: Answers the request for the models.
        key: The only key that is accepted; empty accepts all requests.
        disconnected: Set once a client has hung up in the middle of a reply.
        stopping: Set once the server stops.
    """

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.namings: list[Request] = []
        self.naming_reply: Reply = page(400)
        self.connections = 0
        self.reply: Reply = says("Hello", " from", " the", " test", " server.")
        self.models_reply: Reply = whole({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        self.key = ""
        self.disconnected = threading.Event()
        self.stopping = threading.Event()
        self._script: deque[Reply] = deque()
        self._listener = _Listener(port, self)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self.base_url = f"http://127.0.0.1:{self._listener.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._listener.shutdown()
        for connection in list(self._listener.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has gone by itself
        self._listener.server_close()
        self._thread.join()

    def use_tls(self, context: ssl.SSLContext, host: str = "127.0.0.1") -> None:
        """Speak HTTPS from now on, under this name of a host; to be called before the first request."""
        self._listener.socket = context.wrap_socket(self._listener.socket, server_side=True)
        self.base_url = self.base_url.replace("http://127.0.0.1", f"https://{host}")

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.server_address[1]
        return port

    @property
    def chats(self) -> list[Request]:
        """The requests for a reply."""
        return [request for request in self.requests if request.method == "POST"]

    def script(self, *replies: Reply) -> None:
        """Answer the coming chats by these, one each."""
        self._script.extend(replies)

    def next_reply(self) -> Reply:
        """Return what answers the next chat."""
        return self._script.popleft() if self._script else self.reply


STORY = (
    """# A reply

This comes from the **test server**. It streams Markdown, with a list:

1. one
2. two

and some code:

```python
def greet(name: str) -> str:
    return f"Hello, {name}"
```

"""
    + "The quick brown fox jumps over the lazy dog. " * 40
)


def main() -> None:
    """Run the server until Ctrl+C."""
    parser = argparse.ArgumentParser(description="An OpenAI-compatible server for trying by hand.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--rate", type=float, default=40, help="tokens a second")
    parser.add_argument("--key", default="", help="the only key to accept")
    options = parser.parse_args()
    with OpenAIServer(options.port) as server:
        server.key = options.key
        server.reply = says(*(word + " " for word in STORY.split(" ")), rate=options.rate)
        print(f"Listening at {server.base_url}, model {MODEL}; Ctrl+C ends.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
