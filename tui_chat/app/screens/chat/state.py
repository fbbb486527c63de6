"""The state that the parts of the chat screen share, and how it is put on screen."""

from __future__ import annotations

from asyncio import Event, Lock
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from textual.content import Content
from textual.worker import WorkType

from tui_chat.app.commands import Place, command
from tui_chat.app.notices import Notices
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.exchange import Exchange
from tui_chat.app.screens.chat.replies import Replies
from tui_chat.app.screens.chat.widgets import ChatWidgets
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.private import send
from tui_chat.chat.bound_history import BoundHistory
from tui_chat.chat.changes import Change
from tui_chat.chat.message_changes import MessageChanges
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import ChatError, HistoryError
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage, MessageStatus, Part


class ChatState(ChatWidgets):
    """The open session, the replies that run, and the methods that show them.

    Args:
        services: What the turns work with.
        first_prompt: Sent as the first message of a new session, if not empty.
        first_session: Id of the session to open, if not empty.
        problems: What is wrong with the settings, in sentences, to be told once.
    """

    def __init__(
        self, services: Services, *, first_prompt: str = "", first_session: str = "", problems: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self.problems = problems
        self.services = services
        self.first_prompt = first_prompt
        self.first_session = first_session
        self.history = BoundHistory(
            services, self.held, lambda work: self.run_worker(work, group="remote"), self.show_error
        )
        self.replies = Replies(
            run_worker=lambda work, group: self.run_worker(work, group=group, exit_on_error=True),
            show=self.show_event,
            ended=self.show_ended,
            unsaved=self.show_unsaved,
        )
        self.notices = Notices(lambda sequence: send(self.app, sequence))
        self.exchange = Exchange(services, self.replies)
        self.messages = MessageChanges(services, self.history)
        self.opened: OpenSession = self.history.begin()
        self.has_begun = Event()
        """Whether the session to begin with is open: what is typed before that is sent there."""
        self.in_memory: dict[str, OpenSession] = {}
        """Sessions in which a reply runs, so that coming back finds it where it is."""
        self.unsaved: list[Turn] = []
        """Turns whose reply came but could not be written; that is tried again until it works."""
        self.keeps_queue: set[str] = set()
        """Sessions whose waiting prompts stay in the queue although the reply before them has not come."""
        self.resuming = Lock()
        """Held while a waiting prompt that a dead process left is taken over."""
        self.waiting_troubles: dict[str, str] = {}
        """Why prompts that wait on disk could not go on, by session: it is tried again and again, but said once."""
        self.is_ending = False
        """Whether the app is about to quit: what waits then stays where it is."""
        self.drafts_aside: dict[str, tuple[str, Sequence[Part]]] = {}
        """What stands in the input of temporary sessions, which is written nowhere."""
        self.unseen: set[str] = set()
        """Sessions whose reply ended while another was shown."""

    @property
    def is_editing(self) -> bool:
        """Whether the input holds a prompt that was sent."""
        return False

    @property
    def has_attached(self) -> bool:
        """Whether anything is attached to the prompt that is being written."""
        return False

    @property
    def is_receiving(self) -> bool:
        """Whether a reply is received in the open session, by this process."""
        return self.opened.id in self.replies

    @property
    def runs_elsewhere(self) -> bool:
        """Whether another process receives a reply in the open session."""
        return not self.is_receiving and any(message.is_running or message.waits for message in self.opened.branch)

    def held(self, session_id: str) -> OpenSession | None:
        """Return a session that is open, or in which a reply runs, by its id."""
        return self.opened if session_id == self.opened.id else self.in_memory.get(session_id)

    def watch_place(self) -> None:
        if self._transcript is not None:
            self._transcript.refresh_hints()
        self.toasts.retell_hints()
        self.show_status()

    def entry(self, message: ChatMessage) -> Entry:
        """Return a message as the transcript shows it."""
        return Entry(message, *describing.siblings(self.opened, message))

    async def show_opened(self, *, at: str | None = None) -> None:
        """Show the open session."""
        opened = self.opened
        self.main.remove_class("-finding")
        if turn := self.replies.turn(opened.id):
            opened.tree.add(turn.reply)
        self.unseen.discard(opened.id)
        self.transcript.show([self.entry(message) for message in opened.branch], at=at)
        self.show_facts()
        if turn is not None and turn.wait is not None:
            self.show_event(turn, turn.wait.event(attempt=2))
        self.show_sessions()

    def show_marks(self, message_id: str) -> None:
        """Show in its head whether a message is always or never sent."""
        # Another session may be open by now.
        if (message := self.opened.tree.get(message_id)) is not None:
            self.transcript.update_entry(self.entry(message))

    def show_facts(self) -> None:
        """Show the open session's name, whether it is empty, and what is known about it."""
        session = self.opened.session
        is_empty = not len(self.opened.tree)
        self.empty.display = is_empty
        if is_empty:
            self.show_empty()
        if self._transcript is not None or not is_empty:
            self.transcript.display = not is_empty
        title = describing.title_of(session, is_temporary=self.services.library.is_temporary(session.id))
        self.title_line.set_title(title)
        if self.place is not Place.TRANSCRIPT:  # else the place of the browsed message stands there
            self.title_line.set_aside(describing.aside_of(session))
        used = None if is_empty else describing.context_of(self.opened, self.services).percent or None
        facts = describing.cost_facts(session, self.services)
        once = self.exchange.once.get(session.id)
        model = f"{once[1]} once" if once else session.model or session.provider
        self.status.set_facts(model, facts, context=used, remedy="/compact")
        self.show_status()

    def show_empty(self) -> None:
        """Show who answers, and the keys to know."""
        services = self.services
        self.empty.set_facts(
            who=describing.who_answers(services),
            providers=describing.provider_rows(services),
            more=describing.more_providers(services),
            keys=describing.five_keys(),
            import_command="" if self.history.sessions else "/import chatgpt-export.zip",
        )

    def show_status(self) -> None:
        """Show what the open session does, and the keys that mean something now."""
        turn = self.replies.turn(self.opened.id)
        if self.find_bar.has_focus_within:
            self.hints.set_hints(describing.FIND_KEYS if self.find_bar.has_hits else describing.FIND_KEYS[-1:])
        elif self.menu.display and self.place is Place.INPUT:
            self.hints.set_hints(describing.completion_keys(is_chosen=self.menu.cursor is not None))
        elif self.is_editing and self.place is Place.INPUT:
            self.hints.set_hints(describing.EDIT_KEYS)
        elif self.has_attached and self.place is Place.INPUT and turn is None:
            self.hints.set_hints(describing.attached_keys(can_browse=bool(len(self.opened.tree))))
        elif self.sidebar.field.has_focus:
            self.hints.set_hints(describing.filter_keys(is_typed=bool(self.sidebar.field.value)))
        else:
            pane, is_running = self._transcript, turn is not None
            is_selecting = self.place is Place.SIDEBAR and bool(self.sidebar.selected)
            keys = describing.footer(self.opened, self.place, pane, is_running=is_running, is_selecting=is_selecting)
            self.hints.set_hints(keys)
        elsewhere = len(self.replies) - (turn is not None)
        reply = turn.reply if turn is not None else None
        provider = self.services.providers.get(reply.provider) if reply is not None else None
        who = provider.label if provider is not None else ""
        phase = describing.phase_of(reply) if reply is not None else ""
        if turn is not None:
            state = "running"
        elif self.is_editing:
            state = "editing"
        elif self.place is not Place.INPUT:
            state = {Place.TRANSCRIPT: "browse", Place.SIDEBAR: "sessions"}[self.place]
        elif self.runs_elsewhere:
            state = "elsewhere"
        else:
            branch = self.opened.branch
            state = str(branch[-1].status) if branch else "complete"
        seconds = turn.seconds if turn is not None else 0.0
        self.status.set_state(state, elsewhere=elsewhere, running_for=seconds, phase=phase, who=who)
        if turn is not None and turn.wait is not None:
            self.status.take(turn.wait.event(attempt=2))

    def show_sessions(self) -> None:
        """Show the list of sessions, the open one among them."""
        if self.is_ending:
            return  # the widgets go before those who show something in them
        self.sidebar.set_sessions(self.history.sessions)
        self.sidebar.set_marks(
            {
                session.id: mark
                for session in self.history.sessions
                if (
                    mark := describing.session_mark(
                        session, is_running=session.id in self.replies, is_unseen=session.id in self.unseen
                    )
                )
            }
        )
        self.sidebar.open_id = self.opened.id

    def show_event(self, turn: Turn, event: StreamEvent) -> None:
        """Show a piece of a running reply, if its session is open."""
        if turn.session_id == self.opened.id:
            self.transcript.apply(turn.reply_id, event)
            self.status.take(event)

    def show_ended(self, turn: Turn) -> None:
        """Show a reply as it was saved, and send the prompt that waits behind it."""
        if self.is_ending or not self.is_attached or not self.is_running:
            return
        reply = turn.reply
        self.in_memory.pop(turn.session_id, None)
        if turn.save_error is not None:
            self.in_memory[turn.session_id] = turn.opened
            self.unsaved.append(turn)
        if turn.session_id == self.opened.id:
            self.transcript.update_entry(self.entry(reply))
        else:
            self.unseen.add(turn.session_id)
            self.toasts.show(Content.from_markup("[b]$name[/b] ready", name=turn.opened.session.name), kind="accent")
        if turn.save_error is not None:
            self.show_error(turn.save_error)
        self.services.remember(turn.opened.session)
        self.start_worker(partial(self._tell_away, turn), "notices")
        has_more = reply.id in [message.id for message in turn.opened.branch[:-1]]
        has_sent = reply.status is MessageStatus.COMPLETE and self.exchange.send_queued(turn.opened)
        self.start_worker(partial(self._after, turn, redraw=has_sent or has_more), f"after:{turn.session_id}")

    def start_worker(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Run a worker that calls what it does: the app may end before it begins, and nothing waits in vain then."""
        wanted: WorkType[None] = work
        self.run_worker(wanted, group=group)

    async def _tell_away(self, turn: Turn) -> None:
        """Tell a user who looks elsewhere that a reply has ended."""
        ends = {MessageStatus.COMPLETE: "ready", MessageStatus.ERROR: "failed"}
        how = ends.get(turn.reply.status, "interrupted")
        settings, is_away = self.services.settings.notices, not self.app.app_focus
        await self.notices.reply_ended(turn.opened.session.name, how, settings, is_away=is_away)

    def show_unsaved(self, turn: Turn, error: HistoryError) -> None:
        """Give a prompt back that could not be saved and so was not sent."""
        self.show_error(error)
        turn.withdraw()
        if turn.prompt is not None:
            self.give_back(turn.opened, turn.prompt.text, turn.prompt.attached)
        if turn.session_id == self.opened.id:
            self.call_later(partial(self.show_opened))

    def give_back(self, opened: OpenSession, text: str, parts: Sequence[Part]) -> None:
        """Put a prompt that was not sent back into the input of its session, with what was attached to it."""

    def show_error(self, error: ChatError) -> None:
        """Say what went wrong; it stays until it was read."""
        self.toasts.show(Content(error.sentence), kind="error")

    def say(self, words: str, *, hint: tuple[str, str] | None = None, kind: str = "success") -> None:
        """Say what was done, for a while."""
        self.toasts.show(Content(words), hint=hint, kind=kind)

    async def tell_change(self, change: Awaitable[Change]) -> Change | None:
        """Wait for a change; say what was done, and the key that takes it back. Return it, if it could be made."""
        try:
            made = await change
        except ChatError as error:
            self.show_error(error)
            return None
        self.tell_done(made)
        return made

    def tell_done(self, change: Change) -> None:
        """Say what was changed, and the key that takes it back."""
        self.toasts.show(describing.sentence(change.done), hint=partial(self.key_for, "edit.undo"), seconds=10)

    def key_for(self, command_id: str) -> tuple[str, str]:
        """Return how a command is given where the user is, with its word: the key of browsing, or what is typed."""
        one = command(command_id)
        return (f"/{one.slash}", "") if self.place is Place.INPUT else (one.shown, one.words)

    async def _take_back_queued(self, opened: OpenSession) -> bool:
        """Give the prompts that wait in the open session back; return whether there are any."""
        queued = self.exchange.take_back_queued(opened)
        if queued:
            text = "\n\n".join(prompt.text for prompt in queued if prompt.text)
            self.give_back(opened, text, [part for prompt in queued for part in prompt.attached])
            try:
                await self.services.library.remove_messages(opened.session, [prompt.id for prompt in queued])
            except HistoryError as error:
                self.show_error(error)
        return bool(queued)

    async def _after(self, turn: Turn, *, redraw: bool) -> None:
        keeps_queue = turn.session_id != self.opened.id or turn.session_id in self.keeps_queue
        if turn.reply.status is not MessageStatus.COMPLETE and not keeps_queue:
            redraw = await self._take_back_queued(turn.opened) or redraw
        await self.history.refresh()
        if redraw and turn.session_id == self.opened.id:
            await self.show_opened()
        elif turn.session_id == self.opened.id:
            self.show_facts()
            self.show_sessions()
        else:
            self.show_sessions()
            self.show_status()
