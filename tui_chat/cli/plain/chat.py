"""The linear mode: prompts are read line by line, replies written as they come; nothing on the screen ever moves."""

from __future__ import annotations

import asyncio
import sys
from asyncio import Runner
from collections.abc import Callable, Coroutine
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from tui_chat.chat.attaching import check_taken, read_parts
from tui_chat.chat.changes import Change
from tui_chat.chat.history import SessionHistory
from tui_chat.chat.message_changes import MessageChanges
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor, secrets_in, summary, texts_of
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn, send
from tui_chat.cli.output import printable
from tui_chat.domain.errors import ChatError, NotFound
from tui_chat.domain.events import ReasoningDelta, Retrying, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, MessageStatus, Part, Role
from tui_chat.domain.sessions import SessionSummary
from tui_chat.domain.words import counted

T = TypeVar("T")

#: What ends a prompt of several lines.
END = "."


class PlainChat:
    """The open session, and what is said about it.

    Args:
        services: What the turns work with.
        runner: Runs what has to be waited for; Ctrl+C ends that, not the program.

    Attributes:
        opened: The open session.
        history: All sessions, and the changes to them.
        messages: The changes to messages and branches.
        attached: What goes along with the next prompt.
    """

    def __init__(self, services: Services, runner: Runner) -> None:
        self.services = services
        self.history = SessionHistory(services, self._held)
        self.attached: list[Part] = []
        self.messages = MessageChanges(services, self.history)
        self.opened: OpenSession = self.history.begin()
        self._runner = runner

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something.

        Raises:
            KeyboardInterrupt: after Ctrl+C, once the work has ended.
        """
        return self._runner.run(work)

    def say(self, text: str) -> None:
        """Write a line; foreign text loses what a terminal would act on."""
        click.echo(printable(text))

    def ask(self, label: str) -> str | None:
        """Read a line; ``None`` at the end of the input, and after Ctrl+C."""
        try:
            return input(f"{label}: ")
        except EOFError:
            return None
        except KeyboardInterrupt:
            click.echo()
            return None

    def read_prompt(self) -> str | None:
        """Read a prompt. A line that ends in a backslash goes on in the next; ``None`` at the end of the input.

        Raises:
            KeyboardInterrupt: after Ctrl+C.
        """
        lines: list[str] = []
        label = "You: "
        while True:
            try:
                line = input(label)
            except EOFError:
                return "\n".join(lines) or None
            if not line.endswith("\\") or line.endswith("\\\\"):
                return "\n".join([*lines, line])
            lines.append(line[:-1])
            label = "more: "

    def attach(self, wanted: str) -> None:
        """Attach a file, a folder or a pattern to the next prompt.

        Raises:
            AttachmentRefused: if that cannot be done.
        """
        self.attached += read_parts(wanted, Path.cwd())
        self.tell_attached()

    def tell_attached(self) -> None:
        """Say what goes along with the next prompt."""
        names = ", ".join(part.name for part in self.attached if isinstance(part, FilePart | ImagePart))
        self.say(f"The next prompt takes along: {names}." if names else "Nothing is attached.")

    def send(self, text: str) -> None:
        """Send a prompt with what is attached, and write the reply."""
        session = self.opened.session
        info = self.services.models.info(session.provider, session.model)
        try:
            check_taken(self.attached, self.services.provider(session.provider), info)
        except ChatError as error:
            self.say(error.sentence)
            return
        agreed = self._agreed(text)
        if agreed is None:
            self.say("Not sent.")
            return
        turn = send(self.services, self.opened, *agreed)
        self.attached = []
        self.run(turn)

    def _agreed(self, text: str) -> tuple[str, list[Part]] | None:
        """Return what may be sent of a prompt and what is attached; nothing if that holds a secret that is to stay."""
        is_built_in = self.services.provider(self.opened.session.provider).is_built_in
        found = summary(secrets_in(texts_of(text, self.attached)))
        if is_built_in or not found or not self.services.settings.privacy.warn_of_secrets:
            return text, self.attached
        answer = self.ask(f"This seems to hold {found}. y sends it, r sends placeholders, Enter does not")
        if answer == "r":
            redactor = Redactor()
            return redactor.text(text), redactor.parts(self.attached)
        return (text, self.attached) if answer == "y" else None

    def run(self, turn: Turn) -> None:
        """Write the reply of a turn as it comes. Ctrl+C stops it; what came is kept."""
        printer = _Printer()
        self.say(f"{turn.reply.model or turn.reply.provider}:")
        try:
            self.wait(turn.run(printer.show))
        except KeyboardInterrupt:
            printer.end()
            self.say("Stopped; what came is kept. /continue goes on, /regenerate makes another reply.")
        except ChatError as error:
            printer.end()
            self.say(error.sentence)
        else:
            printer.end()
            self._tell_end(turn)
        self.services.remember(self.opened.session)

    def tell_change(self, made: Change) -> None:
        """Say what was done, and how to take it back."""
        self.say(f"{made.done}. /undo takes it back.")

    def summary(self) -> SessionSummary:
        """Return the open session as a list shows it.

        Raises:
            NotFound: if nothing has been said in it yet.
        """
        if not len(self.opened.tree):
            raise NotFound("This session has no messages yet.")
        return self.opened.session.summary()

    def read_out(self, message: ChatMessage, number: int) -> None:
        """Write a message with its number."""
        who = "You" if message.role is Role.USER else message.model or str(message.role)
        state = "" if message.status is MessageStatus.COMPLETE else f", {message.status}"
        self.say(f"{number}. {who}{state}:\n{message.text}\n")

    def _tell_end(self, turn: Turn) -> None:
        for error in (turn.error, turn.save_error):
            if error is not None:
                self.say(error.sentence)
        if turn.error is None and turn.reply.status is MessageStatus.INTERRUPTED:
            self.say("The reply was cut off; what came is kept. /continue goes on.")

    def _held(self, session_id: str) -> OpenSession | None:
        return self.opened if session_id == self.opened.id else None


Do = Callable[[PlainChat, str], bool | None]
"""Does a command with its argument; ``False`` leaves the program."""


class _Printer:
    """Writes the events of a reply."""

    def __init__(self) -> None:
        self._is_at_begin = True
        self._is_thinking = False

    def show(self, event: StreamEvent) -> None:
        if isinstance(event, TextDelta):
            if self._is_thinking:
                self._is_thinking = False
                click.echo("Thought.")
            text = printable(event.text)
            sys.stdout.write(text)
            sys.stdout.flush()
            self._is_at_begin = text.endswith("\n")
        elif isinstance(event, ReasoningDelta) and not self._is_thinking:
            self._is_thinking = True
            click.echo("Thinking.")
        elif isinstance(event, Retrying):
            click.echo(f"{printable(event.why.rstrip('.'))}. Next try in {event.delay:.0f} seconds; Ctrl+C gives up.")

    def end(self) -> None:
        if not self._is_at_begin:
            click.echo()
            self._is_at_begin = True


def run_plain(services: Services, *, prompt: str, session: str, act: Callable[[PlainChat, str], bool]) -> int:
    """Chat line by line until the user leaves.

    Args:
        services: What the turns work with.
        prompt: Sent first, if not empty.
        session: Id of the session to open, if not empty.
        act: Does what a line that begins with a slash asks for; returns whether to go on.

    Returns:
        The exit code.
    """
    _with_line_editing()
    with asyncio.Runner() as runner:
        chat = PlainChat(services, runner)
        try:
            return _run(chat, prompt, session, act)
        finally:
            runner.run(services.aclose())


def _run(chat: PlainChat, prompt: str, session: str, act: Callable[[PlainChat, str], bool]) -> int:
    trouble = chat.wait(chat.history.open())
    for error in (trouble, chat.services.trouble):
        if error is not None:
            chat.say(error.sentence)
    if chat.services.choice.is_fallback:
        chat.wait(chat.services.look_for_local())
        chat.opened = chat.history.begin()
    who = chat.services.provider(chat.services.choice.provider).label
    chat.say(f"tui-chat, line by line. {who} answers {chat.services.choice.why}. /help lists the commands.")
    if session:
        found = chat.wait(chat.services.library.find(session))
        chat.opened = chat.wait(chat.history.load(found.id))
        chat.say(f"Session: {found.name}, {counted(len(chat.opened.branch), 'message')}. /show reads them.")
    if prompt:
        chat.say(f"You: {prompt}")
        chat.send(prompt)
    has_asked = False
    while True:
        try:
            text = chat.read_prompt()
        except KeyboardInterrupt:
            click.echo()
            if has_asked:
                return 0
            has_asked = True
            chat.say("Ctrl+C again, or /quit, leaves.")
            continue
        has_asked = False
        if text is None:
            return 0
        if text.startswith("/"):
            if not act(chat, text):
                return 0
        elif text.strip():
            chat.send(text)


def _with_line_editing() -> None:
    """Let lines be edited, and earlier ones be called back, where the platform can."""
    with suppress(ImportError):
        import_module("readline")  # to be imported is all it takes
