"""The table of commands."""

from __future__ import annotations

from collections.abc import Collection

from textual.binding import BindingType

from tui_chat.app.commands.command import Command, Place

_ALL = Place.EVERYWHERE
_IN = Place.INPUT
_TR = Place.TRANSCRIPT
_SB = Place.SIDEBAR
_SE = Place.SEARCH

COMMANDS: tuple[Command, ...] = (
    # In the input. Enter, newline and Tab are handled by the prompt itself.
    Command("input.send", _IN, "", "Enter", "send, or queue", group="Write", hint="send"),
    Command(
        "input.newline",
        _IN,
        "",
        "Ctrl+J",
        "newline; or \\ Enter",
        group="Write",
        hint="newline",
    ),
    Command("input.slash", _IN, "", "/", "commands", group="Write", hint="commands"),
    Command("input.leave", _IN, "", "Esc", "stop, else browse", group="Write", hint="browse"),
    Command("input.older", _IN, "", "↑ ↓", "earlier prompts", group="Write"),
    Command(
        "input.search",
        _IN,
        "ctrl+r",
        "Ctrl+R",
        "search prompts",
        "search_prompts",
        "Write",
        slash="history",
        argument="WORDS",
    ),
    Command("input.editor", _IN, "ctrl+o", "Ctrl+O", "edit in $EDITOR", "edit_outside", "Write", slash="editor"),
    Command("input.templates", _IN, "", "#", "saved prompts", "show_templates", "Write", slash="prompts"),
    Command(
        "input.save_template",
        _IN,
        "",
        "",
        "save the prompt",
        "save_template",
        "Write",
        slash="save-prompt",
        argument="NAME",
    ),
    Command(
        "input.attach", _IN, "", "@", "attach files", "attach", "Write", hint="files", slash="attach", argument="PATH"
    ),
    Command("input.attachments", _IN, "", "", "what is attached", "show_attachments", "Write", slash="attachments"),
    Command("input.paste_image", _IN, "", "", "attach the copied image", "paste_image", "Write", slash="paste-image"),
    Command("input.undo", _IN, "", "Ctrl+Z", "undo typing", group="Write"),
    Command("input.redo", _IN, "", "Ctrl+Y", "redo typing", group="Write"),
    Command("view.page_up", _IN, "pageup", "PgUp", "page up", "page(-1)", "Scroll"),
    Command("view.page_down", _IN, "pagedown", "PgDn", "page down", "page(1)", "Scroll"),
    Command("view.start", _IN, "ctrl+home", "Ctrl+Home", "first message", "scroll_to_start", "Scroll"),
    Command("view.end", _IN, "ctrl+end", "Ctrl+End", "newest message", "follow", "Scroll"),
    # Everywhere.
    Command("session.new", _ALL, "ctrl+n,f3", "Ctrl+N", "new session", "new_session", slash="new"),
    Command(
        "session.list", _ALL, "ctrl+s,f4", "Ctrl+S", "sessions", "show_sessions", slash="sessions", argument="NAME"
    ),
    Command(
        "model.choose",
        _ALL,
        "ctrl+l,f2",
        "Ctrl+L",
        "model, provider",
        "choose_model",
        slash="model",
        argument="NAME",
    ),
    Command(
        "session.reasoning",
        _ALL,
        "ctrl+t",
        "Ctrl+T",
        "reasoning, effort",
        "reasoning",
        slash="reasoning",
        argument="EFFORT",
    ),
    Command("view.follow", _ALL, "ctrl+g", "Ctrl+G", "newest, follow", "follow", slash="newest"),
    Command(
        "app.search",
        _ALL,
        "ctrl+f,f8",
        "Ctrl+F",
        "search everything",
        "search",
        hint="search",
        slash="search",
        argument="TEXT",
    ),
    Command("app.palette", _ALL, "ctrl+p", "Ctrl+P", "every command", "app.command_palette", slash="commands"),
    Command("app.help", _ALL, "f1", "F1", "keys", "show_help", hint="keys", slash="help"),
    Command("app.interrupt", _ALL, "ctrl+c", "Ctrl+C", "copy, stop, clear", "copy_or_stop"),
    Command("app.quit", _ALL, "ctrl+q", "Ctrl+Q", "quit", "app.quit", slash="quit"),
    # Browsing the transcript.
    Command("browse.next", _TR, "j,down", "j k ↑ ↓", "message", "move_message(1)", "Move"),
    Command("browse.previous", _TR, "k,up", "", "previous message", "move_message(-1)", "Move"),
    Command("browse.line_down", _TR, "J", "J K", "line", "move_line(1)", "Move"),
    Command("browse.line_up", _TR, "K", "", "line up", "move_line(-1)", "Move"),
    Command("browse.half_down", _TR, "d", "d u", "half a page", "half_page(1)", "Move"),
    Command("browse.half_up", _TR, "u", "", "half a page up", "half_page(-1)", "Move"),
    Command("browse.first", _TR, "g,home", "g G", "first, last", "first", "Move"),
    Command("browse.last", _TR, "G,end", "", "last message", "last", "Move"),
    Command("browse.code_next", _TR, "right_square_bracket", "[ ]", "code block", "move_code(1)", "Move"),
    Command("browse.code_previous", _TR, "left_square_bracket", "", "previous code block", "move_code(-1)", "Move"),
    Command("browse.outline", _TR, "O", "O", "outline", "screen.show_outline", "Move", slash="outline"),
    Command("browse.branches", _TR, "M", "M", "map of branches", "screen.show_branches", "Move", slash="branches"),
    Command("context.show", _TR, "C", "C", "context: what is sent", "screen.show_context", "Find", slash="context"),
    Command("browse.find", _TR, "slash", "/", "in this session", "screen.find", "Find", slash="find", argument="TEXT"),
    Command("browse.next_hit", _TR, "n", "n N", "next, previous hit", "next_hit(1)", "Find"),
    Command("browse.previous_hit", _TR, "N", "", "previous hit", "next_hit(-1)", "Find"),
    Command("browse.leave", _TR, "escape,enter,a", "Enter a Esc", "to the input", "screen.leave_browsing", "Back"),
    Command(
        "message.copy", _TR, "y", "y", "copy its Markdown", "screen.copy_message", "This message", "copy", slash="copy"
    ),
    Command("message.copy_code", _TR, "c", "c", "copy the code", "screen.copy_code", "This message", "code"),
    Command("message.save_code", _TR, "w", "w", "save the code", "screen.save_code", "This message", slash="save-code"),
    Command("session.code", _IN, "", "", "code of the session", "show_code", slash="code"),
    Command("session.copy", _TR, "Y", "Y", "copy the session", "screen.copy_session", "This message"),
    Command("message.select", _TR, "v", "v", "select text, then y", "select_text", "This message"),
    Command(
        "message.edit", _TR, "e", "e", "edit, send again", "screen.edit_message", "This message", "edit", slash="edit"
    ),
    Command(
        "reply.regenerate",
        _TR,
        "r",
        "r",
        "regenerate",
        "screen.regenerate",
        "This message",
        "again",
        slash="regenerate",
    ),
    Command(
        "reply.regenerate_with",
        _TR,
        "R",
        "R",
        "ask another model",
        "screen.regenerate_with",
        "This message",
        slash="regenerate-with",
        argument="MODEL",
    ),
    Command(
        "reply.continue",
        _TR,
        "o",
        "o",
        "continue",
        "screen.continue_reply",
        "This message",
        "continue",
        slash="continue",
    ),
    Command(
        "message.previous_sibling",
        _TR,
        "less_than_sign",
        "< >",
        "other answers",
        "screen.show_sibling(-1)",
        "This message",
        "siblings",
    ),
    Command(
        "message.next_sibling", _TR, "greater_than_sign", "", "next answer", "screen.show_sibling(1)", "This message"
    ),
    Command(
        "message.diff", _TR, "equals_sign", "=", "diff two answers", "screen.diff", "This message", "diff", slash="diff"
    ),
    Command(
        "message.compare",
        _TR,
        "m",
        "m",
        "compare models",
        "screen.compare",
        "This message",
        slash="compare",
        argument="PROMPT",
    ),
    Command(
        "message.fork", _TR, "b", "b", "fork into a new session", "screen.fork", "This message", "fork", slash="fork"
    ),
    Command("message.pin", _TR, "p", "p", "always send it", "screen.pin_message", "This message", slash="always-send"),
    Command(
        "message.exclude", _TR, "E", "E", "never send it", "screen.exclude_message", "This message", slash="never-send"
    ),
    Command(
        "message.fold",
        _TR,
        "space",
        "Space",
        "unfold the reasoning",
        "screen.fold_reasoning",
        "This message",
        slash="unfold",
    ),
    Command("message.details", _TR, "i", "i", "details", "screen.show_details", "This message", slash="details"),
    Command(
        "message.delete",
        _TR,
        "D",
        "D",
        "delete with its reply",
        "screen.delete_message",
        "This message",
        slash="delete-message",
    ),
    Command(
        "session.export",
        _TR,
        "x",
        "x",
        "export",
        "screen.export",
        "This message",
        "export",
        slash="export",
        argument="FORMAT",
    ),
    Command("edit.undo", _TR, "z", "z", "undo", "screen.undo", "Undo", slash="undo"),
    Command("edit.redo", _TR, "Z", "Z", "redo", "screen.redo", "Undo", slash="redo"),
    # The sidebar.
    Command("sidebar.next", _SB, "j,down", "j k ↑ ↓", "session", "move(1)", "Move"),
    Command("sidebar.previous", _SB, "k,up", "", "previous session", "move(-1)", "Move"),
    Command("sidebar.half_down", _SB, "d,pagedown", "d u", "half a page", "half_page(1)", "Move"),
    Command("sidebar.half_up", _SB, "u,pageup", "", "half a page up", "half_page(-1)", "Move"),
    Command("sidebar.first", _SB, "g,home", "g G", "first, last", "first", "Move"),
    Command("sidebar.last", _SB, "G,end", "", "last session", "last", "Move"),
    Command("sidebar.open", _SB, "enter", "Enter", "open", "open", "This session", "open"),
    Command("sidebar.filter", _SB, "slash", "/", "filter", "screen.filter_sessions", "Find", "filter"),
    Command("sidebar.select", _SB, "space", "Space", "select several", "select", "Find", "select"),
    Command("sidebar.select_all", _SB, "asterisk", "*", "select all shown", "select_all", "Find"),
    Command("sidebar.preview", _SB, "tab", "Tab", "preview", "screen.preview_session", "This session", "preview"),
    Command("sidebar.new", _SB, "n", "n", "new session", "screen.new_session", "This session"),
    Command(
        "sidebar.rename",
        _SB,
        "R",
        "R",
        "rename",
        "screen.rename_session",
        "This session",
        "rename",
        slash="rename",
        argument="NAME",
    ),
    Command("sidebar.pin", _SB, "p", "p", "pin to the top", "screen.pin_session", "This session", "pin", slash="pin"),
    Command("sidebar.tag", _SB, "t", "t", "tags", "screen.tag_session", "This session", slash="tags", argument="TAGS"),
    Command(
        "sidebar.project",
        _SB,
        "m",
        "m",
        "project",
        "screen.move_session",
        "This session",
        slash="project",
        argument="NAME",
    ),
    Command(
        "sidebar.archive", _SB, "A", "A", "archive, or back", "screen.archive_session", "This session", slash="archive"
    ),
    Command(
        "sidebar.duplicate", _SB, "C", "C", "duplicate", "screen.duplicate_session", "This session", slash="duplicate"
    ),
    Command(
        "sidebar.delete", _SB, "D", "D", "delete", "screen.delete_session", "This session", "delete", slash="delete"
    ),
    Command("sidebar.export", _SB, "x", "x", "export", "screen.export", "This session", "export"),
    Command("sidebar.undo", _SB, "z", "z", "undo", "screen.undo", "Undo", "undo"),
    Command("sidebar.redo", _SB, "Z", "Z", "redo", "screen.redo", "Undo"),
    Command("sidebar.leave", _SB, "escape,a", "Esc", "to the input", "screen.leave_browsing", "Back", "back"),
    # The search screen.
    Command("search.next", _SE, "down", "↑ ↓", "hit", "move(1)", "Found"),
    Command("search.previous", _SE, "up", "", "hit before", "move(-1)", "Found"),
    Command("search.open", _SE, "enter", "Enter", "open there; n N go on", "open", "Found"),
    Command("search.page_down", _SE, "pagedown", "PgUp PgDn", "scroll the preview", "page(1)", "Found"),
    Command("search.page_up", _SE, "pageup", "", "scroll the preview up", "page(-1)", "Found"),
    Command("search.tab", _SE, "tab", "Tab", "filters: ← → Space; or preview", "tab", "Narrow down"),
    Command("search.filters", _SE, "shift+tab", "", "filters", "filters", "Narrow down"),
    Command("search.leave", _SE, "escape", "Esc", "back", "leave", "Back"),
    # Without keys: palette and slash command only.
    Command("reply.stop", _IN, "", "", "stop the reply", "stop_reply", slash="stop"),
    Command("outbox.show", _IN, "", "", "prompts that wait", "show_outbox", slash="outbox"),
    Command("context.compact", _IN, "", "", "sum older messages up", "compact", slash="compact"),
    Command("reply.retry", _IN, "", "", "try again now", "retry", slash="retry"),
    Command(
        "session.system",
        _IN,
        "",
        "",
        "system prompt",
        "edit_system_prompt",
        slash="system",
        argument="TEXT",
    ),
    Command("history.merge", _IN, "", "", "merge another version", "merge_history", slash="merge"),
    Command("session.persona", _IN, "", "", "personas", "choose_persona", slash="persona", argument="NAME"),
    Command("session.parameters", _IN, "", "", "parameters", "set_parameters", slash="parameters"),
    Command("history.import", _IN, "", "", "import sessions", "import", slash="import", argument="PATH"),
    Command("session.temporary", _IN, "", "", "temporary session", "new_temporary", slash="temporary"),
    Command("session.keep", _IN, "", "", "keep a temporary session", "keep_session", slash="keep"),
    Command("session.trash", _IN, "", "", "deleted sessions", "show_trash", slash="trash"),
    Command("session.remote", _IN, "", "", "sessions at the provider", "show_remote", slash="remote"),
    Command("app.test_keys", _IN, "", "", "which keys arrive", "test_keys", slash="test-keys"),
    Command("app.settings", _IN, "", "", "settings", "show_settings", slash="settings"),
    Command("app.theme", _IN, "", "", "theme", "choose_theme", slash="theme", argument="NAME"),
    Command("provider.show", _IN, "", "", "providers and keys", "show_providers", slash="providers"),
    Command("provider.check", _IN, "", "", "check the connection", "check_provider", slash="check"),
    Command("provider.reconnect", _IN, "", "", "reconnect", "reconnect_provider", slash="reconnect"),
)

_BY_ID = {one.id: one for one in COMMANDS}


def command(command_id: str) -> Command:
    """Return a command by its id.

    Raises:
        KeyError: if there is none.
    """
    return _BY_ID[command_id]


def bindings(place: Place) -> list[BindingType]:
    """Return the bindings that make the keys of a place work."""
    return [one.binding for one in COMMANDS if one.place is place and one.keys and one.action]


def hints(place: Place, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the footer of a place: keys and their words, the way to help last.

    Args:
        place: Where the keys go.
        without: Ids of commands that mean nothing just now.
    """
    own = [(one.shown, one.hint) for one in COMMANDS if one.place is place and one.hint and one.id not in without]
    return [*own, *((one.shown, one.hint) for one in COMMANDS if one.place is _ALL and one.hint)]


def slash_commands() -> dict[str, Command]:
    """Return the commands that can be typed, by their name without the slash, in alphabetical order."""
    return dict(sorted((one.slash, one) for one in COMMANDS if one.slash))
