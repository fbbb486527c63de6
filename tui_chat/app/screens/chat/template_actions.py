"""What the user can do with saved prompts."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from functools import partial

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.matching import match
from tui_chat.app.screens.chat.state import ChatState
from tui_chat.app.widgets import Completion, Offer, Typed
from tui_chat.chat.changes import Change, Words
from tui_chat.config import templates
from tui_chat.config.paths import templates_folder
from tui_chat.config.templates import Template
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.messages import Role


class SavedPrompts:
    """The completions of ``#name``.

    Args:
        fill: Returns the text of a saved prompt, once its variables are known; ``None`` if the user would rather not.
    """

    def __init__(self, fill: Callable[[Template], Awaitable[str | None]]) -> None:
        self._fill = fill

    async def offer(self, typed: Typed) -> Offer | None:
        """Return the saved prompts that a beginning may become."""
        word = typed.word
        if not word.startswith("#"):
            return None
        found = [
            (how.rank, Completion("", f"#{one.name}", words=one.title or _begin(one), key=one.name, marks=marks))
            for one in await to_thread(templates.load_templates)
            if (how := match(word[1:], one.name, one.title)) is not None
            for marks in [[place + 1 for place in how.marks]]
        ]
        offered = [completion for _, completion in sorted(found, key=lambda pair: pair[0])]
        # A lone # may be meant as it stands.
        return Offer(typed, typed.column - len(word), offered, is_eager=len(word) > 1, source=self)

    async def taken(self, key: str) -> str | None:
        """Return the text of a saved prompt, with its variables filled in."""
        found = [one for one in await to_thread(templates.load_templates) if one.name == key]
        return await self._fill(found[0]) if found else None


class TemplateActions(ChatState):
    """List, insert, save, edit and delete saved prompts."""

    async def fill(self, template: Template) -> str | None:
        """Return the text of a saved prompt, after asking for its variables."""
        if not template.variables:
            return template.text
        values = await self.app.push_screen_wait(late.VariablesForm(template))
        return template.filled(values) if values is not None else None

    @work(group="dialog")
    async def action_show_templates(self) -> None:
        """Show the saved prompts."""
        found = await to_thread(templates.load_templates)
        wanted = await self.app.push_screen_wait(late.TemplatesDialog(found, str(templates_folder())))
        if wanted is not None:
            await self._do_with_template(wanted, {one.name: one for one in found})

    @work(group="dialog")
    async def action_save_template(self, name: str = "") -> None:
        """Save what stands in the input, or the newest prompt that was sent."""
        await self._save_template(name)

    async def _do_with_template(self, wanted: late.Wanted, found: dict[str, Template]) -> None:
        try:
            match wanted.wish:
                case late.Wish.INSERT:
                    if (text := await self.fill(found[wanted.name])) is not None:
                        self.prompt.put_in(text)
                        self.set_focus(self.prompt)
                case late.Wish.SAVE:
                    await self._save_template()
                case late.Wish.EDIT:
                    await self._edit_template(wanted.name)
                case late.Wish.DELETE:
                    await self.tell_change(self._delete_template(wanted.name))
        except ConfigError as error:
            self.show_error(error)

    async def _save_template(self, name: str = "") -> None:
        sent = (one.text for one in reversed(self.opened.branch) if one.role is Role.USER)
        text = self.prompt.text.strip() or next(sent, "")
        if not text:
            self.say("Write the prompt into the input first.", kind="plain")
            return
        wanted = name or await self.app.push_screen_wait(
            late.AskText("Save the prompt", "", aside="a name to type after #")
        )
        if not (clean := templates.clean_name(wanted or "")):
            return
        try:
            await to_thread(templates.write_source, clean, templates.plain_source(text), is_new=True)
        except ConfigError as error:
            self.show_error(error)
        else:
            self.say(f"Saved as #{clean}")

    async def _edit_template(self, name: str) -> None:
        before = await to_thread(templates.source_of, name)
        source = await self.app.push_screen_wait(late.AskLines(f"#{name}", before, aside=f"{name}.md"))
        if source is not None and source != before:
            await self.tell_change(self._write_template(name, before, source))

    async def _write_template(self, name: str, before: str, source: str) -> Change:
        change = Change(
            (),
            partial(to_thread, templates.write_source, name, source),
            partial(to_thread, templates.write_source, name, before),
            Words(f"Changed #{name}"),
            Words(f"#{name} as before"),
        )
        return await self.history.journal.do(change)

    async def _delete_template(self, name: str) -> Change:
        source = await to_thread(templates.source_of, name)
        change = Change(
            (),
            partial(to_thread, templates.remove, name),
            partial(to_thread, templates.write_source, name, source),
            Words(f"Deleted #{name}"),
            Words(f"Restored #{name}"),
        )
        return await self.history.journal.do(change)


def _begin(template: Template) -> str:
    return " ".join(template.text[:60].split())
