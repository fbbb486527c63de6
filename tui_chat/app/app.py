"""The application: themes, stylesheets, the chat screen, and the palette. Everything else is in the screens."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from pathlib import PurePath
from time import monotonic
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import events, on
from textual.app import App
from textual.command import Provider
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widgets import Input
from textual.worker import get_current_worker

from tui_chat.app.commands import slash_commands
from tui_chat.app.commands.keymap import keymap, named, use
from tui_chat.app.endings import is_terminal_gone, on_ending
from tui_chat.app.glyphs import AsciiGlyphs, wants_ascii
from tui_chat.app.inert import Inert
from tui_chat.app.key_order import KeyOrder
from tui_chat.app.motion import use_motion
from tui_chat.app.palette import GeneralCommands
from tui_chat.app.screens.chat import ChatScreen
from tui_chat.app.scrollbar import ThinBar
from tui_chat.app.stylesheets import chat_stylesheets
from tui_chat.app.themes import OWN, with_floor
from tui_chat.app.widgets import Hints
from tui_chat.chat.services import Services

#: Seconds between two looks for old garbage, and those without keys or mouse before it is collected.
COLLECT_EVERY, QUIET = 1.5, 1.0

#: Collections of young garbage after which the old is worth it; some dozens of turns.
COLLECT_AFTER = 5


class ChatApp(App[None]):
    """The full-screen app.

    Args:
        services: What the turns of chat work with; closed when the app ends.
        prompt: Sent as the first message of a new session, if not empty.
        session: Id (or a prefix, or ``last``) of the session to open, if not empty.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = chat_stylesheets()
    TITLE = "tui-chat"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {GeneralCommands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012  # so in the base class
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-low"), (30, "-tall"), (40, "-high")]  # noqa: RUF012  # as above

    def __init__(self, services: Services, *, prompt: str = "", session: str = "") -> None:
        super().__init__()
        self._services = services
        self._ascii = AsciiGlyphs()
        self._inert = Inert()
        self._plain = NoColor()
        self._order = KeyOrder(self)
        self._is_leaving = False
        self._touched = 0.0
        self._first_prompt = prompt
        self._first_session = session
        for theme in OWN:
            self.register_theme(theme)
        self._begin_with(self._wanted_theme())
        self._keys = keymap(services.settings.keys)
        use(self._keys)
        use_motion(services.settings.look.motion)
        ScrollBar.renderer = ThinBar

    def _begin_with(self, theme: str) -> None:
        """Set the theme without assigning it: that would have all styles parsed for the default theme, too."""
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        is_dark = self.current_theme.dark
        is_transparent = self._services.settings.look.transparent
        classes = {
            "-transparent": is_transparent,
            f"-theme-{theme}": True,
            "-dark-mode": is_dark,
            "-light-mode": not is_dark,
        }
        self.update_classes(classes, update=False)

    def _wanted_theme(self) -> str:
        services = self._services
        wanted = (services.options.theme, services.settings.look.theme)
        return next((name for name in wanted if name in self.available_themes), "ink")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what is done to each line before it is drawn."""
        filters = [self._inert, *super().get_line_filters()]
        if self.native_ansi_color or self._services.settings.look.transparent:
            # It would draw the terminal's own colours, or its background, in others.
            filters = [one for one in filters if not isinstance(one, ANSIToTruecolor)]
        if self.native_ansi_color:
            # Grey would be one of ours, too.
            filters = [self._plain if isinstance(one, Monochrome) else one for one in filters]
        is_ascii = wants_ascii(self._services.settings.look.glyphs)
        return [*filters, self._ascii] if is_ascii else filters

    def get_default_screen(self) -> Screen[None]:
        """Return the chat screen."""
        self.set_keymap(self._keys.keys)
        problems = self._keys.problems
        return ChatScreen(
            self._services, first_prompt=self._first_prompt, first_session=self._first_session, problems=problems
        )

    @on(Hints.Clicked)
    def do_clicked(self, event: Hints.Clicked) -> None:
        """Do what a key or a slash command does that was clicked."""
        screen, key = self.screen, event.key
        found = slash_commands().get(key.removeprefix("/")) if key.startswith("/") else None
        if found is not None and isinstance(screen, ChatScreen):
            self.call_later(screen.do, found)
        elif len(key) == 1 or not key.islower():  # else it stands for what is typed
            self.post_message(events.Key(named(key), key if len(key) == 1 else None))

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's tokens, lifted where they could not be read."""
        self.theme_variables = with_floor(super().get_css_variables(), self.current_theme)
        return self.theme_variables

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no palette over a dialog: none of its commands could be carried out there."""
        if action == "command_palette" and not isinstance(self.screen, ChatScreen):
            return False
        return super().check_action(action, parameters)

    def on_command_palette_opened(self) -> None:
        """Let the cursor of the palette stand still, as in all other fields."""
        for field in self.screen.query("CommandInput").results(Input):
            field.cursor_blink = False

    def watch_app_focus(self, has_focus: bool) -> None:
        """Focus what a screen begins with, if it came up while the window was not looked at."""
        if has_focus and self.screen.focused is None:
            self.screen.focus_next(self.screen.AUTO_FOCUS or "*")

    def on_ready(self) -> None:
        """Tune the garbage collector once the first frame is out: what lives now lives as long as the app."""
        if not self.is_headless:
            on_ending(self._end)
        self.app_suspend_signal.subscribe(self, lambda _: self._order.drop())
        gc.enable()
        gc.freeze()
        gc.set_threshold(5000, 20, 50)
        self.set_interval(COLLECT_EVERY, self._collect)

    def _collect(self) -> None:
        """Collect old garbage, if there is much and nobody does anything just now: it may take a few frames.

        Every strip that Textual draws refers to itself. What was on screen for a while is garbage of the oldest kind,
        which Python by itself looks for so rarely that it adds up to many megabytes.
        """
        if gc.get_count()[2] >= COLLECT_AFTER and monotonic() - self._touched > QUIET:
            gc.collect()

    async def on_event(self, event: events.Event) -> None:
        """Take what comes in; a key only once the one before it has had its effect."""
        if isinstance(event, events.InputEvent):
            self._touched = monotonic()
        is_typed = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if not (is_typed and self._order.holds(event)):
            await super().on_event(event)

    async def push_screen_wait(self, screen: Screen[Any] | str, *, mode: str | None = None) -> Any:
        """Open a dialog from a worker, and wait for its answer."""
        if isinstance(screen, Screen):
            self._order.note_dialog(get_current_worker(), screen)
        return await super().push_screen_wait(screen, mode=mode)

    async def on_unmount(self) -> None:
        """Close the services, now that nothing that uses them runs any more."""
        self._order.close()
        await self._services.aclose()

    def panic(self, *renderables: RenderableType) -> None:
        """End with what is said of a bug; a terminal that was closed is none."""
        if is_terminal_gone():
            self._end(1)
        else:
            super().panic(*renderables)

    def _fatal_error(self) -> None:
        """End after a bug with a traceback that shows no values: they may hold keys, and what was said."""
        from rich.traceback import Traceback

        self.panic(Traceback(show_locals=False, width=None))

    async def action_quit(self) -> None:
        """Stop the replies, keep what came, and leave."""
        await self._leave(0)

    def _end(self, code: int) -> None:
        self.run_worker(self._leave(code), group="end")

    async def _leave(self, code: int) -> None:
        if self._is_leaving:
            return
        self._is_leaving = True
        if isinstance(screen := self.screen_stack[0], ChatScreen):
            await screen.end()
        if is_terminal_gone():
            await self._services.aclose()
            os._exit(code)  # there is nothing left to be put back in order, and writing there could hang
        self.exit(return_code=code)
