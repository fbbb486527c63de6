"""While another program has the terminal, nothing is written to it."""

from __future__ import annotations

import pytest
from textual.app import App

from tui_chat.app.screens.chat.private import silence


async def test_nothing_reaches_the_driver_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        driver = app._driver
        assert driver is not None, "what writes is kept elsewhere now"
        written: list[str] = []
        monkeypatch.setattr(type(driver), "write", lambda _, data: written.append(data))
        app.copy_to_clipboard("before")
        assert len(written) == 1, "what is copied goes to the driver's write"
        with silence(app):
            app.copy_to_clipboard("meanwhile")
            app.refresh(layout=True)
            await pilot.pause()
            assert app._batch_count == 1, "frames are held back by a batch"
        assert len(written) == 1
        app.copy_to_clipboard("after")
        assert len(written) == 2
