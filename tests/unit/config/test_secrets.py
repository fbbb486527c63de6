from __future__ import annotations

import asyncio

import pytest

from tui_chat.config.presets import presets
from tui_chat.config.secrets import FoundKey, environment_key, read_key
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import Provider, masked

OPENAI = presets()["openai"]


async def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " sk-abc \n")
    assert environment_key(OPENAI) == FoundKey("sk-abc", "OPENAI_API_KEY")
    assert await read_key(OPENAI) == FoundKey("sk-abc", "OPENAI_API_KEY")


async def test_a_key_may_stand_in_more_than_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    gemini = presets()["gemini"]
    monkeypatch.setenv("GOOGLE_API_KEY", "google")
    assert await read_key(gemini) == FoundKey("google", "GOOGLE_API_KEY")
    monkeypatch.setenv("GEMINI_API_KEY", "gemini")
    assert await read_key(gemini) == FoundKey("gemini", "GEMINI_API_KEY")


async def test_the_command_comes_first_and_is_run_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-abc")
    provider = OPENAI.model_copy(update={"key_command": 'printf "from-%s\\nrest\\n" "$SHLVL_TEST"'})
    for value in ("one", "two"):
        monkeypatch.setenv("SHLVL_TEST", value)
        assert await read_key(provider) == FoundKey(f"from-{value}", "api_key_command")


@pytest.mark.parametrize("command", ["exit 3", "true", "echo secret; exit 1", "no-such-command-at-all"])
async def test_a_command_that_fails_is_told_without_its_output(command: str) -> None:
    with pytest.raises(ConfigError) as caught:
        await read_key(OPENAI.model_copy(update={"key_command": command}))
    assert "api_key_command of OpenAI" in caught.value.text
    assert "secret" not in caught.value.sentence


async def test_a_command_that_hangs_is_given_up_whatever_it_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_chat.config.secrets.COMMAND_TIMEOUT", 0.2)
    async with asyncio.timeout(20):
        with pytest.raises(ConfigError, match="took longer"):
            await read_key(OPENAI.model_copy(update={"key_command": "sleep 40; true"}))


async def test_a_local_provider_needs_no_key() -> None:
    assert await read_key(presets()["ollama"]) == FoundKey("", "")
    assert await read_key(Provider(name="x", label="x")) == FoundKey("", "")


@pytest.mark.parametrize(("key", "shown"), [("sk-1234567890abcd", "…abcd"), ("short", "…"), ("", "")])
def test_a_key_is_shown_masked(key: str, shown: str) -> None:
    assert masked(key) == shown
