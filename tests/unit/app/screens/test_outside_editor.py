"""Which editor is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.app.screens.chat.outside_editor import editor_command
from tui_chat.domain.errors import ConfigError


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all there is to find programs in."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("mine", "vi"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_visual_comes_before_editor_and_may_have_options(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "vi")
    assert editor_command() == ["vi"]
    monkeypatch.setenv("VISUAL", "mine --wait 'two words'")
    assert editor_command() == ["mine", "--wait", "two words"]
    monkeypatch.setenv("VISUAL", "  ")
    assert editor_command() == ["vi"]


def test_without_a_name_a_usual_one_is_taken(tools: Path) -> None:
    assert editor_command() == [str(tools / "vi")]
    (tools / "vi").unlink()
    with pytest.raises(ConfigError) as caught:
        editor_command()
    assert caught.value.sentence == "No editor was found. Set $VISUAL or $EDITOR to the one you use."


@pytest.mark.parametrize("named", ["nowhere", "mine 'open", "/no/such/mine"])
def test_one_that_cannot_be_run_is_told(tools: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("EDITOR", named)
    with pytest.raises(ConfigError, match=r"not found|cannot be read"):
        editor_command()
