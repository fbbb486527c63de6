"""What the screens are made of. A widget is given its data and answers by messages; it knows nothing of the app."""

from tui_chat.app.widgets.attachments import Attachments
from tui_chat.app.widgets.completion import Completion, Offer, Source, Typed
from tui_chat.app.widgets.completion_menu import CompletionMenu
from tui_chat.app.widgets.empty_state import EmptyState, ProviderRow
from tui_chat.app.widgets.find_bar import FindBar
from tui_chat.app.widgets.lines import EndsLine, Hints, actions, keys, muted
from tui_chat.app.widgets.prompt import Composer, Prompt
from tui_chat.app.widgets.row_list import Pick, Row, RowList
from tui_chat.app.widgets.session_list import SessionList
from tui_chat.app.widgets.sidebar import Sidebar
from tui_chat.app.widgets.status_line import StatusLine
from tui_chat.app.widgets.text_field import TextField
from tui_chat.app.widgets.title_line import TitleLine
from tui_chat.app.widgets.toasts import Toast, Toasts

__all__ = [
    "Attachments",
    "Completion",
    "CompletionMenu",
    "Composer",
    "EmptyState",
    "EndsLine",
    "FindBar",
    "Hints",
    "Offer",
    "Pick",
    "Prompt",
    "ProviderRow",
    "Row",
    "RowList",
    "SessionList",
    "Sidebar",
    "Source",
    "StatusLine",
    "TextField",
    "TitleLine",
    "Toast",
    "Toasts",
    "Typed",
    "actions",
    "keys",
    "muted",
]
