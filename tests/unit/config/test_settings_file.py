from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tui_chat.config import paths
from tui_chat.config.presets import all_providers, presets
from tui_chat.config.settings_file import load_settings, save_setting
from tui_chat.config.state import load_state, save_state
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.settings import Settings


@pytest.fixture
def config() -> Path:
    path = paths.config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_without_a_file_the_defaults_hold() -> None:
    assert load_settings() == Settings()


def test_settings_are_read(config: Path) -> None:
    config.write_text('\ufeff[look]\ntheme = "paper"\n[chat]\nprovider = "groq"\nparams = { temperature = 0.2 }\n')
    settings = load_settings()
    assert settings.look.theme == "paper"
    assert settings.chat.params.temperature == 0.2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[look\n", ["line 1", "column"]),
        ('[look]\nthem = "x"', ["look.them is unknown", "Did you mean theme?"]),
        ("[chat]\nparams = { temperature = 'hot' }", ["chat.params.temperature"]),
        ("[providers.mine]\nbase_ur = 'x'", ["providers.mine.base_ur is unknown", "base_url"]),
        ("[providers.mine]\napi_key = 'sk-secret'", ["api_key", "in clear"]),
        ("providers = 3", ["providers must be tables"]),
        ("providers = { mine = { preset = ['openai'] } }", ["providers.mine knows no preset ['openai']"]),
        ("nonsense = 1", ["nonsense is unknown"]),
        ("look = 3", ["look: Input should be"]),
        ("[keys]\ncommands = 3", ["line 1", "keys.commands"]),
    ],
)
def test_a_wrong_file_is_told_with_its_place_and_not_touched(config: Path, text: str, words: list[str]) -> None:
    config.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert all(word in caught.value.sentence for word in [*words, str(config)])
    assert "sk-secret" not in caught.value.sentence
    with pytest.raises(ConfigError):
        save_setting("look.theme", "ink")
    assert config.read_text() == text


def test_bytes_that_are_no_text_are_told(config: Path) -> None:
    config.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError):
        load_settings()


def test_saving_keeps_comments_and_order(config: Path) -> None:
    config.write_text('# mine\n[look]\ntheme = "ink"  # dark\nfooter = false\n')
    save_setting("look.theme", "paper")
    assert config.read_text() == '# mine\n[look]\ntheme = "paper"  # dark\nfooter = false\n'
    save_setting("chat.provider", "groq")
    assert load_settings().chat.provider == "groq"
    assert "# mine" in config.read_text()


def test_saving_keeps_line_ends_and_takes_a_byte_order_mark(config: Path) -> None:
    config.write_bytes(b'\xef\xbb\xbf# mine\r\n[look]\r\ntheme = "ink"\r\n')
    save_setting("look.theme", "paper")
    assert config.read_bytes() == b'# mine\r\n[look]\r\ntheme = "paper"\r\n'


def test_what_cannot_be_written_leaves_nothing_behind(config: Path) -> None:
    paths.state_path().mkdir(parents=True)  # no file can take its place
    save_state(theme="ink")
    config.write_text("")
    assert {path.name for path in paths.data_folder().iterdir()} == {"state.json", "config.toml"}


def test_a_new_file_is_private() -> None:
    save_setting("look.theme", "paper")
    path = paths.config_path()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_to_dotfiles_stays_a_link(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text("")
    config.symlink_to(target)
    save_setting("look.theme", "paper")
    assert config.is_symlink()
    assert "paper" in target.read_text()


def test_a_provider_of_the_user_changes_a_preset_or_is_new(config: Path) -> None:
    config.write_text(
        "[providers.openai]\ndefault_model = 'mine'\n"
        "[providers.lab]\nbase_url = 'http://lab/v1'\napi_key_command = 'pass lab'\ntimeouts = { silence = 5 }\n"
    )
    providers = all_providers(load_settings())
    assert providers["openai"].default_model == "mine"
    assert providers["openai"].key_variable == "OPENAI_API_KEY"
    assert (providers["lab"].label, providers["lab"].key_command) == ("lab", "pass lab")
    assert providers["lab"].timeouts.silence == 5


@pytest.mark.parametrize(
    ("variable", "value", "name", "url"),
    [
        ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1", "openai", "http://127.0.0.1:9/v1"),
        ("OLLAMA_HOST", "0.0.0.0", "ollama", "http://127.0.0.1:11434"),
        ("OLLAMA_HOST", "0.0.0.0:8", "ollama", "http://127.0.0.1:8"),
        ("OLLAMA_HOST", "0.0.0.0.example.com", "ollama", "http://0.0.0.0.example.com:11434"),
        ("OLLAMA_HOST", ":8", "ollama", "http://127.0.0.1:8"),
        ("OLLAMA_HOST", "[::]:8", "ollama", "http://127.0.0.1:8"),
        ("OLLAMA_HOST", "[::1]", "ollama", "http://[::1]:11434"),
        ("OLLAMA_HOST", "https://box:1/", "ollama", "https://box:1"),
        ("OLLAMA_HOST", "https://box", "ollama", "https://box"),
        ("OLLAMA_HOST", "box:8", "ollama", "http://box:8"),
        ("OLLAMA_HOST", "box/behind/", "ollama", "http://box:11434/behind"),
        ("ABACUS_BASE_URL", "https://me.abacus.ai/v1", "abacus", "https://me.abacus.ai/v1"),
        ("INKEEP_BASE_URL", "http://127.0.0.1:1", "inkeep", "http://127.0.0.1:1"),
        ("AZURE_OPENAI_ENDPOINT", "https://me.example.com/", "azure", "https://me.example.com/openai/v1"),
    ],
)
def test_the_environment_moves_a_provider(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str, url: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert all_providers(Settings())[name].base_url == url


def test_an_integration_in_the_environment_brings_inkeeps_own_api_first(monkeypatch: pytest.MonkeyPatch) -> None:
    names = list(all_providers(Settings()))
    assert names.index("inkeep-chat") < names.index("inkeep")
    monkeypatch.setenv("INKEEP_INTEGRATION_ID", "mine")
    found = all_providers(Settings())
    assert found["inkeep"].body == {"integration_id": "mine"}
    assert list(found).index("inkeep") < list(found).index("inkeep-chat")


def test_presets_are_sound() -> None:
    for name, provider in presets().items():
        assert provider.name == name
        assert not provider.base_url.endswith("/")
        assert provider.is_local or provider.key_variable


def test_what_is_remembered_survives_and_a_broken_file_is_no_loss() -> None:
    assert load_state() == {}
    save_state(last_provider="groq")
    save_state(theme="paper")
    assert load_state() == {"last_provider": "groq", "theme": "paper"}
    paths.state_path().write_text("[broken")
    assert load_state() == {}
    save_state(theme="ink")
    assert load_state() == {"theme": "ink"}
