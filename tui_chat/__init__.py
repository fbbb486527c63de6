"""A chat client for the terminal, and the library it is made of.

Everything works without a screen::

    from tui_chat import OpenSession, Services, send

    services = Services.start()
    await services.library.open()
    opened = OpenSession(services.new_session())
    reply = await send(services, opened, "What is a monad?").run(print)
    await services.aclose()
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

#: Where each public name lives. They are imported when first used: a command such as ``--help`` needs none of them.
_HOMES = {
    "ChatClient": "tui_chat.clients.base",
    "ChatError": "tui_chat.domain.errors",
    "ChatMessage": "tui_chat.domain.messages",
    "ChatRequest": "tui_chat.domain.requests",
    "ChatResponse": "tui_chat.domain.requests",
    "ChatSession": "tui_chat.domain.sessions",
    "Library": "tui_chat.storage.library",
    "OpenSession": "tui_chat.chat.open_session",
    "Options": "tui_chat.chat.services",
    "Provider": "tui_chat.domain.providers",
    "Services": "tui_chat.chat.services",
    "Turn": "tui_chat.chat.turn",
    "export_session": "tui_chat.chat.exporting",
    "make_client": "tui_chat.clients.registry",
    "send": "tui_chat.chat.turn",
}

__all__ = [
    "ChatClient",
    "ChatError",
    "ChatMessage",
    "ChatRequest",
    "ChatResponse",
    "ChatSession",
    "Library",
    "OpenSession",
    "Options",
    "Provider",
    "Services",
    "Turn",
    "export_session",
    "make_client",
    "send",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
