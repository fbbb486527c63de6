"""Commands of the linear mode about messages, branches and code."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui_chat.app.clipboard import amount, copy
from tui_chat.chat.code_blocks import CodeBlock, code_blocks, save
from tui_chat.chat.exporting import export_session, write_export
from tui_chat.chat.turn import Turn, go_on, regenerate, send_edited
from tui_chat.cli.plain.chat import Do, PlainChat
from tui_chat.config.paths import exports_folder
from tui_chat.domain.errors import NotFound
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.requests import Action
from tui_chat.domain.words import counted


def _message(chat: PlainChat, argument: str, role: Role | None = None) -> tuple[int, ChatMessage]:
    """Return the message with a number, else the newest of a role, and its number."""
    branch = list(enumerate(chat.opened.branch, 1))
    if argument.isdecimal():
        branch = [one for one in branch if one[0] == int(argument)]
    elif role is not None:
        branch = [one for one in branch if one[1].role is role]
    if not branch:
        raise NotFound("There is no such message.", advice="/show lists them.")
    return branch[-1]


def _show(chat: PlainChat, argument: str) -> None:
    """Read all messages, or one."""
    if argument:
        number, message = _message(chat, argument)
        chat.read_out(message, number)
        return
    for number, message in enumerate(chat.opened.branch, 1):
        chat.read_out(message, number)
    if not chat.opened.branch:
        chat.say("This session has no messages yet.")


def _newest(chat: PlainChat, argument: str) -> None:
    number, message = _message(chat, "")
    chat.read_out(message, number)


def _find(chat: PlainChat, argument: str) -> None:
    words = (argument or chat.ask("Find") or "").casefold()
    found = [
        (number, line.strip())
        for number, message in enumerate(chat.opened.branch, 1)
        for line in message.text.split("\n")
        if words and words in line.casefold()
    ]
    for number, line in found:
        chat.say(f"Message {number}: {line}")
    chat.say(f"{counted(len(found), 'line')}.")


def _copy(chat: PlainChat, argument: str) -> None:
    _, message = _message(chat, argument, Role.ASSISTANT)
    # Where no terminal reads along, none can be asked.
    environment = {**os.environ, **({} if sys.stdout.isatty() else {"TERM": ""})}
    file = exports_folder() / "copied.txt"
    way = chat.wait(copy(message.text, by_terminal=_to_terminal, file=file, environment=environment))
    chat.say(f"Copied {amount(message.text)}, {way}.")


def _to_terminal(text: str) -> None:
    sys.stdout.write(f"\x1b]52;c;{base64.b64encode(text.encode(errors='replace')).decode()}\a")
    sys.stdout.flush()


def _regenerate(chat: PlainChat, argument: str) -> None:
    _, message = _message(chat, argument)
    if message.role is Role.USER:
        reply = chat.opened.add_reply(message.id)
        chat.run(Turn(chat.services, chat.opened, reply, prompt=message, action=Action.NEXT))
    else:
        chat.run(regenerate(chat.services, chat.opened, message))


def _continue(chat: PlainChat, argument: str) -> None:
    _, reply = _message(chat, argument, Role.ASSISTANT)
    if reply.status not in (MessageStatus.INTERRUPTED, MessageStatus.ERROR) or not reply.text:
        chat.say("This reply is complete; /regenerate makes another one.")
        return
    chat.run(go_on(chat.services, chat.opened, reply))


def _edit(chat: PlainChat, argument: str) -> None:
    _, prompt = _message(chat, "", Role.USER)
    chat.say(f"It was: {prompt.text}")
    if text := argument or chat.ask("Instead"):
        chat.run(send_edited(chat.services, chat.opened, prompt, text))


def _sibling(chat: PlainChat, argument: str) -> None:
    """Show the next other answer to a prompt."""
    _, message = _message(chat, argument, Role.ASSISTANT)
    siblings = chat.opened.tree.siblings(message.id)
    if len(siblings) < 2:
        chat.say("There is no other answer here; /regenerate makes one.")
        return
    place = ([one.id for one in siblings].index(message.id) + 1) % len(siblings)
    chat.opened.select(siblings[place].id)
    chat.wait(chat.history.save(chat.opened.session))
    chat.say(f"Answer {place + 1} of {len(siblings)}:\n{siblings[place].text}")


def _delete_message(chat: PlainChat, argument: str) -> None:
    number, _ = _message(chat, argument)
    chat.tell_change(chat.wait(chat.messages.delete_turn(chat.opened, number - 1)))


def _fork(chat: PlainChat, argument: str) -> None:
    """Make a new session of the messages up to one."""
    _, message = _message(chat, argument)
    chat.opened, made = chat.wait(chat.messages.fork(chat.opened, message))
    chat.tell_change(made)


def _always_send(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.messages.toggle_pinned(_message(chat, argument)[1])))


def _never_send(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.messages.toggle_excluded(_message(chat, argument)[1])))


def _code(chat: PlainChat, argument: str) -> None:
    """List the code blocks; a number reads one."""
    blocks = list(code_blocks(chat.opened.session, chat.opened.branch))
    if argument:
        chat.say(_block(blocks, argument).code)
        return
    for number, one in enumerate(blocks, 1):
        chat.say(f"{number}. {one.language or 'code'}, {one.name or 'without a name'}, {counted(one.lines, 'line')}")
    chat.say("/code and a number reads one, /save-code writes it." if blocks else "There is no code in this session.")


def _save_code(chat: PlainChat, argument: str) -> None:
    blocks = list(code_blocks(chat.opened.session, chat.opened.branch))
    block = _block(blocks, argument or str(len(blocks)))
    path = chat.ask(f"Path, Enter for {block.file_name()}")
    if path is not None:
        chat.say(f"Saved {save(block, Path(path.strip() or block.file_name()))}.")


def _block(blocks: Sequence[CodeBlock], number: str) -> CodeBlock:
    if number.isdecimal() and 0 < int(number) <= len(blocks):
        return blocks[int(number) - 1]
    raise NotFound("There is no such code block.", advice="/code lists them.")


def _export(chat: PlainChat, argument: str) -> None:
    chat.summary()
    path = write_export(export_session(chat.opened, argument or "markdown"))
    chat.say(f"Exported to {path}.")


MESSAGE_COMMANDS: Mapping[str, Do] = {
    "show": _show,
    "newest": _newest,
    "find": _find,
    "regenerate": _regenerate,
    "retry": _regenerate,
    "continue": _continue,
    "edit": _edit,
    "sibling": _sibling,
    "delete-message": _delete_message,
    "fork": _fork,
    "always-send": _always_send,
    "never-send": _never_send,
    "copy": _copy,
    "code": _code,
    "save-code": _save_code,
    "export": _export,
}
