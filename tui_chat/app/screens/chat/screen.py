"""The chat screen: how its parts are laid out, and how they hear of one another."""

from __future__ import annotations

from asyncio import sleep, to_thread
from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical

from tui_chat.app.commands import Command, Place, bindings
from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing, slash
from tui_chat.app.screens.chat.code_actions import CodeActions
from tui_chat.app.screens.chat.compare_actions import CompareActions
from tui_chat.app.screens.chat.completing import Completing
from tui_chat.app.screens.chat.export_actions import ExportActions
from tui_chat.app.screens.chat.import_actions import ImportActions
from tui_chat.app.screens.chat.model_actions import ModelActions
from tui_chat.app.screens.chat.naming_actions import NamingActions
from tui_chat.app.screens.chat.others import OtherProcesses
from tui_chat.app.screens.chat.panes import ChatSidebar
from tui_chat.app.screens.chat.temporary_actions import TemporaryActions
from tui_chat.app.stylesheets import dialog_stylesheets
from tui_chat.app.transcript import messages
from tui_chat.app.transcript.later import clock_of
from tui_chat.app.widgets import (
    CompletionMenu,
    Composer,
    EmptyState,
    FindBar,
    Hints,
    Prompt,
    StatusLine,
    TitleLine,
    Toasts,
)
from tui_chat.chat import secret_rules
from tui_chat.domain.errors import ChatError

#: Seconds within which a second Ctrl+C quits.
QUIT_WITHIN = 3.0

#: Seconds after the start at which drafts and earlier prompts are read: not before the input is on screen, empty and
#: ready, and no later than a hand reaches the keys.
RECALL_AFTER = 0.03

#: Seconds after the start at which the first prompt is prepared for, so that this does not slow the first keys down.
PREPARE_AFTER = 0.3


class ChatScreen(
    TemporaryActions,
    CompareActions,
    ModelActions,
    ExportActions,
    ImportActions,
    CodeActions,
    Completing,
    NamingActions,
    OtherProcesses,
    is_whole=True,
):
    """Sidebar, transcript and input of the open session."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.EVERYWHERE), *bindings(Place.INPUT)]
    AUTO_FOCUS = "Prompt"

    _asked_to_quit = -QUIT_WITHIN

    def compose(self) -> ComposeResult:
        # Textual gives the classes of the size after the first frame, which would be styled twice.
        size, app = self.app.size, self.app
        for length, steps in ((size.width, app.HORIZONTAL_BREAKPOINTS), (size.height, app.VERTICAL_BREAKPOINTS)):
            self.add_class(max(step for step in steps or () if step[0] <= length)[1], update=False)
        with Horizontal(id="body"):
            yield ChatSidebar(id="sidebar")
            with Vertical(id="main"):
                with Vertical(id="head"):
                    yield TitleLine()
                with Container(id="pane"):
                    yield EmptyState()
                with Vertical(id="foot"):
                    yield CompletionMenu()
                    yield Composer()
                    yield FindBar()
                    yield StatusLine()
                    yield Hints()
        yield Toasts()

    def on_mount(self) -> None:
        look = self.services.settings.look
        self.hints.set_class(not look.footer, "-off")
        self.prompt.cursor_blink = look.cursor_blink
        self.prompt.send_key = self.services.settings.keys.send
        self.show_facts()
        if not self.first_session:
            self.has_begun.set()
        clock_of(self)(RECALL_AFTER, self._recall_soon)
        self.run_worker(self._begin(), group="start")
        self.watch(self.app, "app_focus", self._see_focus, init=False)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def see_where_keys_go(self) -> None:
        self.call_later(self._see_place)

    @on(Prompt.Submitted)
    async def take_prompt(self, event: Prompt.Submitted) -> None:
        await self.has_begun.wait()
        opened = self.opened
        self.keep_draft()
        self.toasts.dismiss_errors()
        if not await self.is_all_read() or self.opened.id != opened.id:
            self.give_back(opened, event.text, ())
            return
        typed = slash.parse(event.text)
        if self.editing is not None:
            await self.send_edited(self.editing, event.text)
        elif typed is not None:
            await self.do(typed.command, typed.argument)
        elif not (self.holds_mistake(event.text) or await self.holds_mention(event.text)):
            await self.send(event.text)

    @on(Prompt.Escaped)
    def stop_or_browse(self) -> None:
        if self.menu.display:
            self.hide_menu()
        elif self.editing is not None:
            self.end_editing()
            self.set_focus(self.transcript)
        elif not self.replies.stop(self.opened.id) and len(self.opened.tree):
            self.set_focus(self.transcript)

    @on(messages.BrowsingEnded)
    def type_on(self, event: messages.BrowsingEnded) -> None:
        self.set_focus(self.prompt)
        if event.character:
            self.prompt.insert(event.character)

    @on(messages.CopyRequested)
    async def copy_selected(self, event: messages.CopyRequested) -> None:
        await self.copy(event.text, "the selection")

    @on(FindBar.Changed)
    def find_typed(self, event: FindBar.Changed) -> None:
        self.look_for(event.text)

    @on(FindBar.Moved)
    def find_other(self, event: FindBar.Moved) -> None:
        self.go_to_hit(event.step)

    @on(FindBar.Accepted)
    def browse_found(self) -> None:
        self.close_find_bar()

    @on(FindBar.Closed)
    def end_find(self) -> None:
        self.look_for("")
        self.close_find_bar()

    @on(messages.HitShown)
    def tell_hit(self, event: messages.HitShown) -> None:
        self.find_bar.set_count(event.at, event.count)
        self.show_status()
        self.title_line.set_aside(f"hit {event.at} of {event.count}" if event.count else "")

    @on(messages.LinkPointed)
    def show_address(self, event: messages.LinkPointed) -> None:
        self.status.set_address(event.url)

    @on(messages.LinkClicked)
    def open_link(self, event: messages.LinkClicked) -> None:
        self.ask_to_open(event.url)

    @on(messages.CursorMoved)
    def tell_place(self, event: messages.CursorMoved) -> None:
        self.title_line.set_aside(f"message {event.index + 1} of {event.count}")
        self.show_status()

    @on(messages.FollowChanged)
    @on(ChatSidebar.KeysChanged)
    def tell_keys(self) -> None:
        self.show_status()

    @on(ChatSidebar.OverChanged)
    def dim_page(self, event: ChatSidebar.OverChanged) -> None:
        self.main.set_class(event.is_over, "-dimmed")
        self.toasts.set_class(event.is_over, "-beside")

    @on(ChatSidebar.Opened)
    async def open_picked(self, event: ChatSidebar.Opened) -> None:
        await self.open_session(event.session_id)
        self.set_focus(self.prompt)

    def action_leave_browsing(self) -> None:
        """Go back to the input; what was looked for in the session is marked no longer."""
        if self.is_browsing:
            self.transcript.find("")
        self.set_focus(self.prompt)

    def action_show_help(self) -> None:
        """Show the keys for where the user is."""
        self.app.push_screen(late.HelpScreen(self.place))

    async def action_copy_or_stop(self) -> None:
        """Copy what is selected, else stop the reply, else clear the input, else quit at the second time."""
        if text := (self.prompt.selected_text or self.get_selected_text()):
            await self.copy(text, "the selection")
        elif self.replies.stop(self.opened.id):
            pass
        elif self.prompt.text:
            self.prompt.clear_text()
            self.say("Cleared", hint=("Ctrl+Z", "undo"), kind="plain")
        elif self.attached:
            await self.remove_all()
        else:
            await self._quit_at_second_time()

    async def _quit_at_second_time(self) -> None:
        if monotonic() - self._asked_to_quit < QUIT_WITHIN:
            await self.app.action_quit()
            return
        self._asked_to_quit = monotonic()
        self.say("Ctrl+C again quits", kind="plain")

    async def do(self, command: Command, argument: str = "") -> None:
        """Do a command that was typed or picked from the palette."""
        action = command.action.removeprefix("screen.")
        if argument and command.argument:
            action = f"{action}({argument!r})"
        await self.run_action(action)

    def doer(self, command: Command) -> Callable[[], None]:
        """Return what the palette calls to do a command."""

        def do_later() -> None:
            self.call_later(self.do, command)

        return do_later

    async def end(self) -> None:
        """Stop all replies, and wait until they are saved."""
        self.is_ending = True
        self.keep_draft()
        await self.end_rivalry()
        await self.replies.stop_all()
        await self.save_unsaved()
        self.notices.end()

    def _see_focus(self, has_focus: bool) -> None:
        if has_focus:
            self.notices.seen()

    def _see_place(self) -> None:
        self.place = self.place_of_keys
        if not self.find_bar.has_focus_within:
            self.main.remove_class("-finding")
        self.show_status()
        if self.place is not Place.SIDEBAR:
            self.sidebar.hide_over()
        if self.place is not Place.TRANSCRIPT:
            self.title_line.set_aside(describing.aside_of(self.opened.session))

    def _recall_soon(self) -> None:
        self.run_worker(self.recall(), group="recall")

    async def _begin(self) -> None:
        trouble = await self.history.open()
        for error in (trouble, self.services.trouble):
            if error is not None:
                self.show_error(error)
        for note in (*self.problems, *self.history.notes):
            self.say(note, kind="error")
        self.show_sessions()
        if self.first_session:
            await self._open_first()
        self.has_begun.set()
        if self.first_prompt:
            await self.send(self.first_prompt)
        if self.services.choice.is_fallback and await self.services.look_for_local():
            self._take_choice()
        if not len(self.opened.tree):
            self.show_facts()
        await sleep(PREPARE_AFTER)
        await self.history.load_all()
        if self.is_ending:
            return
        self.show_sessions()
        self.watch_others()
        await self.watch_waiting()
        self.run_worker(self.history.purge_expired(), group="purge")
        await self.offer_merge()
        self.run_worker(self.advise(), group="advice")
        await to_thread(late.prepare_layout)
        await self.services.prepare(self.opened.session.provider)
        await to_thread(secret_rules.prepare)
        await to_thread(late.prepare)
        # Else the first dialog would have all stylesheets read once more.
        for path in dialog_stylesheets():
            self.app.stylesheet.read(path)
        self.app.stylesheet.parse()

    async def _open_first(self) -> None:
        try:
            found = await self.services.library.find(self.first_session)
            # What stands in the input by now was typed for it: no draft takes its place.
            self.opened = await self.history.load(found.id)
        except ChatError as error:
            self.show_error(error)
        else:
            await self.show_opened()

    def _take_choice(self) -> None:
        """Let a local server that was found answer in a session that has not begun."""
        if not len(self.opened.tree):
            session = self.services.new_session()
            self.opened.session.provider, self.opened.session.model = session.provider, session.model
