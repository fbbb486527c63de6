"""The app in a browser: textual-serve, made private.

Who opens the page needs the token of the address; it becomes a cookie, and every other request needs that. The address
that the browser is started with stands in the list of processes, which everybody here can read: its token is another
one, and works once. Requests for another host name than the one that was given are refused, so that a page of a
stranger cannot reach the server by a name of its own, and so are connections that a page of another origin opens.
"""

from __future__ import annotations

import asyncio
import secrets
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

#: Seconds after which the server surely listens.
_LISTENING_AFTER = 0.2

_COOKIE = "tui-chat"
_PAGE = Path(__file__).parent / "web_page"


class WebServer(Server):
    """Serves the app to those who know the token.

    Args:
        arguments: What the app is started with, without the program's name.
        host: Where it listens.
        port: The port.
        on_start: Called when the server is about to listen, with an address that works once.

    Attributes:
        address: What to open in a browser, the token in it.
    """

    def __init__(
        self, arguments: Sequence[str], *, host: str, port: int, on_start: Callable[[str], object] = lambda _: None
    ) -> None:
        command = shlex.join([sys.executable, "-m", "tui_chat", *arguments])
        name = f"[{host}]" if ":" in host else host
        super().__init__(command, host, port, "tui-chat", f"http://{name}:{port}", templates_path=_PAGE)
        self._name = f"{name}:{port}"
        self._token = secrets.token_urlsafe(24)
        self._token_for_once = secrets.token_urlsafe(24)
        self._on_start = on_start
        self._connected: set[asyncio.Task[Any]] = set()
        self.address = self._address(self._token)

    def initialize_logging(self) -> None:
        """Leave logging as it is: nothing that is typed or answered belongs on the terminal."""

    async def on_startup(self, app: web.Application) -> None:
        """Let the browser be opened, once the server listens."""
        address = self._address(self._token_for_once)
        asyncio.get_running_loop().call_later(_LISTENING_AFTER, self._on_start, address)

    async def on_shutdown(self, app: web.Application) -> None:
        """End the connections of open pages, which would keep the server for a minute; their apps save and end."""
        for task in self._connected:
            task.cancel()

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Connect a page to an app of its own."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a handler runs in a task
        self._connected.add(task)
        try:
            return await super().handle_websocket(request)
        finally:
            self._connected.discard(task)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard())
        return app

    @aiohttp_jinja2.template("app_index.html")
    async def handle_index(self, request: web.Request) -> dict[str, Any]:
        """Return what the page is filled with."""
        static = f"{self.public_url}{request.app.router['static'].url_for(filename='/')}".rstrip("/") + "/"
        return {
            "application": {"name": self.title},
            "config": {"static": {"url": static}},
            "app_websocket_url": f"ws{self.public_url.removeprefix('http')}/ws",
            "font_size": _number(request.query.get("fontsize", ""), 16),
            "nonce": request["nonce"],
        }

    def _guard(self) -> Middleware:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.host != self._name:
                raise web.HTTPMisdirectedRequest(text=f"This is {self._name}.")
            origin = request.headers.get("Origin")
            if origin is not None and origin != self.public_url:
                raise web.HTTPForbidden(text="Pages of other origins may not connect.")
            if self._lets_in(request.query.get("token", "")):
                answer = web.HTTPSeeOther("/")
                answer.set_cookie(_COOKIE, self._token, httponly=True, samesite="Strict")
                raise answer
            if not self._is_known(request.cookies.get(_COOKIE, "")):
                raise web.HTTPForbidden(text="The address that tui-chat web printed has a token; open that one.")
            request["nonce"] = nonce = secrets.token_urlsafe(16)
            response = await handler(request)
            if not response.prepared:
                response.headers.update(_headers(nonce))
            return response

        return guard

    def _address(self, token: str) -> str:
        return f"{self.public_url}/?token={token}"

    def _lets_in(self, token: str) -> bool:
        if self._token_for_once and secrets.compare_digest(token.encode(), self._token_for_once.encode()):
            self._token_for_once = ""
            return True
        return self._is_known(token)

    def _is_known(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self' data:; "
        # The terminal in the page sets its sizes and colours by style elements of its own.
        f"style-src 'self' 'unsafe-inline'; script-src 'self' 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 3 else otherwise
