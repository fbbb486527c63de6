"""What can be typed behind a slash in the linear mode: the commands of the app that need no screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from tui_chat.app.commands import slash_commands
from tui_chat.chat.history import tags_in
from tui_chat.chat.provider_states import provider_states
from tui_chat.cli.plain.chat import END, Do, PlainChat
from tui_chat.cli.plain.message_commands import MESSAGE_COMMANDS
from tui_chat.domain.errors import ChatError, NotFound
from tui_chat.domain.sessions import SessionSummary
from tui_chat.domain.words import counted

#: Sessions and hits that are listed at once.
_LISTED = 20


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
        messages = counted(one.message_count, "message")
        chat.say(f"{number}. {one.name}, {messages}, {one.updated_at.astimezone():%B %d}{state}")
    more = len(sessions) - _LISTED
    chat.say(f"And {more} more; /search finds them." if more > 0 else "/sessions and a number opens one.")


def _open(chat: PlainChat, session_id: str) -> None:
    chat.opened = chat.wait(chat.history.load(session_id))
    messages = counted(len(chat.opened.branch), "message")
    chat.say(f"Session: {chat.opened.session.name}, {messages}. /newest reads the last one.")


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


def _rename(chat: PlainChat, argument: str) -> None:
    session = chat.summary()
    name = argument or chat.ask(f"New name for {session.name}") or ""
    if name.strip():
        chat.tell_change(chat.wait(chat.history.rename(session, " ".join(name.split()))))


def _pin(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.history.toggle_pin(chat.summary())))


def _archive(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.history.toggle_archived(chat.summary())))


def _tags(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.history.tag(chat.summary(), tags_in(argument or chat.ask("Tags") or ""))))


def _project(chat: PlainChat, argument: str) -> None:
    chat.tell_change(
        chat.wait(chat.history.move(chat.summary(), argument or chat.ask("Project, empty for none") or ""))
    )


def _duplicate(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.history.duplicate(chat.summary())))


def _delete(chat: PlainChat, argument: str) -> None:
    chat.tell_change(chat.wait(chat.history.delete(chat.summary())))
    chat.opened = chat.history.begin()


def _trash(chat: PlainChat, argument: str) -> None:
    """List what was deleted; a number restores."""
    sessions = chat.wait(chat.history.trash())
    for number, one in enumerate(sessions, 1):
        chat.say(f"{number}. {one.name}, {counted(one.message_count, 'message')}")
    if not sessions:
        chat.say("The trash is empty.")
        return
    answer = argument or chat.ask("Number to restore, or Enter") or ""
    if answer.isdecimal() and 0 < int(answer) <= len(sessions):
        chat.tell_change(chat.wait(chat.history.restore(sessions[int(answer) - 1])))


def _undo(chat: PlainChat, argument: str) -> None:
    undone = chat.wait(chat.history.journal.undo())
    chat.say(f"{undone.undone}." if undone is not None else "Nothing to undo.")


def _redo(chat: PlainChat, argument: str) -> None:
    done = chat.wait(chat.history.journal.redo())
    chat.say(f"{done.done}." if done is not None else "Nothing to redo.")


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
    for one in provider_states(chat.services):
        chat.say(f"{one.provider.label}: {one.state}, {one.how}")


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


def _attach(chat: PlainChat, argument: str) -> None:
    if path := argument or chat.ask("Path") or "":
        chat.attach(path)


def _attachments(chat: PlainChat, argument: str) -> None:
    """Tell what is attached, or let go of it."""
    chat.tell_attached()
    if chat.attached and (chat.ask("n takes nothing along, Enter leaves it") or "") == "n":
        chat.attached = []


def _help(chat: PlainChat, argument: str) -> None:
    words = {name: one.words for name, one in slash_commands().items()}
    own = {
        "help": "these commands",
        "show": "read all messages, or one",
        "newest": "read the newest message",
        "find": "words in this session",
        "sibling": "the next other answer",
        "code": "read the code of the session",
        "paste": "a prompt of many lines",
    }
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
    **MESSAGE_COMMANDS,
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
    "model": _model,
    "system": _system,
    "providers": _providers,
    "check": _check,
    "paste": _paste,
    "attach": _attach,
    "attachments": _attachments,
    "quit": _quit,
}
