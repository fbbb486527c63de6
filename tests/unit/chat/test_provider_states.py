"""How the providers are, and their keys in the keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from tests.file_keyring import FileKeyring
from tests.wire.openai_server import OpenAIServer
from tui_chat.chat.provider_states import check, keep_key, provider_state, provider_states, shown_key
from tui_chat.chat.services import Options, Services
from tui_chat.clients.discovery import find_local
from tui_chat.config import paths
from tui_chat.domain.errors import ChatError, ConfigError

SECRET = "sk-very-secret-1234"


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring that works."""
    before = keyring.get_keyring()
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]  # the base class has no types
    yield tmp_path / "keyring.json"
    keyring.set_keyring(before)


def services() -> Services:
    return Services.start(Options(is_temporary=True))


def test_each_provider_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", SECRET)
    states = {state.provider.name: state for state in provider_states(services())}
    assert "scripted" not in states
    assert (states["openai"].state, states["openai"].how) == ("no key", "set OPENAI_API_KEY")
    groq = states["groq"]
    assert (groq.state, groq.key.masked, groq.key.source) == ("answers", "…1234", "GROQ_API_KEY")
    assert groq.why == "because GROQ_API_KEY is set"
    assert SECRET not in json.dumps([state.to_dict() for state in states.values()])


def test_a_provider_that_lacks_more_than_a_key_says_what(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AZURE_OPENAI_API_KEY", "INKEEP_API_KEY"):
        monkeypatch.setenv(variable, SECRET)
    states = {state.provider.name: (state.state, state.how) for state in provider_states(services())}
    assert states["azure"] == ("incomplete", "set AZURE_OPENAI_ENDPOINT")
    assert states["inkeep"] == ("incomplete", "set INKEEP_INTEGRATION_ID")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://mine.invalid")
    monkeypatch.setenv("INKEEP_INTEGRATION_ID", "abc")
    again = {state.provider.name: state.state for state in provider_states(services())}
    assert {"ready", "answers"} >= {again["azure"], again["inkeep"]}


async def test_a_key_in_the_keyring_behind_one_that_wins_says_so(ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = services()
    said = [await keep_key(opened, opened.provider("groq"), SECRET)]
    monkeypatch.setenv("GROQ_API_KEY", "sk-another-one-9999")
    said.append(await keep_key(opened, opened.provider("groq"), SECRET))
    said.append(await keep_key(opened, opened.provider("groq"), ""))
    assert said == [
        "The key of Groq is in the keyring.",
        "The key of Groq is in the keyring, but GROQ_API_KEY comes before it.",
        "The key of Groq is gone from the keyring.",
    ]


async def test_a_key_in_the_keyring_is_used_and_can_be_removed(ring: Path) -> None:
    first = services()
    assert first.choice.provider == "guide"
    await first.keep_key("mistral", SECRET)
    assert list(json.loads(ring.read_text()).values()) == [SECRET]
    assert SECRET not in paths.state_path().read_text()
    again = services()
    assert (again.choice.provider, again.choice.why) == ("mistral", "because its key is in the keyring")
    state = provider_state(again, again.provider("mistral"))
    assert (state.key.masked, state.key.source) == ("…", "keyring")
    assert (await shown_key(again.provider("mistral"))).masked == "…1234"
    await again.keep_key("mistral", "")
    assert json.loads(ring.read_text()) == {}
    assert services().choice.provider == "guide"


async def test_a_key_that_another_program_kept_is_found_and_remembered(ring: Path) -> None:
    keyring.set_password("tui-chat", "mistral", SECRET)
    first = services()
    assert not first.can_answer(first.provider("mistral"))
    await first.look_for_keys()
    assert first.state_of(first.provider("mistral")) == ("ready", "keyring")
    assert not first.can_answer(first.provider("groq"))
    assert SECRET not in paths.state_path().read_text()
    assert services().choice.provider == "mistral"


async def test_a_local_server_that_wants_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    # Longer than the app waits: a busy machine may take its time to answer.
    monkeypatch.setattr("tui_chat.chat.services.find_local", partial(find_local, seconds=30))
    one = services()
    with OpenAIServer() as server:
        server.key = SECRET
        litellm = one.provider("litellm").model_copy(update={"base_url": server.base_url})
        one.providers = {"litellm": litellm, "guide": one.provider("guide")}
        assert not await one.look_for_local()
        assert one.state_of(litellm) == ("no key", "set LITELLM_API_KEY")
        monkeypatch.setenv("LITELLM_API_KEY", SECRET)
        assert await one.look_for_local()
        assert one.choice.provider == "litellm"


async def test_a_system_without_a_keyring_says_so_without_the_key() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # it has no types
    try:
        with pytest.raises(ConfigError) as caught:
            await services().keep_key("mistral", SECRET)
    finally:
        keyring.set_keyring(before)
    assert SECRET not in caught.value.sentence
    assert "MISTRAL_API_KEY" in caught.value.sentence


async def test_a_check_remembers_what_went_wrong_until_it_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIServer() as server:
        server.key = SECRET
        monkeypatch.setenv("OPENAI_API_KEY", "sk-another-one-9876")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        first = services()
        assert (await check(first, "openai")).is_valid is False
        state = provider_state(services(), first.provider("openai"))
        assert state.state == "failing"
        assert state.trouble is not None
        assert state.trouble.text == "OpenAI does not accept the key"
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        assert (await check(first, "openai", anew=True)).masked == "…1234"
        assert provider_state(services(), first.provider("openai")).trouble is None
        await first.aclose()
    other = services()
    with pytest.raises(ChatError):
        await check(other, "openai")
    state = provider_state(other, other.provider("openai"))
    assert state.trouble is not None
    assert "Nothing answers" in state.trouble.text
    assert SECRET not in paths.state_path().read_text()
    await other.aclose()
