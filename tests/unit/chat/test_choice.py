from __future__ import annotations

import pytest

from tui_chat.chat.choice import Wishes, choose
from tui_chat.config.presets import presets
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import Provider


def chosen(wishes: Wishes, *keys: str) -> tuple[str, str]:
    choice = choose(presets(), wishes, lambda one: one.key_variable if one.key_variable in keys else "")
    return choice.provider, choice.why


@pytest.mark.parametrize(
    ("wishes", "keys", "provider", "why"),
    [
        (Wishes(), (), "guide", "because no key is set and no local server runs"),
        (Wishes(), ("GROQ_API_KEY", "OPENAI_API_KEY"), "openai", "because OPENAI_API_KEY is set"),
        (Wishes(last_provider="groq"), ("GROQ_API_KEY", "OPENAI_API_KEY"), "groq", "because it answered last"),
        (Wishes(last_provider="groq"), ("OPENAI_API_KEY",), "openai", "because OPENAI_API_KEY is set"),
        (Wishes(last_provider="guide"), ("OPENAI_API_KEY",), "openai", "because OPENAI_API_KEY is set"),
        (Wishes(last_provider="ollama"), (), "ollama", "because it answered last"),
        (
            Wishes(provider_setting="xai", last_provider="groq"),
            ("GROQ_API_KEY",),
            "xai",
            "because the config asks for it",
        ),
        (Wishes(provider_variable="jan", provider_setting="xai"), (), "jan", "because TUI_CHAT_PROVIDER asks for it"),
        (Wishes(provider_option="vllm", provider_variable="jan"), (), "vllm", "because --provider asks for it"),
    ],
)
def test_the_most_urgent_wish_wins(wishes: Wishes, keys: tuple[str, ...], provider: str, why: str) -> None:
    assert chosen(wishes, *keys) == (provider, why)


@pytest.mark.parametrize("key", ["AZURE_OPENAI_API_KEY", "INKEEP_API_KEY"])
def test_a_provider_that_lacks_more_than_a_key_is_not_chosen(key: str) -> None:
    lacking = {name: one for name, one in presets().items() if one.lacks}
    assert list(lacking) == ["azure", "inkeep"]
    assert choose(lacking, Wishes(last_provider="azure"), lambda one: key, kept=lacking).provider == "guide"


@pytest.mark.parametrize(
    ("fields", "provider"),
    [
        ({}, "mine"),
        ({"key_command": "pass show llm", "key_variable": "MINE_API_KEY"}, "mine"),
        ({"key_variable": "MINE_API_KEY"}, "guide"),
    ],
)
def test_a_provider_that_the_config_adds_answers_before_the_guide(fields: dict[str, str], provider: str) -> None:
    mine = Provider.model_validate({"name": "mine", "label": "mine", "base_url": "http://127.0.0.1:9/v1", **fields})
    assert choose(presets() | {"mine": mine}, Wishes(), lambda _one: "").provider == provider


def test_a_model_that_is_asked_for_goes_with_any_provider() -> None:
    def no_key(_provider: Provider) -> str:
        return ""

    assert choose(presets(), Wishes(model_option="m", provider_setting="xai", model_setting="n"), no_key).model == "m"
    assert choose(presets(), Wishes(provider_setting="xai", model_setting="n"), no_key).model == "n"


def test_an_unknown_provider_is_told_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        chosen(Wishes(provider_option="openia"))
    assert "openia" in caught.value.text
    assert "openai" in caught.value.advice
    assert "scripted" not in caught.value.advice
