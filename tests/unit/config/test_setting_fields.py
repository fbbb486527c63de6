"""The settings one by one, as the settings screen shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.config import paths
from tui_chat.config.setting_fields import setting_fields
from tui_chat.config.settings_file import load_settings, reset_setting, save_setting
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.settings import Settings

BY_NAME = {field.name: field for field in setting_fields()}


@pytest.mark.parametrize("name", BY_NAME)
def test_each_has_a_note_a_label_and_its_default(name: str) -> None:
    field = BY_NAME[name]
    assert field.note.endswith("."), field
    assert "`" not in field.note
    assert field.label[0].isupper()
    assert field.value_in(Settings()) == field.default


def test_kinds_and_choices_come_from_the_types() -> None:
    assert BY_NAME["look.footer"].kind is bool
    assert BY_NAME["keys.send"].choices == ("enter", "alt+enter", "ctrl+enter")
    temperature = BY_NAME["chat.params.temperature"]
    assert (temperature.kind, temperature.may_be_empty, temperature.section) == (float, True, "chat")


def test_a_setting_is_saved_and_taken_out_again_and_comments_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_CHAT_HOME", str(tmp_path))
    path = paths.config_path()
    path.write_text("# mine\n[look]\ntheme = 'paper'  # at night\n")
    save_setting("look.footer", False)
    save_setting("chat.params.temperature", 0.5)
    settings = load_settings()
    assert (settings.look.theme, settings.look.footer, settings.chat.params.temperature) == ("paper", False, 0.5)
    reset_setting("look.footer")
    reset_setting("chat.model")
    assert load_settings().look.footer is True
    assert path.read_text().startswith("# mine\n[look]\ntheme = 'paper'  # at night\n")
    before = path.read_text()
    with pytest.raises(ConfigError):
        save_setting("chat.params.temperature", "warm")
    assert path.read_text() == before
