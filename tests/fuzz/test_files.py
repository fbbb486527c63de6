"""Files of the program with any damage: read as far as they can be, or refused in a sentence; nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzz.damage import damaged
from tui_chat.config import paths
from tui_chat.config.personas import load_personas
from tui_chat.config.settings_file import load_settings, parse_settings
from tui_chat.config.state import load_state
from tui_chat.config.templates import load_templates, parse
from tui_chat.domain.errors import ConfigError, HistoryError, HistoryUnreadable
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.checkup import check
from tui_chat.storage.drafts import Drafts
from tui_chat.storage.history import History
from tui_chat.storage.prompt_history import PromptHistory
from tui_chat.storage.repair import repair
from tui_chat.storage.salvage import salvage

in_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

CONFIG = b"""
# A comment
[chat]
provider = "lab"
[look]
theme = "ink"
footer = false
[keys]
send = "enter"
"session.new" = "ctrl+n,f3"
[providers.lab]
label = "Lab"
base_url = "http://127.0.0.1:1/v1"
headers = { "X-A" = "b" }
retries = { attempts = 2, statuses = [429, 500] }
[providers.lab.models."a-model"]
context_window = 1000
"""

PERSONA = b"""---
model: gpt-5
temperature: 0.2
---
You review code.
"""

TEMPLATE = b"""---
title: Review a change
description: Strict
---
Review this {{language}} code: {{code}}
"""


def history_bytes(folder: Path) -> bytes:
    path = folder / "whole.json"
    if not path.exists():
        history = History(path)
        for number in range(3):
            session = ChatSession(id=f"s{number}", name=f"Name {number}", tags=["a"])
            history.save(session.to_document(), [])
            for text in ("ä question\n", 'an answer with {braces} and "quotes"'):
                message = ChatMessage(session_id=session.id, role=Role.USER, parts=[TextPart(text=text)])
                history.save(None, [message.to_document()])
            if number == 1:
                history._storage.compact(force=True)
        history.close()
    return path.read_bytes()


@in_folder
@given(st.data())
def test_a_damaged_history_is_read_or_refused_and_never_made_worse(tmp_path: Path, data: st.DataObject) -> None:
    bytes_on_disk = data.draw(damaged(history_bytes(tmp_path)))
    path, mended = tmp_path / "history.json", tmp_path / "mended.json"
    path.write_bytes(bytes_on_disk)
    mended.unlink(missing_ok=True)
    history = History(path)
    try:
        history.open()
        for session in history.sessions():
            history.messages(session.id)
    except HistoryUnreadable:
        assert path.read_bytes() == bytes_on_disk
    else:
        new = ChatSession(id="new")
        try:
            history.save(new.to_document(), [])
        except HistoryError:
            assert path.read_bytes() == bytes_on_disk
        else:
            assert history.session("new") is not None
    finally:
        history.close()
    before = path.read_bytes()
    check(path)
    salvage(before)
    try:
        repair(path, mended)
    except HistoryError:
        assert not mended.exists()
    else:
        json.loads(mended.read_bytes())
        again = History(mended)
        again.open()
        again.close()
    assert path.read_bytes() == before
    for one in tmp_path.glob("history.json*"):
        one.unlink()


@given(damaged(CONFIG))
def test_a_damaged_config_is_used_or_refused(data: bytes) -> None:
    path = paths.config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    try:
        load_settings()
    except ConfigError as error:
        assert error.sentence
    assert path.read_bytes() == data


@given(st.text())
@example("a = " + "[" * 5000)
def test_any_text_is_a_config_or_refused(text: str) -> None:
    try:
        parse_settings(text, Path("config.toml"))
    except ConfigError as error:
        assert "config.toml" in error.sentence


@given(damaged(PERSONA), st.sampled_from([".md", ".toml", ".txt"]))
@example(b"a = " + b"[" * 5000, ".toml")
def test_a_damaged_persona_is_read_or_told(data: bytes, suffix: str) -> None:
    folder = paths.personas_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"odd{suffix}").write_bytes(data)
    found, troubles = load_personas()
    assert len(found) + len(troubles) == 1
    (folder / f"odd{suffix}").unlink()


@given(damaged(TEMPLATE))
def test_a_damaged_prompt_is_a_prompt(data: bytes) -> None:
    folder = paths.templates_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "odd.md").write_bytes(data)
    for one in load_templates():
        one.filled(dict.fromkeys(one.variables, "{{x}}"))
    parse("odd", data.decode("utf-8", "replace"))


@pytest.mark.parametrize("name", ["prompts.jsonl", "drafts.json", "state.json"])
@in_folder
@given(data=st.data())
def test_small_files_with_any_damage_are_passed_over(tmp_path: Path, name: str, data: st.DataObject) -> None:
    rows = {"": {"text": "a", "at": "2026-01-01"}, "b": {"text": "c", "at": "x", "parts": [{"kind": "text"}]}}
    wholes = {
        "prompts.jsonl": b'{"text":"one","sent":"2026-01-01T00:00:00+00:00"}\n{"text":"two","sent":"x"}\n',
        "drafts.json": json.dumps(rows).encode(),
        "state.json": b'{"last_provider": "lab", "last_model": "m", "favourites": [["a", "b"]]}',
    }
    path = paths.data_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.draw(damaged(wholes[name])))
    if name == "prompts.jsonl":
        prompts = PromptHistory(path)
        prompts.load()
        assert all(isinstance(one.text, str) and (one.at or True) for one in prompts.prompts)
    elif name == "drafts.json":
        Drafts(path).load()
    else:
        assert isinstance(load_state(), dict)
