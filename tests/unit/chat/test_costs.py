"""What a turn costs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.chat.conftest import Desk
from tui_chat.chat.costs import message_tokens, turn_usage
from tui_chat.chat.models import Models, priced
from tui_chat.chat.turn import go_on, regenerate, send
from tui_chat.config import paths
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage, ImagePart, MessageStatus, ReasoningPart, Role, TextPart
from tui_chat.domain.providers import ModelFacts, ModelInfo, Provider
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.usage import Usage

PRICED = ModelInfo(name="m", provider="p", input_price=2.0, output_price=10.0, cached_price=0.5)
SHOP = Provider(name="shop", label="Shop", models={"m": ModelFacts(input_price=2, output_price=10, cached_price=0.5)})


def reply(text: str = "", **fields: Any) -> ChatMessage:
    parts = [TextPart(text=text)] if text else []
    fields = {"model": "m", "provider": "shop", **fields}
    return ChatMessage(session_id="s", role=Role.ASSISTANT, parts=parts, **fields)


def request(*texts: str, system: str = "") -> ChatRequest:
    prompts = [ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text=text)]) for text in texts]
    return ChatRequest(model="m", messages=prompts, system_prompt=system)


def ignore(_event: StreamEvent) -> None:
    """Look away."""


def test_cached_tokens_cost_what_the_cache_costs() -> None:
    usage = Usage(input_tokens=1_000_000, cached_tokens=400_000, output_tokens=100_000)
    assert priced(usage, PRICED).cost == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.1 * 10)
    without = PRICED.model_copy(update={"cached_price": None})
    assert priced(usage, without).cost == pytest.approx(1 * 2 + 0.1 * 10)


def test_what_the_server_says_about_money_stands() -> None:
    assert priced(Usage(input_tokens=10, cost=0.5), PRICED).cost == 0.5


def test_an_unknown_price_is_no_price() -> None:
    half = PRICED.model_copy(update={"output_price": None})
    assert priced(Usage(input_tokens=10), half, ModelInfo(name="m", provider="p")).cost is None
    assert priced(Usage(input_tokens=1_000_000), half, PRICED).cost == pytest.approx(2.0)


def test_without_a_report_the_tokens_are_estimated() -> None:
    usage = turn_usage(request("a" * 400, system="b" * 40), reply("c" * 80), Models({"shop": SHOP}))
    assert usage is not None
    assert usage.estimated
    assert usage.input_tokens == pytest.approx(100 + 10, abs=10)
    assert usage.output_tokens == 20
    assert usage.cost == pytest.approx((usage.input_tokens * 2 + 20 * 10) / 1e6)


def test_a_reply_that_brought_nothing_costs_nothing() -> None:
    assert turn_usage(request("Hi"), reply(status=MessageStatus.ERROR), Models({"shop": SHOP})) is None


def test_what_came_before_a_stop_counts_even_if_the_server_did_not_say_so() -> None:
    cut = reply("d" * 400, status=MessageStatus.INTERRUPTED, usage=Usage(input_tokens=50, output_tokens=1))
    usage = turn_usage(request("Hi"), cut, Models({"shop": SHOP}))
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.estimated) == (50, 100, True)


def test_an_image_weighs_more_than_its_name_and_reasoning_is_not_sent() -> None:
    image = ImagePart(media_type="image/png", data="QUJD", name="a.png")
    message = ChatMessage(session_id="s", role=Role.USER, parts=[image, ReasoningPart(text="x" * 4000)])
    assert 500 < message_tokens(message) < 2000


async def test_a_reply_that_goes_on_costs_both_parts(desk: Desk) -> None:
    first: list[dict[str, Any]] = [
        {"kind": "text", "text": "One "},
        {"kind": "usage", "usage": {"input_tokens": 10, "output_tokens": 2, "cost": 0.1}},
        {"kind": "finished"},
    ]
    rest: list[dict[str, Any]] = [
        {"kind": "text", "text": "two"},
        {"kind": "usage", "usage": {"input_tokens": 15, "output_tokens": 3, "cost": 0.2}},
        {"kind": "finished"},
    ]
    await desk.plays(first, rest)
    begun = await send(desk.services, desk.opened, "Count").run(ignore)
    assert begun.usage == Usage(input_tokens=10, output_tokens=2, cost=0.1)
    whole = await go_on(desk.services, desk.opened, begun).run(ignore)
    assert whole.usage is not None
    assert (whole.usage.input_tokens, whole.usage.output_tokens) == (25, 5)
    assert whole.usage.cost == pytest.approx(0.3)
    assert desk.opened.session.usage == whole.usage


async def test_a_stopped_reply_is_paid_for(desk: Desk) -> None:
    await desk.plays([{"kind": "text", "text": "So far"}, {"kind": "pause", "seconds": 30}])
    turn, arrived = send(desk.services, desk.opened, "Tell me"), asyncio.Event()
    task = asyncio.create_task(turn.run(lambda _: arrived.set()))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert turn.reply.usage is not None
    assert turn.reply.usage.estimated
    assert turn.reply.usage.output_tokens == 2


async def test_a_list_is_kept_with_its_age_and_found_again() -> None:
    listed = [PRICED.model_copy(update={"provider": "shop", "name": "new", "capabilities": frozenset({"tools"})})]
    kept = await Models({"shop": SHOP}).keep("shop", listed)
    found = Models({"shop": SHOP})
    assert found.listed("shop") == kept
    assert [model.name for model in found.offered("shop")] == ["m", "new"]
    assert found.info("shop", "new").can("tools") is True
    assert found.info("shop", "new").can("images") is False
    assert found.info("shop", "other").can("images") is None


async def test_a_list_of_another_address_or_a_broken_one_is_not_used(tmp_path: Path) -> None:
    await Models({"shop": SHOP}).keep("shop", [PRICED])
    moved = SHOP.model_copy(update={"base_url": "http://127.0.0.1:1/v1"})
    assert Models({"shop": moved}).listed("shop") is None
    for broken in ("{", "[]", json.dumps({"base_url": "", "fetched_at": "never", "models": []})):
        (paths.models_folder() / "shop.json").write_text(broken)
        assert Models({"shop": SHOP}).listed("shop") is None


async def test_the_user_knows_better_than_the_list() -> None:
    models = Models({"shop": SHOP})
    await models.keep("shop", [ModelInfo(name="m", provider="shop", input_price=99.0, context_window=1000)])
    info = models.info("shop", "m")
    assert (info.input_price, info.output_price, info.context_window) == (2.0, 10.0, 1000)


async def test_images_are_refused_by_name_where_the_model_takes_none(desk: Desk) -> None:
    client = await desk.plays([{"kind": "text", "text": "A cat"}, {"kind": "finished"}])
    known = ModelInfo(name="scripted", provider="scripted", capabilities=frozenset({"tools"}))
    await desk.services.models.keep("scripted", [known])
    turn = send(desk.services, desk.opened, "What is this?")
    assert turn.prompt is not None
    turn.prompt.parts.append(ImagePart(media_type="image/png", data="QUJD"))
    refused = await turn.run(ignore)
    assert refused.error is not None
    assert refused.error.text == "scripted takes no images"
    assert "Ctrl+L" in refused.error.advice
    assert client.requests == []
    await desk.services.models.keep("scripted", [known.model_copy(update={"capabilities": None})])
    assert (await regenerate(desk.services, desk.opened, refused).run(ignore)).text == "A cat"
