"""The user's own keys: ``[keys]`` of the config, laid over the table of commands."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tui_chat.app.commands.command import SHOWN, Command, Place
from tui_chat.app.commands.table import COMMANDS
from tui_chat.domain.settings import KeySettings

#: Keys in which the vim-like preset differs from the default.
VIM = {
    "browse.leave": "i,a,enter,escape",
    "message.details": "I",
    "browse.half_down": "ctrl+d",
    "browse.half_up": "ctrl+u",
    "edit.undo": "u,z",
    "edit.redo": "ctrl+r,Z",
    "sidebar.leave": "i,a,escape",
    "sidebar.half_down": "ctrl+d,pagedown",
    "sidebar.half_up": "ctrl+u,pageup",
    "sidebar.undo": "u,z",
    "sidebar.redo": "ctrl+r,Z",
}

PRESETS: Mapping[str, Mapping[str, str]] = {"default": {}, "vim": VIM}

#: Names that people write, and Textual's.
_ALIASES = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "del": "delete",
    "/": "slash",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "*": "asterisk",
    "?": "question_mark",
    "!": "exclamation_mark",
    ":": "colon",
    ";": "semicolon",
    ".": "full_stop",
    "-": "minus",
    "+": "plus",
    "=": "equals_sign",
    "'": "apostrophe",
    '"': "quotation_mark",
    "#": "number_sign",
    "@": "at",
    "|": "vertical_line",
    "\\": "backslash",
    "~": "tilde",
    "_": "underscore",
    "%": "percent_sign",
    "&": "ampersand",
    "$": "dollar_sign",
    "^": "circumflex_accent",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
}
_MARKS = {name: mark for mark, name in _ALIASES.items() if len(mark) == 1}
_WORDS = {"pageup": "PgUp", "pagedown": "PgDn", "escape": "Esc"}

#: What terminals send for these is another key, so a binding to them would never act.
_SAME_AS = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "escape"}


class Keymap(NamedTuple):
    """Keys that differ from the table."""

    keys: dict[str, str]
    """Textual's names of the keys by the id of the command, comma separated."""
    problems: list[str]
    """What is wrong with the user's keys, in sentences; each concerns keys that were left as they are or taken away."""
    send: str = "enter"
    """What sends the prompt; if it is not Enter, that makes a newline."""


def keymap(settings: KeySettings, commands: Iterable[Command] = COMMANDS) -> Keymap:
    """Read the user's keys.

    Args:
        settings: ``[keys]`` of the config.
        commands: The table of commands.
    """
    table = {one.id: one for one in commands}
    keys, problems = dict[str, str](), list[str]()
    if settings.preset not in PRESETS:
        problems.append(f"keys.preset: there is no {settings.preset!r}; there are {' and '.join(PRESETS)}.")
    for command_id, wanted in {**PRESETS.get(settings.preset, {}), **settings.commands}.items():
        found = _read(command_id, wanted, table)
        if isinstance(found, list):
            keys[command_id] = ",".join(found)
        else:
            problems.append(found)
    return Keymap(keys, problems + _clashes(keys, table), settings.send)


def use(map_: Keymap, commands: Iterable[Command] = COMMANDS) -> None:
    """Let help, footer, palette and hints tell the keys of a map; the table's own where it says nothing."""
    SHOWN.clear()
    if map_.send != "enter":
        SHOWN.update({"input.send": pretty(map_.send), "input.newline": "Enter"})
    leader: Command | None = None
    members: list[Command] = []
    for one in [*commands, None]:
        if one is not None and leader is not None and not one.table_shown and one.keys and one.place is leader.place:
            members.append(one)
            continue
        if leader is not None and any(each.id in map_.keys for each in (leader, *members)):
            firsts = [map_.keys.get(each.id, each.keys).split(",") for each in (leader, *members)]
            SHOWN[leader.id] = " ".join(map(pretty, firsts[0] if not members else [keys[0] for keys in firsts]))
        leader, members = one, []


def pretty(key: str) -> str:
    """Return a key as people write it: ``ctrl+n`` is ``Ctrl+N``."""
    *modifiers, name = key.split("+")
    base = _MARKS.get(name) or _WORDS.get(name) or (name.upper() if modifiers and len(name) == 1 else name)
    if len(base) > 1 and base == name:
        base = name.capitalize()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), base])


def _read(command_id: str, wanted: str, table: Mapping[str, Command]) -> list[str] | str:
    """Return Textual's names of keys, or what is wrong with them."""
    where = f"keys.{command_id}"
    if command_id not in table:
        close = difflib.get_close_matches(command_id, table, n=1)
        return f"{where}: there is no such command.{f' Did you mean {close[0]}?' if close else ''}"
    if not table[command_id].keys:
        return f"{where}: this key cannot be changed{'; see keys.send' if command_id == 'input.send' else ''}."
    keys = [named(key) for key in wanted.replace(",", " ").split()]
    if not keys:
        return f"{where}: needs a key, such as {table[command_id].keys.split(',')[0]!r}."
    for key in keys:
        if key in _SAME_AS:
            return f"{where}: terminals cannot tell {key} from {_SAME_AS[key]}."
        if len(key) > 1 and key.rpartition("+")[2] == "":
            return f"{where}: {key!r} is no key."
    is_letter = any(len(key) == 1 or key in _MARKS for key in keys)
    if is_letter and table[command_id].place in (Place.EVERYWHERE, Place.INPUT):
        return f"{where}: a plain character is typed in the input; use a key with Ctrl or Alt, or a function key."
    return keys


def named(key: str) -> str:
    """Return Textual's name of a key as people write it: ``Ctrl+N`` is ``ctrl+n``."""
    *modifiers, name = key.split("+") if key not in ("+",) else [key]
    plain = _ALIASES.get(name.lower() if len(name) > 1 else name, name.lower() if len(name) > 1 or modifiers else name)
    return "+".join([*(modifier.lower() for modifier in modifiers), plain])


def _clashes(keys: Mapping[str, str], table: Mapping[str, Command]) -> list[str]:
    """Return what to say about keys that two commands of a place share since the user changed one of them."""
    clashes = dict.fromkeys(
        f"keys.{changed.id}: {pretty(key)} is also the key of {other.id} ({other.words})."
        for changed in table.values()
        if changed.id in keys
        for key in keys[changed.id].split(",")
        for other in table.values()
        if other is not changed
        and _meet(changed.place, other.place)
        and key in keys.get(other.id, other.keys).split(",")
        and (other.id not in keys or other.id > changed.id)
    )
    return list(clashes)


def _meet(one: Place, other: Place) -> bool:
    return one is other or Place.EVERYWHERE in (one, other)
