"""What the user can do: one table that feeds bindings, footer, palette, slash commands, help and the README."""

from tui_chat.app.commands.command import Command, Place
from tui_chat.app.commands.table import COMMANDS, bindings, command, hints, slash_commands

__all__ = ["COMMANDS", "Command", "Place", "bindings", "command", "hints", "slash_commands"]
