"""The list of models."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Static

from tests.app.screens.driving import running
from tests.wire.openai_server import MODEL, Exchange, OpenAIServer, whole
from tui_chat.app.screens.model_picker import ModelPicker
from tui_chat.app.screens.model_rows import ModelRows
from tui_chat.chat.services import Options
from tui_chat.config.paths import config_path

LIST = {"object": "list", "data": [{"id": "another"}, {"id": MODEL}]}


@pytest.mark.parametrize("is_moved", [False, True])
async def test_the_cursor_waits_for_the_list_with_the_model_of_now_unless_it_is_moved(
    monkeypatch: pytest.MonkeyPatch, is_moved: bool
) -> None:
    gate = threading.Event()

    def listed(exchange: Exchange) -> None:
        exchange.wait(gate)
        whole(LIST)(exchange)

    monkeypatch.setenv("SHOP_KEY", "sk-shop-12345678")
    with OpenAIServer() as server:
        server.models_reply = listed
        config_path().parent.mkdir(parents=True)
        config_path().write_text(f'[providers.shop]\nbase_url = "{server.base_url}"\nkey_variable = "SHOP_KEY"\n')
        async with running(options=Options(provider="shop", model=MODEL)) as driver:
            await driver.press("ctrl+l")
            await driver.until(lambda: isinstance(driver.app.screen, ModelPicker))
            rows = driver.app.screen.query_one(ModelRows)
            await driver.until(lambda: rows.offer is not None and rows.offer.provider.name == "guide")
            if is_moved:
                await driver.press("down")
            before = rows.offer
            gate.set()
            counted = driver.app.screen.query_one(".sheet-title .right", Static)
            await driver.until(lambda: str(counted.render()) == "3 models of 2 providers")
            assert before is not None
            assert rows.offer is not None
            assert rows.offer.name == (before.name if is_moved else ("shop", MODEL))


@pytest.mark.parametrize("rows", [12, 24, 30, 33, 40])
async def test_a_long_list_leaves_room_for_the_keys(rows: int) -> None:
    async with running((100, rows)) as driver:
        await driver.press("ctrl+l")
        await driver.until(lambda: isinstance(driver.app.screen, ModelPicker))
        await driver.until(lambda: driver.app.screen.query_one(ModelRows).size.height >= rows // 3)
        await driver.until(lambda: driver.app.screen.query_one(".sheet-keys").region.height == 1)
        keys, sheet = driver.app.screen.query_one(".sheet-keys"), driver.app.screen.query_one(".sheet")
        assert keys.region.bottom <= rows and sheet.region.bottom - keys.region.bottom <= 1
