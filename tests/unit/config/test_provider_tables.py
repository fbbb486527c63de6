from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.config.known_models import described
from tui_chat.config.presets import all_providers, presets
from tui_chat.config.provider_tables import provider_of
from tui_chat.config.secrets import FoundKey, read_key
from tui_chat.config.settings_file import parse_settings
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import Protocol, Provider, Retries, Timeouts


def providers(text: str) -> dict[str, Provider]:
    return all_providers(parse_settings(text, Path("config.toml")))


def test_a_new_provider_has_what_its_table_says() -> None:
    lab = providers(
        """
        [providers.lab]
        label = "Our lab"
        protocol = "anthropic"
        base_url = "https://llm.example.org"
        key_header = "X-Key"
        headers = { X-Team = "blue" }
        body = { metadata = { user_id = "u" } }
        proxy = "http://proxy:3128"
        ca_bundle = "~/ca.pem"
        timeouts = { connect = 1, first_byte = 0, silence = 2.5 }
        retries = { attempts = 5, initial = 1, maximum = 8, exponent = 2, total = 600, connection_errors = false, \
statuses = [429] }
        [providers.lab.models."big-1"]
        context_window = 9000
        input_price = 1.5
        capabilities = ["images"]
        """
    )["lab"]
    assert (lab.name, lab.label, lab.protocol) == ("lab", "Our lab", Protocol.ANTHROPIC)
    assert (lab.headers, lab.body) == ({"X-Team": "blue"}, {"metadata": {"user_id": "u"}})
    assert lab.timeouts == Timeouts(connect=1, first_byte=None, silence=2.5)
    assert lab.retries == Retries(
        attempts=5,
        initial=1,
        maximum=8,
        exponent=2,
        total=600,
        connection_errors=False,
        statuses=frozenset({429}),
    )
    big = described(lab, "big-1")
    assert (big.context_window, big.input_price, big.can("images"), big.can("tools")) == (9000, 1.5, True, False)


def test_what_is_not_said_of_a_built_in_one_stays() -> None:
    ollama = provider_of("ollama", {"timeouts": {"silence": 5}, "retries": {"attempts": 1}})
    assert ollama.timeouts == Timeouts(first_byte=None, silence=5)
    assert ollama.retries == Retries(attempts=1)
    assert ollama.base_url == presets()["ollama"].base_url


async def test_a_second_account_has_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "first-0123456789")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    there = providers('[providers.my-work]\npreset = "anthropic"\n')
    work, first = there["my-work"], there["anthropic"]
    assert (work.label, work.protocol, work.key_header) == ("Anthropic (my-work)", Protocol.ANTHROPIC, "x-api-key")
    assert work.base_url == "https://api.anthropic.com"
    assert await read_key(work) == FoundKey("", "")
    monkeypatch.setenv("MY_WORK_API_KEY", "second-0123456789")
    assert await read_key(work) == FoundKey("second-0123456789", "MY_WORK_API_KEY")
    assert await read_key(first) == FoundKey("first-0123456789", "ANTHROPIC_API_KEY")
    assert described(work, "claude-haiku-4-5").input_price == described(first, "claude-haiku-4-5").input_price
    assert described(work, "claude-haiku-4-5").input_price is not None


def test_a_second_box_is_local_and_may_be_moved_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[providers.box]\npreset = "ollama"\nbase_url = "http://box:11434"\nbase_url_variable = "BOX_HOST"\n'
    box = providers(text)["box"]
    assert (box.is_local, box.needs_key, box.base_url) == (True, False, "http://box:11434")
    monkeypatch.setenv("BOX_HOST", "other")
    assert providers(text)["box"].base_url == "http://other:11434"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[providers.a]\nbase_ur = 'x'", "providers.a.base_ur is unknown. Did you mean base_url?"),
        ("[providers.a]\nbase_url = 3", "providers.a.base_url: Input should be a valid string."),
        ("[providers.a]\nprotocol = 'x'", "providers.a.protocol: Input should be 'openai-chat'"),
        ("[providers.a]\ntimeouts = 3", "providers.a.timeouts: "),
        ("[providers.a.timeouts]\nsilent = 3", "providers.a.timeouts.silent is unknown. Did you mean silence?"),
        ("[providers.a.timeouts]\nsilence = -3", "providers.a.timeouts.silence: "),
        ("[providers.a.retries]\nattempts = 0", "providers.a.retries.attempts: "),
        ("[providers.a.retries]\ntotal = 4000", "providers.a.retries.total: "),
        ("[providers.a.models.m]\nprice = 3", "providers.a.models.m.price is unknown. Did you mean input_price?"),
        ("[providers.a.models]\nm = 3", "providers.a.models.m: "),
        ("[providers.a]\nmodels = 3", "providers.a.models: "),
        ("[providers.a]\npreset = 'opena'", "providers.a knows no preset 'opena'. Did you mean openai?"),
        ("[providers.a]\npreset = 3", "providers.a knows no preset 3."),
        ("[providers.openai]\npreset = 'openai'", "providers.openai is built in itself."),
        ("[providers.a]\napi_key = 'sk-secret'", "providers.a.api_key: a key does not belong"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        providers(text)
    assert words in caught.value.text
    assert caught.value.text.startswith("config.toml: ")
    assert "sk-secret" not in caught.value.sentence
