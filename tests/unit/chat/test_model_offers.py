"""The models to choose from."""

from __future__ import annotations

import time

import pytest

from tui_chat.chat.model_offers import (
    RECENT,
    favourite_models,
    matching,
    note_recent,
    offer_groups,
    recent_models,
    toggle_favourite,
)
from tui_chat.chat.services import Options, Services
from tui_chat.domain.providers import ModelInfo


def services() -> Services:
    return Services.start(Options(is_temporary=True))


async def many(count: int = 5000) -> Services:
    """OpenRouter with its list."""
    found = services()
    vendors = ("deepseek", "mistralai", "meta-llama", "qwen", "google")
    models = [ModelInfo(name=f"{vendors[n % 5]}/model-{n}-chat", provider="openrouter") for n in range(count)]
    await found.models.keep("openrouter", models)
    return found


def names(found: Services, typed: str = "") -> dict[str, list[str]]:
    return {group.title: [offer.info.name for offer in group.offers] for group in matching(offer_groups(found), typed)}


def test_who_can_answer_comes_first_and_who_cannot_is_named_with_some_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-1")
    groups = offer_groups(services())
    titles = [group.title for group in groups]
    assert titles[0] == "Groq"
    assert titles.index("guide") < titles.index("OpenAI")
    assert "Jan" not in titles  # a local server that does not run
    openai = groups[titles.index("OpenAI")]
    assert openai.offers[0].info.name == "gpt-5-mini"
    assert not openai.offers[0].is_ready
    assert groups[0].offers[0].is_ready


async def test_letters_of_a_name_find_it_whole_words_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", "or-1")
    found = await many(100)
    assert names(found, "model-42")["OpenRouter"][0] == "meta-llama/model-42-chat"
    assert names(found, "QWEN 13")["OpenRouter"] == ["qwen/model-13-chat"]
    assert names(found, "dpsk 15")["OpenRouter"] == ["deepseek/model-15-chat"]
    assert names(found, "no such thing") == {}
    assert "claude-sonnet-5-5" in names(found, "sonnet")["Anthropic"]


async def test_thousands_of_models_are_narrowed_within_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", "or-1")
    groups = offer_groups(await many())
    assert sum(len(group.offers) for group in groups) > 5000
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        assert matching(groups, "mdl 4 cht")
        best = min(best, time.perf_counter() - began)
    assert best < 0.1


def test_favourites_come_first_and_are_kept() -> None:
    assert toggle_favourite(("openai", "gpt-5"))
    assert toggle_favourite(("gone", "model"))
    assert favourite_models() == [("openai", "gpt-5"), ("gone", "model")]
    assert next(iter(names(services()).items())) == ("Favourites", ["gpt-5"])
    assert not toggle_favourite(("openai", "gpt-5"))
    assert "Favourites" not in names(services())


def test_the_models_used_last_are_remembered_newest_first() -> None:
    for number in range(RECENT + 2):
        note_recent(("openai", f"m{number}"))
    note_recent(("openai", "m4"))
    assert [name for _, name in recent_models()] == ["m4", "m6", "m5", "m3", "m2"]
    toggle_favourite(("openai", "m5"))
    assert names(services())["Recent"] == ["m4", "m6", "m3", "m2"]
