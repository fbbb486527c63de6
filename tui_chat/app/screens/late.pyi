from tui_chat.app.screens.ask_lines import AskLines as AskLines
from tui_chat.app.screens.attachments import AttachmentsDialog as AttachmentsDialog
from tui_chat.app.screens.attachments import AttachmentView as AttachmentView
from tui_chat.app.screens.branches import BranchesDialog as BranchesDialog
from tui_chat.app.screens.chat.message_pane import ChatTranscript as ChatTranscript
from tui_chat.app.screens.chat.message_pane import prepare_layout as prepare_layout
from tui_chat.app.screens.code_drawer import CodeDrawer as CodeDrawer
from tui_chat.app.screens.code_files import ask_and_save as ask_and_save
from tui_chat.app.screens.compare import CompareScreen as CompareScreen
from tui_chat.app.screens.compare_models import CompareModels as CompareModels
from tui_chat.app.screens.context import ContextDialog as ContextDialog
from tui_chat.app.screens.dialogs import AskText as AskText
from tui_chat.app.screens.dialogs import Confirm as Confirm
from tui_chat.app.screens.diff import DiffScreen as DiffScreen
from tui_chat.app.screens.export import ExportDialog as ExportDialog
from tui_chat.app.screens.export import Outcome as Outcome
from tui_chat.app.screens.help import HelpScreen as HelpScreen
from tui_chat.app.screens.key_test import KeyTest as KeyTest
from tui_chat.app.screens.model_picker import ModelPicker as ModelPicker
from tui_chat.app.screens.model_picker import Picked as Picked
from tui_chat.app.screens.outbox import Do as Do
from tui_chat.app.screens.outbox import OutboxDialog as OutboxDialog
from tui_chat.app.screens.outbox import OutboxRow as OutboxRow
from tui_chat.app.screens.parameters import ParametersDialog as ParametersDialog
from tui_chat.app.screens.past_prompts import PastPrompts as PastPrompts
from tui_chat.app.screens.personas import PersonasDialog as PersonasDialog
from tui_chat.app.screens.personas import named as named
from tui_chat.app.screens.pick import PickFiltered as PickFiltered
from tui_chat.app.screens.pick import PickOne as PickOne
from tui_chat.app.screens.preview import PreviewDialog as PreviewDialog
from tui_chat.app.screens.providers import ProvidersScreen as ProvidersScreen
from tui_chat.app.screens.search import SearchScreen as SearchScreen
from tui_chat.app.screens.search import WantedHit as WantedHit
from tui_chat.app.screens.search_words import spans_of as spans_of
from tui_chat.app.screens.secrets_found import SecretsFound as SecretsFound
from tui_chat.app.screens.settings import SettingsScreen as SettingsScreen
from tui_chat.app.screens.templates import TemplatesDialog as TemplatesDialog
from tui_chat.app.screens.templates import VariablesForm as VariablesForm
from tui_chat.app.screens.templates import Wanted as Wanted
from tui_chat.app.screens.templates import Wish as Wish
from tui_chat.app.screens.trash import TrashDialog as TrashDialog

HOMES: dict[str, str]

def prepare() -> None: ...
