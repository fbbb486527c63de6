"""A chat client for the terminal, and the library it is made of.

Everything works without a screen::

    from tui_chat import close, init, send

    services = await init("openai")
    first = await send("What is a monad?", services=services, on_progress=print)
    more = await send("Shorter, please.", services=services, session_id=first.session_id)
    await close(services)
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
    "ChatResult": "tui_chat.clients.inkeep",
    "ChatSession": "tui_chat.domain.sessions",
    "Import": "tui_chat.chat.importing",
    "ImportReport": "tui_chat.chat.import_report",
    "Library": "tui_chat.storage.library",
    "OpenSession": "tui_chat.chat.open_session",
    "Options": "tui_chat.chat.services",
    "Provider": "tui_chat.domain.providers",
    "RemoteSession": "tui_chat.domain.remote",
    "Services": "tui_chat.chat.services",
    "Turn": "tui_chat.chat.turn",
    "close": "tui_chat.chat.functions",
    "continue_chat_session": "tui_chat.clients.inkeep",
    "create_chat_session": "tui_chat.clients.inkeep",
    "delete_message": "tui_chat.chat.functions",
    "export_session": "tui_chat.chat.functions",
    "get_session": "tui_chat.chat.functions",
    "init": "tui_chat.chat.functions",
    "is_authenticated": "tui_chat.chat.functions",
    "make_client": "tui_chat.clients.registry",
    "open_remote": "tui_chat.chat.remote",
    "refresh": "tui_chat.chat.functions",
    "remote_sessions": "tui_chat.chat.remote",
    "rename_session": "tui_chat.chat.functions",
    "reset": "tui_chat.chat.functions",
    "send": "tui_chat.chat.functions",
    "session_to_dict": "tui_chat.chat.functions",
}

__all__ = [
    "ChatClient",
    "ChatError",
    "ChatMessage",
    "ChatRequest",
    "ChatResponse",
    "ChatResult",
    "ChatSession",
    "Import",
    "ImportReport",
    "Library",
    "OpenSession",
    "Options",
    "Provider",
    "RemoteSession",
    "Services",
    "Turn",
    "close",
    "continue_chat_session",
    "create_chat_session",
    "delete_message",
    "export_session",
    "get_session",
    "init",
    "is_authenticated",
    "make_client",
    "open_remote",
    "refresh",
    "remote_sessions",
    "rename_session",
    "reset",
    "send",
    "session_to_dict",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
