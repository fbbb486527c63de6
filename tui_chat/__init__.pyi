"""The types of what `__init__` imports late, for type checkers."""

from tui_chat.chat.functions import close as close
from tui_chat.chat.functions import delete_message as delete_message
from tui_chat.chat.functions import export_session as export_session
from tui_chat.chat.functions import get_session as get_session
from tui_chat.chat.functions import init as init
from tui_chat.chat.functions import is_authenticated as is_authenticated
from tui_chat.chat.functions import refresh as refresh
from tui_chat.chat.functions import rename_session as rename_session
from tui_chat.chat.functions import reset as reset
from tui_chat.chat.functions import send as send
from tui_chat.chat.functions import session_to_dict as session_to_dict
from tui_chat.chat.import_report import ImportReport as ImportReport
from tui_chat.chat.importing import Import as Import
from tui_chat.chat.open_session import OpenSession as OpenSession
from tui_chat.chat.remote import open_remote as open_remote
from tui_chat.chat.remote import remote_sessions as remote_sessions
from tui_chat.chat.services import Options as Options
from tui_chat.chat.services import Services as Services
from tui_chat.chat.turn import Turn as Turn
from tui_chat.clients.base import ChatClient as ChatClient
from tui_chat.clients.inkeep import ChatResult as ChatResult
from tui_chat.clients.inkeep import continue_chat_session as continue_chat_session
from tui_chat.clients.inkeep import create_chat_session as create_chat_session
from tui_chat.clients.registry import make_client as make_client
from tui_chat.domain.errors import ChatError as ChatError
from tui_chat.domain.messages import ChatMessage as ChatMessage
from tui_chat.domain.providers import Provider as Provider
from tui_chat.domain.remote import RemoteSession as RemoteSession
from tui_chat.domain.requests import ChatRequest as ChatRequest
from tui_chat.domain.requests import ChatResponse as ChatResponse
from tui_chat.domain.sessions import ChatSession as ChatSession
from tui_chat.storage.library import Library as Library

__version__: str

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
