"""What can be typed behind a slash in the linear mode: the commands of the app that need no screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from tui_chat.app.clipboard import amount, copy
from tui_chat.app.commands import slash_commands
from tui_chat.app.screens.chat.changes import Change
from tui_chat.app.screens.chat.session_changes import tags_in
from tui_chat.chat.code_blocks import CodeBlock, code_blocks, save
from tui_chat.chat.exporting import export_session, write_export
from tui_chat.chat.turn import Turn, go_on, regenerate, send_edited
from tui_chat.cli.plain.chat import END, PlainChat
from tui_chat.config.paths import exports_folder
from tui_chat.domain.errors import ChatError, NotFound
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import SessionSummary

#: Sessions and hits that are listed at once.
_LISTED = 20

Do = Callable[[PlainChat, str], bool | None]
"""Does a command with its argument; ``False`` leaves the program."""


def act(chat: PlainChat, text: str) -> bool:
    """Do what a line that begins with a slash asks for; return whether to go on."""
    name, _, argument = text[1:].partition(" ")
    begun = [one for one in COMMANDS if name and one.startswith(name)]
    do = COMMANDS.get(name) or (COMMANDS[begun[0]] if len(begun) == 1 else None)
    if do is None:
        if name in slash_commands():
            chat.say(f"/{name} needs the whole screen; here it does nothing.")
        else:
            near = get_close_matches(name, COMMANDS, n=1)
            chat.say(f"/{name} is no command{f', /{near[0]} is' if near else ''}. /help lists them.")
        return True
    try:
        return do(chat, argument.strip()) is not False
    except ChatError as error:
        chat.say(error.sentence)
    except KeyboardInterrupt:
        chat.say("Stopped.")
    return True


# ---- sessions -------------------------------------------------------------------------------------------------------


def _new(chat: PlainChat, argument: str) -> None:
    chat.opened = chat.history.begin()
    chat.say("A new session.")


def _sessions(chat: PlainChat, argument: str) -> None:
    """List sessions, or open the one with a number or the beginning of an id."""
    chat.wait(chat.history.refresh())
    sessions = chat.history.sessions
    if argument:
        _open(chat, _picked(sessions, argument).id)
        return
    for number, one in enumerate(sessions[:_LISTED], 1):
        state = "" if one.status == "idle" else f", {one.status}"
        chat.say(f"{number}. {one.name}, {one.message_count} messages, {one.updated_at.astimezone():%B %d}{state}")
    more = len(sessions) - _LISTED
    chat.say(f"And {more} more; /search finds them." if more > 0 else "/sessions and a number opens one.")


def _open(chat: PlainChat, session_id: str) -> None:
    chat.opened = chat.wait(chat.history.load(session_id))
    chat.say(f"Session: {chat.opened.session.name}, {len(chat.opened.branch)} messages. /newest reads the last one.")


def _search(chat: PlainChat, argument: str) -> None:
    """Search everything; the number of a hit opens its session."""
    text = argument or chat.ask("Search for") or ""
    found = chat.wait(_collected(chat, text))
    for number, (_, name, words) in enumerate(found, 1):
        chat.say(f"{number}. {name}: {words}")
    if not found:
        chat.say("Nothing was found.")
        return
    answer = chat.ask("Number to open, or Enter") or ""
    if answer.isdecimal() and 0 < int(answer) <= len(found):
        _open(chat, found[int(answer) - 1][0])


async def _collected(chat: PlainChat, text: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    async for batch in chat.services.library.search(text):
        rows += [(one.session.id, one.session.name, hit.excerpt.text) for one in batch for hit in one.hits]
        if len(rows) >= _LISTED:
            break
    return rows[:_LISTED]


def _change(chat: PlainChat, made: Change) -> None:
    chat.say(f"{made.done.plain}. /undo takes it back.")


def _here(chat: PlainChat) -> SessionSummary:
    if not len(chat.opened.tree):
        raise NotFound("This session has no messages yet.")
    return chat.opened.session.summary()


def _rename(chat: PlainChat, argument: str) -> None:
    session = _here(chat)
    name = argument or chat.ask(f"New name for {session.name}") or ""
    if name.strip():
        _change(chat, chat.wait(chat.history.rename(session, " ".join(name.split()))))


def _pin(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.history.toggle_pin(_here(chat))))


def _archive(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.history.toggle_archived(_here(chat))))


def _tags(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.history.tag(_here(chat), tags_in(argument or chat.ask("Tags") or ""))))


def _project(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.history.move(_here(chat), argument or chat.ask("Project, empty for none") or "")))


def _duplicate(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.history.duplicate(_here(chat))))


def _delete(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.history.delete(_here(chat))))
    chat.opened = chat.history.begin()


def _trash(chat: PlainChat, argument: str) -> None:
    """List what was deleted; a number restores."""
    sessions = chat.wait(chat.history.trash())
    for number, one in enumerate(sessions, 1):
        chat.say(f"{number}. {one.name}, {one.message_count} messages")
    if not sessions:
        chat.say("The trash is empty.")
        return
    answer = argument or chat.ask("Number to restore, or Enter") or ""
    if answer.isdecimal() and 0 < int(answer) <= len(sessions):
        _change(chat, chat.wait(chat.history.restore(sessions[int(answer) - 1])))


def _undo(chat: PlainChat, argument: str) -> None:
    undone = chat.wait(chat.history.journal.undo())
    chat.say(f"{undone.undone.plain}." if undone is not None else "Nothing to undo.")


def _redo(chat: PlainChat, argument: str) -> None:
    done = chat.wait(chat.history.journal.redo())
    chat.say(f"{done.done.plain}." if done is not None else "Nothing to redo.")


# ---- messages -------------------------------------------------------------------------------------------------------


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
    chat.say(f"{len(found)} lines." if len(found) != 1 else "1 line.")


def _copy(chat: PlainChat, argument: str) -> None:
    _, message = _message(chat, argument, Role.ASSISTANT)
    way = chat.wait(copy(message.text, by_terminal=lambda _: None, file=exports_folder() / "copied.txt"))
    chat.say(f"Copied {amount(message.text)}, {way}.")


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
    _change(chat, chat.wait(chat.messages.delete_turn(chat.opened, number - 1)))


def _fork(chat: PlainChat, argument: str) -> None:
    """Make a new session of the messages up to one."""
    _, message = _message(chat, argument)
    chat.opened, made = chat.wait(chat.messages.fork(chat.opened, message))
    _change(chat, made)


def _always_send(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.messages.toggle_pinned(_message(chat, argument)[1])))


def _never_send(chat: PlainChat, argument: str) -> None:
    _change(chat, chat.wait(chat.messages.toggle_excluded(_message(chat, argument)[1])))


def _code(chat: PlainChat, argument: str) -> None:
    """List the code blocks; a number reads one."""
    blocks = list(code_blocks(chat.opened.session, chat.opened.branch))
    if argument:
        chat.say(_block(blocks, argument).code)
        return
    for number, one in enumerate(blocks, 1):
        chat.say(f"{number}. {one.language or 'code'}, {one.name or 'without a name'}, {one.lines} lines")
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
    _here(chat)
    path = write_export(export_session(chat.opened, argument or "markdown"))
    chat.say(f"Exported to {path}.")


# ---- who answers ----------------------------------------------------------------------------------------------------


def _model(chat: PlainChat, argument: str) -> None:
    """Say who answers, or let another model do so."""
    session = chat.opened.session
    name = argument or chat.ask(f"{session.provider} {session.model} answers. Other model, or Enter") or ""
    if not name:
        return
    provider, _, model = name.partition("/")
    if provider not in chat.services.providers or not model:
        provider, model = session.provider, name
    chat.services.choose(provider, model, "because you chose it")
    session.provider, session.model = provider, model
    chat.services.remember(session)
    if len(chat.opened.tree):
        chat.wait(chat.history.save(session))
    chat.say(f"{model} of {chat.services.provider(provider).label} answers from now on.")


def _system(chat: PlainChat, argument: str) -> None:
    session = chat.opened.session
    if session.system_prompt:
        chat.say(f"It is: {session.system_prompt}")
    text = argument or chat.ask("System prompt, Enter leaves it")
    if text:
        session.system_prompt = text
        if len(chat.opened.tree):
            chat.wait(chat.history.save(session))
        chat.say("The system prompt is set.")


def _providers(chat: PlainChat, argument: str) -> None:
    for provider in chat.services.providers.values():
        state, how = chat.services.state_of(provider)
        chat.say(f"{provider.label}: {state}, {how}")


def _check(chat: PlainChat, argument: str) -> None:
    provider = chat.services.provider(chat.opened.session.provider)
    client = chat.wait(chat.services.client(provider.name))
    accepted = chat.wait(client.is_authenticated())
    chat.say(f"{provider.label} answers and {'accepts' if accepted else 'refuses'} the key.")


# ---- the rest -------------------------------------------------------------------------------------------------------


def _paste(chat: PlainChat, argument: str) -> None:
    """Read a prompt of many lines."""
    chat.say(f"Lines of the prompt; a line with only {END} sends it.")
    lines: list[str] = []
    while (line := chat.ask(str(len(lines) + 1))) not in (None, END):
        lines.append(str(line))
    if text := "\n".join(lines).strip():
        chat.send(text)


def _help(chat: PlainChat, argument: str) -> None:
    words = {name: one.words for name, one in slash_commands().items()}
    own = {"paste": "a prompt of many lines", "show": "read all messages, or one", "sibling": "the next other answer"}
    for name in COMMANDS:
        chat.say(f"/{name}: {own.get(name) or words.get(name, '')}")
    chat.say("A line that ends in a backslash goes on in the next. Ctrl+C stops a reply, Ctrl+D leaves.")


def _quit(chat: PlainChat, argument: str) -> bool:
    return False


def _picked(sessions: Sequence[SessionSummary], argument: str) -> SessionSummary:
    if argument.isdecimal() and 0 < int(argument) <= len(sessions):
        return sessions[int(argument) - 1]
    found = [one for one in sessions if one.id.startswith(argument) or argument.casefold() in one.name.casefold()]
    if not found:
        raise NotFound(f"No session has {argument!r} in its name.")
    return found[0]


COMMANDS: Mapping[str, Do] = {
    "help": _help,
    "show": _show,
    "newest": _newest,
    "find": _find,
    "new": _new,
    "sessions": _sessions,
    "search": _search,
    "rename": _rename,
    "pin": _pin,
    "tags": _tags,
    "project": _project,
    "archive": _archive,
    "duplicate": _duplicate,
    "delete": _delete,
    "trash": _trash,
    "undo": _undo,
    "redo": _redo,
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
    "model": _model,
    "system": _system,
    "providers": _providers,
    "check": _check,
    "paste": _paste,
    "quit": _quit,
}
