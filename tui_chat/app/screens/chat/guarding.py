"""The look at a prompt before it leaves."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.branch_actions import Editing
from tui_chat.app.screens.chat.context_actions import ContextActions
from tui_chat.chat.redacting import Finding, Redactor, secrets_in, texts_of

#: Pieces of text that are looked at without a thread.
_AT_ONCE = 2


class Guarding(ContextActions):
    """Asks before a prompt is sent that seems to hold a secret. The built-in guide tells nobody anything."""

    async def send(self, text: str) -> None:
        """Send a prompt, once it is clear that it may be sent."""
        await self._guarded(text, super().send)

    async def send_edited(self, editing: Editing, text: str) -> None:
        """Send a prompt with another text, once it is clear that it may be sent."""
        send = super().send_edited
        await self._guarded(text, lambda clean: send(editing, clean))

    async def _guarded(self, text: str, send: Callable[[str], Awaitable[None]]) -> None:
        provider = self.services.providers.get(self.opened.session.provider)
        is_watched = self.services.settings.privacy.warn_of_secrets and not (provider and provider.is_built_in)
        texts = texts_of(text, self.attached) if is_watched else []
        # A long text takes a while; a thread for each prompt would take time from the request.
        found = await to_thread(secrets_in, texts) if len(texts) > _AT_ONCE else secrets_in(texts)
        if found:
            # It stands in the input until it is sent, so that it is not lost whatever happens meanwhile.
            self.prompt.set_text(text)
            self._ask_about(text, found, provider.label if provider else self.opened.session.provider, send)
        else:
            await send(text)

    @work(group="dialog")
    async def _ask_about(
        self, text: str, found: Sequence[Finding], receiver: str, send: Callable[[str], Awaitable[None]]
    ) -> None:
        answer = await self.app.push_screen_wait(late.SecretsFound(found, receiver))
        if answer is not None:
            self.prompt.clear_text()
            if answer == "redact":
                redactor = Redactor()
                text = redactor.text(text)
                self.set_attached(await to_thread(redactor.parts, self.attached))
            await send(text)
