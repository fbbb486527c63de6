"""Dialogs, the message pane and what belongs to them, imported when they are first wanted.

Each class of a screen costs a part of a millisecond when it is made, which dozens of them would add to every start.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Where each name lives. The stub beside this file tells the same to type checkers; a test compares the two.
HOMES = {
    "AskLines": "ask_lines",
    "AskText": "dialogs",
    "AttachmentView": "attachments",
    "AttachmentsDialog": "attachments",
    "BranchesDialog": "branches",
    "ChatTranscript": "chat.message_pane",
    "CodeDrawer": "code_drawer",
    "CompareModels": "compare_models",
    "CompareScreen": "compare",
    "Confirm": "dialogs",
    "ContextDialog": "context",
    "DiffScreen": "diff",
    "Do": "outbox",
    "ExportDialog": "export",
    "HelpScreen": "help",
    "KeyTest": "key_test",
    "ModelPicker": "model_picker",
    "OutboxDialog": "outbox",
    "OutboxRow": "outbox",
    "Outcome": "export",
    "ParametersDialog": "parameters",
    "PastPrompts": "past_prompts",
    "PersonasDialog": "personas",
    "PickFiltered": "pick",
    "PickOne": "pick",
    "Picked": "model_picker",
    "PreviewDialog": "preview",
    "ProvidersScreen": "providers",
    "SearchScreen": "search",
    "SecretsFound": "secrets_found",
    "SettingsScreen": "settings",
    "TemplatesDialog": "templates",
    "TrashDialog": "trash",
    "VariablesForm": "templates",
    "Wanted": "templates",
    "WantedHit": "search",
    "Wish": "templates",
    "ask_and_save": "code_files",
    "named": "personas",
    "prepare_layout": "chat.message_pane",
    "spans_of": "search_words",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"tui_chat.app.screens.{HOMES[name]}"), name)
    globals()[name] = found
    return found


def prepare() -> None:
    """Import them all, so that the first to be opened is there at once; to be called when nobody waits."""
    for name in set(HOMES.values()):
        import_module(f"tui_chat.app.screens.{name}")
