"""What the user can do about how a session is answered: system prompt, parameters, reasoning, personas."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.branch_actions import BranchActions
from tui_chat.chat.params import carried, summary
from tui_chat.config.personas import load_personas
from tui_chat.domain.errors import NotFound
from tui_chat.domain.parameters import EFFORTS
from tui_chat.domain.personas import Persona


class PersonaActions(BranchActions):
    """Choose a persona, set parameters and the system prompt, show the reasoning."""

    @work(group="dialog")
    async def action_choose_persona(self, name: str = "") -> None:
        """Give the session a persona: by its name, or picked from those there are."""
        if name:
            personas = load_personas()[0]
            persona = late.named(personas, name)
            if persona is None:
                known = ", ".join(one.name for one in personas)
                advice = f"There are: {known}." if known else "Type /persona to make one."
                self.show_error(NotFound(f"There is no persona {name!r}.", advice=advice))
                return
        else:
            dialog = late.PersonasDialog(self.services, self.opened.session.persona, self._persona_of_session)
            persona = await self.app.push_screen_wait(dialog)
        if persona is not None:
            await self._use_persona(persona)

    @work(group="dialog")
    async def action_set_parameters(self) -> None:
        """Show the parameters of the session, to change them."""
        session = self.opened.session
        before = session.params
        provider = self.services.provider(session.provider)
        params = await self.app.push_screen_wait(late.ParametersDialog(before, provider))
        if params is not None and params != before:
            await self._adjust(
                f"Parameters: {summary(params) or 'left to the server'}",
                f"Parameters again: {summary(before) or 'left to the server'}",
                params=params,
            )

    @work(group="dialog")
    async def action_edit_system_prompt(self, text: str = "") -> None:
        """Change the system prompt of the open session."""
        before = self.opened.session.system_prompt
        wanted = text or await self.app.push_screen_wait(late.AskLines("System prompt", before, aside="this session"))
        if wanted is not None and wanted != before:
            done = "System prompt changed" if wanted.strip() else "System prompt removed"
            await self._adjust(done, "System prompt as before", system_prompt=wanted)

    @work(group="dialog")
    async def action_reasoning(self, effort: str = "") -> None:
        """Show or fold the reasoning of the reply in hand, or set how long the model may think."""
        now = self.opened.session.params.reasoning_effort
        efforts = [None, *EFFORTS]
        if effort:
            if effort not in EFFORTS:
                advice = f"Choose one of: {', '.join(EFFORTS)}."
                self.show_error(NotFound(f"There is no reasoning effort {effort!r}.", advice=advice))
                return
            await self._set_effort(effort)
            return
        words = [f"effort: {one or 'left to the model'}" for one in efforts]
        reply = self.reply_in_hand
        shows = [f"show or fold the reasoning of {reply.model}"] if reply is not None and reply.reasoning else []
        chosen = (efforts.index(now) if now in efforts else 0) + len(shows)
        place = await self.app.push_screen_wait(late.PickOne("Reasoning", [*shows, *words], chosen=chosen))
        if place is None:
            return
        if place < len(shows) and reply is not None:
            self.transcript.toggle([one.id for one in self.opened.branch].index(reply.id), "unfolded")
        elif (wanted := efforts[place - len(shows)]) != now:
            await self._set_effort(wanted)

    async def _set_effort(self, effort: str | None) -> None:
        session = self.opened.session
        provider = self.services.provider(session.provider)
        done = f"Reasoning effort: {effort or 'left to the model'}"
        if "reasoning_effort" not in carried(provider.protocol):
            done += f", which is not sent to {provider.label}"
        params = session.params.model_copy(update={"reasoning_effort": effort})
        await self._adjust(done, "Reasoning effort as before", params=params)

    async def _use_persona(self, persona: Persona) -> None:
        session = self.opened.session
        provider = persona.provider or session.provider
        if provider not in self.services.providers:
            self.show_error(NotFound(f"There is no provider {provider!r}.", advice=f"Edit the persona {persona.name}."))
            return
        fields: dict[str, object] = {
            "persona": persona.name,
            "system_prompt": persona.system_prompt,
            "params": persona.params,
        }
        if persona.provider or persona.model:
            own = self.services.provider(provider).default_model
            fields |= {"provider": provider, "model": persona.model or own}
        await self._adjust(f"{persona.name} answers here", "The persona before is back", **fields)

    def _persona_of_session(self, name: str) -> Persona:
        session = self.opened.session
        return Persona(
            name=name,
            system_prompt=session.system_prompt,
            provider=session.provider,
            model=session.model,
            params=session.params,
        )

    async def _adjust(self, done: str, undone: str, **fields: object) -> None:
        """Change fields of the open session; one that has not begun is not in the history yet."""
        if len(self.opened.tree):
            await self.tell_change(self.history.adjust(self.opened.session, done, undone, **fields))
        else:
            for name, value in fields.items():
                setattr(self.opened.session, name, value)
            self.say(done)
        self.show_facts()
