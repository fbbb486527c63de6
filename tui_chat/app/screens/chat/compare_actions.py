"""What the user can do to compare models."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.guarding import Guarding
from tui_chat.app.screens.chat.rivalry import Rivalry
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.rivals import rivals, settle
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import ChatMessage


class CompareActions(Guarding):
    """Let several models answer one prompt, and go on with the best answer."""

    rivalry: Rivalry | None = None
    """The answers that are coming, while models are compared."""

    @property
    def is_receiving(self) -> bool:
        """Whether a reply is received in the open session, or several are, by this process."""
        return self.rivalry is not None or super().is_receiving

    @work(group="dialog")
    async def action_compare(self, text: str = "") -> None:
        """Let several models answer a new prompt; without one, that in hand."""
        if self.is_busy():
            return
        prompt = None if text else self.prompt_in_hand
        if prompt is None and not text:
            text = await self.app.push_screen_wait(late.AskLines("Compare", self.prompt.text, aside="the prompt")) or ""
            if not text.strip():
                return
        if prompt is not None:
            await self._compare(prompt)
        else:
            await self._guarded(text, self._compare_new)

    async def end_rivalry(self) -> None:
        """Stop the answers that are coming, and wait until they are saved."""
        if self.rivalry is not None:
            await self.rivalry.stop_and_wait()

    async def _compare_new(self, text: str) -> None:
        self._ask_models(text)

    @work(group="dialog")
    async def _ask_models(self, text: str) -> None:
        models = await self._pick_models()
        if not models:
            self.prompt.insert(text)
            return
        opened, parts = self.opened, self.attached
        self.set_attached(())
        prompt = opened.add_prompt(text, parts)
        try:
            await self.services.library.save(opened.session, [prompt])
        except ChatError as error:
            opened.withdraw(prompt)
            self.give_back(opened, text, parts)
            self.show_error(error)
            return
        self.remember_prompt(text)
        await self._run_rivalry(opened, prompt, models)

    async def _compare(self, prompt: ChatMessage) -> None:
        models = await self._pick_models()
        if models and not self.is_busy() and prompt.id in self.opened.tree:
            await self._run_rivalry(self.opened, prompt, models)

    async def _pick_models(self) -> list[late.Picked] | None:
        session = self.opened.session
        return await self.app.push_screen_wait(
            late.CompareModels(self.services, [late.Picked(session.provider, session.model)])
        )

    async def _run_rivalry(self, opened: OpenSession, prompt: ChatMessage, models: list[late.Picked]) -> None:
        """Show the answers as they come, until the user goes on with one of them."""
        before = opened.session.current_node
        turns = rivals(self.services, opened, prompt, [(one.provider, one.model) for one in models])
        self.rivalry = Rivalry(turns, lambda work, group: self.run_worker(work, group=group))
        kept = await self.app.push_screen_wait(late.CompareScreen(self.rivalry, prompt.text))
        await self.rivalry.stop_and_wait()
        troubles = [turn.save_error for turn in turns if turn.save_error is not None]
        if kept is not None:
            settle(opened, opened.tree[kept])
            self.messages.branched(opened, before, "Compared models")
        try:
            await self.history.save(opened.session)
        except ChatError as error:
            self.show_error(error)
        self.rivalry = None
        # One that never began has nothing that could be saved later.
        if unsaved := [turn for turn in turns if turn.save_error is not None and not turn.reply.is_running]:
            self.in_memory[opened.id] = opened
            self.unsaved += unsaved
        for trouble in troubles[:1]:
            self.show_error(trouble)
        await self.show_opened(at=kept)
