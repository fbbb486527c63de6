"""Screens that are closed while something is still on its way to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tests.app.widgets.host import Host
from tui_chat.app.screens.code_drawer import CodeDrawer
from tui_chat.chat.code_blocks import CodeBlock


async def test_what_is_still_being_read_is_not_shown_in_a_dialog_that_closes() -> None:
    async def blocks(_everywhere: bool) -> AsyncIterator[list[CodeBlock]]:
        while True:
            yield []
            await asyncio.sleep(0)

    async def copy(_text: str, _what: str) -> None: ...

    closed: list[CodeBlock | None] = []
    async with Host((), "ink").run_test() as pilot:
        pilot.app.push_screen(CodeDrawer(blocks, copy, everywhere=True), closed.append)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert closed == [None]
        assert not pilot.app.workers
