"""What the user can do with sessions."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from textual import work

from tui_chat.app.commands.keymap import PRESETS, keymap, use
from tui_chat.app.motion import use_motion
from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.drafting import Drafting
from tui_chat.app.terminal_advice import worth_telling
from tui_chat.app.terminal_probe import tmux_options
from tui_chat.app.themes import OWN
from tui_chat.app.transcript.entries import Entry
from tui_chat.chat.open_session import OpenSession
from tui_chat.config.settings_file import save_setting
from tui_chat.config.state import load_state, save_state
from tui_chat.domain.errors import ChatError, ConfigError, NotFound
from tui_chat.domain.parameters import EFFORTS
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.domain.settings import Settings


class SessionActions(Drafting):
    """Begin and open sessions; choose who answers."""

    async def action_new_session(self) -> None:
        """Begin a session; it is saved with its first prompt."""
        await self.switch_to(self.history.begin())
        self.set_focus(self.prompt)

    async def action_show_sessions(self, name: str = "") -> None:
        """Go to the sidebar, which narrow screens show over the transcript; or open the newest session of a name."""
        if name:
            found = [one for one in self.history.sessions if name.casefold() in " ".join(one.name.split()).casefold()]
            if not found:
                self.say(f"No session has {name!r} in its name.", kind="plain")
                return
            whole = [one for one in found if " ".join(one.name.split()).casefold() == name.casefold()]
            await self.open_session((whole or found)[0].id)
            return
        self.sidebar.show_over()
        self.sidebar.focus_list()

    def action_filter_sessions(self) -> None:
        """Go to the filter of the sidebar."""
        self.sidebar.focus_filter()

    async def open_session(self, session_id: str) -> None:
        """Show a session; one in which a reply runs is shown where it is."""
        try:
            loaded = self._kept(session_id) or await self.history.load(session_id)
        except ChatError as error:
            self.show_error(error)
            return
        # A reply may have begun there while it was read.
        await self.switch_to(self._kept(session_id) or loaded)

    async def switch_to(self, opened: OpenSession) -> None:
        """Show a session, and keep what was typed in the one before."""
        self.keep_draft()
        if self.opened.id in self.replies:
            self.in_memory[self.opened.id] = self.opened
        self.opened = opened
        self.give_draft()
        await self.show_opened()

    @property
    def session_in_hand(self) -> SessionSummary | None:
        """The session that keys act on: the one under the sidebar's cursor, else the open one."""
        if self.sidebar.has_focus_within:
            return next((one for one in self.history.sessions if one.id == self.sidebar.cursor_id), None)
        return self.opened.session.summary() if len(self.opened.tree) else None

    @property
    def sessions_in_hand(self) -> list[SessionSummary]:
        """The sessions that keys act on: those that are selected in the sidebar, else the one in hand."""
        if self.sidebar.has_focus_within and (ids := set(self.sidebar.selected)):
            return [one for one in self.history.sessions if one.id in ids]
        return [one] if (one := self.session_in_hand) is not None else []

    def action_preview_session(self) -> None:
        """Look into the session under the sidebar's cursor; from the filter, go to the list first."""
        if not self.sidebar.leave_filter() and (at := self.sidebar.cursor_id) is not None:
            self._preview(at)

    @work(group="dialog")
    async def _preview(self, at: str) -> None:
        by_id = {one.id: one for one in self.history.sessions}
        listed = [by_id[one] for one in self.sidebar.listed if one in by_id]
        wanted = await self.app.push_screen_wait(late.PreviewDialog(listed, at, self._entries_of))
        if wanted is not None:
            await self.open_session(wanted)
            self.set_focus(self.prompt)

    async def _entries_of(self, session: SessionSummary) -> list[Entry]:
        opened = self.held(session.id) or await self.history.load(session.id)
        return [Entry(message, *describing.siblings(opened, message)) for message in opened.branch]

    @work(group="dialog")
    async def action_choose_model(self, name: str = "") -> None:
        """Choose who answers from now on, here and in new sessions."""
        picked = await self.pick_model(name)
        if picked is not None:
            await self.use_model(picked)

    async def pick_model(self, name: str = "") -> late.Picked | None:
        """Return the model of a name (``MODEL`` or ``PROVIDER/MODEL``), or let the user pick one."""
        session = self.opened.session
        if not name:
            return await self.app.push_screen_wait(late.ModelPicker(self.services, session.provider, session.model))
        provider, _, model = name.partition("/")
        is_whole = provider in self.services.providers and bool(model)
        return late.Picked(provider, model) if is_whole else late.Picked(session.provider, name)

    async def use_model(self, picked: late.Picked) -> None:
        """Let a model answer in the open session and in new ones."""
        try:
            self.services.choose(picked.provider, picked.model, "because you chose it")
        except ChatError as error:
            self.show_error(error)
            return
        session = self.opened.session
        session.provider, session.model = picked.provider, picked.model
        self.services.remember(session)
        if len(self.opened.tree):
            await self._changed(session.id, self.history.save)
        self.show_facts()

    @work(group="dialog")
    async def action_choose_theme(self, name: str = "") -> None:
        """Choose a theme; it is seen at once and kept."""
        own = [theme.name for theme in OWN]
        names = [*own, *(theme for theme in self.app.available_themes if theme not in own)]
        before = self.app.theme
        wanted: str | None = name
        if not name:
            place = await self.app.push_screen_wait(
                late.PickOne(
                    "Theme", names, chosen=names.index(before), on_move=lambda place: self.try_theme(names[place])
                )
            )
            wanted = None if place is None else names[place]
        if wanted in names and wanted is not None:
            self.app.theme = wanted
            self.keep_theme(wanted)
        else:
            self.app.theme = before
            if wanted is not None:
                self.show_error(NotFound(f"There is no theme {wanted!r}.", advice=f"There are: {', '.join(names)}."))

    def action_show_settings(self) -> None:
        """Show all settings."""
        own = [theme.name for theme in OWN]
        choices = {
            "look.theme": [*own, *(theme for theme in self.app.available_themes if theme not in own)],
            "chat.provider": ["", *self.services.providers],
            "chat.params.reasoning_effort": ["", *EFFORTS],
            "keys.preset": list(PRESETS),
        }
        self.app.push_screen(late.SettingsScreen(self.services.settings, self.apply_setting, choices))

    def action_test_keys(self) -> None:
        """Show which keys arrive as what."""
        self.app.push_screen(late.KeyTest(keymap(self.services.settings.keys).keys))

    async def advise(self) -> None:
        """Tell once what a user should know about this terminal."""
        told = str(load_state().get("told_of_terminal", ""))
        words = await asyncio.to_thread(lambda: worth_telling(os.environ, tmux_options()))
        if words and words != told:
            save_state(told_of_terminal=words)
            self.say(words, kind="plain")

    def apply_setting(self, settings: Settings, name: str) -> None:
        """Let a changed setting take effect."""
        self.services.settings = settings
        self.hints.set_class(not settings.look.footer, "-off")
        self.prompt.cursor_blink = settings.look.cursor_blink
        use_motion(settings.look.motion)
        if name == "look.glyphs":
            self.app.refresh_css(animate=False)
        if name == "look.theme" and settings.look.theme in self.app.available_themes:
            self.app.theme = settings.look.theme
        if name.startswith("keys."):
            keys = keymap(settings.keys)
            use(keys)
            self.app.set_keymap(keys.keys)
            self.prompt.send_key = keys.send
            self.show_status()

    def keep_theme(self, name: str) -> None:
        """Write the theme to the config, for the next start."""
        try:
            save_setting("look.theme", name)
        except ConfigError as error:
            self.show_error(error)

    def try_theme(self, name: str) -> None:
        """Show a theme without keeping it."""
        self.app.theme = name

    @work(group="provider")
    async def action_check_provider(self) -> None:
        """Ask the provider whether it accepts the key."""
        provider = self.services.provider(self.opened.session.provider)
        try:
            client = await self.services.client(provider.name)
            accepted = await client.is_authenticated()
        except ChatError as error:
            self.show_error(error)
            return
        self.say(
            f"{provider.label} answers and accepts the key" if accepted else f"{provider.label} refuses the key",
            kind="success" if accepted else "error",
        )

    @work(group="provider")
    async def action_reconnect_provider(self) -> None:
        """Close the connections to the provider and read the key again."""
        provider = self.services.provider(self.opened.session.provider)
        try:
            client = await self.services.client(provider.name)
            await client.reset()
            credentials = await client.refresh()
        except ChatError as error:
            self.show_error(error)
            return
        key = f", key {credentials.masked} of {credentials.source}" if credentials.masked else ""
        self.say(f"Connected to {provider.label} again{key}")

    def _kept(self, session_id: str) -> OpenSession | None:
        """Return a session that is newer in memory than on disk, since a reply runs in it or could not be saved."""
        runs_here = session_id == self.opened.id and self.is_receiving
        return self.opened if runs_here else self.in_memory.get(session_id)

    async def _changed(self, session_id: str, change: Callable[[ChatSession], Awaitable[None]]) -> None:
        try:
            await change(await self.history.session(session_id))
        except ChatError as error:
            self.show_error(error)
        self.show_facts()
        self.show_sessions()
