"""A loopback proxy: whatever host is asked for, it leads to one server of this machine."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class _Handler(socketserver.BaseRequestHandler):
    """One connection: requests with whole addresses, or a tunnel."""

    server: _Listener

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(65536)
            if not piece:
                return
            head += piece
        owner = self.server.owner
        line, _, rest = head.partition(b"\r\n")
        method, address, version = line.decode().split(" ")
        owner.asked.append(f"{method} {address}")
        owner.heads.append(head)
        if owner.refusal:
            self.request.sendall(owner.refusal)
            return
        with socket.create_connection(("127.0.0.1", owner.upstream)) as upstream:
            if method == "CONNECT":
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                first = b""
            else:
                parts = urlsplit(address)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
                # Each request gets a connection of its own.
                rest = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", b"\r\n" + rest).removeprefix(b"\r\n")
                first = f"{method} {path} {version}\r\nConnection: close\r\n".encode() + rest
            upstream.sendall(first)
            back = threading.Thread(target=_pipe, args=(upstream, self.request))
            back.start()
            _pipe(self.request, upstream)
            back.join()


def _pipe(source: socket.socket, sink: socket.socket) -> None:
    """Hand on what comes until one of the two has gone."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        source.shutdown(socket.SHUT_RDWR)


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, owner: Proxy) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class Proxy:
    """The proxy; it runs inside a ``with`` block.

    Attributes:
        upstream: The port that everything leads to.
        asked: Method and address of each request.
        heads: The first line and the headers of each.
        refusal: Sent instead of handing a request on, unless empty.
        address: For clients.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self.refusal = b""
        self._listener = _Listener(self)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self.address = f"http://127.0.0.1:{self._listener.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()
