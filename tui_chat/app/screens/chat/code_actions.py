"""Code blocks: the drawer with all of them, and the one under the cursor as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.search_actions import SearchActions
from tui_chat.chat.code_blocks import CodeBlock, code_blocks


class CodeActions(SearchActions):
    """List, save and go to code."""

    @work(group="dialog")
    async def action_show_code(self) -> None:
        """Show the code of the open session; of all, if that has not begun."""
        drawer = late.CodeDrawer(self._code_blocks, self.copy, everywhere=not len(self.opened.tree))
        block = await self.app.push_screen_wait(drawer)
        if block is None:
            return
        if block.session_id != self.opened.id:
            await self.open_session(block.session_id)
        await self.go_to_message(block.message.id)

    @work(group="dialog")
    async def action_save_code(self) -> None:
        """Write the code block under the cursor to a file."""
        message, code = self.message_in_hand, self.transcript.cursor_code
        found = list(code_blocks(self.opened.session, [message])) if message is not None else []
        if not found:
            self.say("There is no code in this message.", kind="plain")
            return
        block = next((one for one in found if code is not None and one.code.strip() == code[1].strip()), found[0])
        if sentence := await late.ask_and_save(self.app, block):
            self.say(sentence, kind="success" if sentence.startswith("Saved") else "error")

    async def _code_blocks(self, everywhere: bool) -> AsyncIterator[list[CodeBlock]]:
        if not everywhere:
            yield list(code_blocks(self.opened.session, self.opened.branch))
            return
        library = self.services.library
        async for batch in library.search("has:code"):
            found: list[CodeBlock] = []
            for one in batch:
                found += code_blocks(one.session, await library.messages(one.session.id))
            yield found
