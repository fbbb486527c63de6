"""What the user can do about who answers: another model for good or for once, the providers and their keys."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.outbox_actions import OutboxActions
from tui_chat.app.screens.chat.persona_actions import PersonaActions
from tui_chat.chat.model_offers import note_recent


class ModelActions(OutboxActions, PersonaActions):
    """Choose a model, look after the providers."""

    @work(group="dialog")
    async def action_choose_model(self, name: str = "") -> None:
        """Choose who answers from now on, here and in new sessions; or who writes the next answer."""
        session = self.opened.session
        if name:
            picked = await self.pick_model(name)
        else:
            effort = session.params.reasoning_effort
            dialog = late.ModelPicker(self.services, session.provider, session.model, effort=effort)
            picked = await self.app.push_screen_wait(dialog)
        if picked is None:
            return
        if picked.effort is not None:
            await self._set_effort(picked.effort or None)
        if picked.is_once:
            self.exchange.once[session.id] = (picked.provider, picked.model)
            self.say(f"{picked.model} writes the next answer")
            self.show_facts()
        else:
            await self.use_model(picked)

    async def use_model(self, picked: late.Picked) -> None:
        """Let a model answer in the open session and in new ones."""
        self.exchange.once.pop(self.opened.id, None)
        await super().use_model(picked)
        note_recent((picked.provider, picked.model))

    @work(group="dialog")
    async def action_show_providers(self) -> None:
        """Show how each provider is, and mend those that fail."""
        await self.app.push_screen_wait(late.ProvidersScreen(self.services, self.opened.session.provider))
        self.show_facts()
