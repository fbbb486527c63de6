"""What the shell gets: completion, the config in an editor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def run(environment: dict[str, str], *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui_chat", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**environment, **more})


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_each_shell_is_printed(environment: dict[str, str], shell: str) -> None:
    printed = run(environment, "completion", shell)
    assert printed.returncode == 0
    assert f"_TUI_CHAT_COMPLETE={shell}_complete" in printed.stdout.replace("env ", "")
    if program := shutil.which(shell):
        assert subprocess.run([program, "-n"], input=printed.stdout, text=True, check=False).returncode == 0


def test_a_shell_completes_commands_and_options(environment: dict[str, str]) -> None:
    def completed(*words: str) -> list[str]:
        line = " ".join(["tui-chat", *words])
        asked = {"_TUI_CHAT_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
        return [row.split(",")[1] for row in run(environment, **asked).stdout.split()]

    assert "sessions" in completed("se")
    assert "search" in completed("sessions", "se")
    assert "--format" in completed("export", "--f")


def test_a_shell_completes_ids_and_names(environment: dict[str, str]) -> None:
    def completed(*words: str) -> list[str]:
        asked = {"_TUI_CHAT_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(["tui-chat", *words])}
        printed = run(environment, **asked, COMP_CWORD=str(len(words)))
        return [row.split(",")[1] for row in printed.stdout.split()]

    assert completed("sessions", "show", "zz") == []
    for prompt in ("hello", "hi"):
        run(environment, "ask", prompt, TUI_CHAT_GUIDE_PACE="0")
    kept, gone = [one["id"][:8] for one in json.loads(run(environment, "sessions", "list", "--json").stdout)]
    run(environment, "sessions", "delete", gone)
    assert completed("sessions", "show", kept[:3]) == completed("export", kept[:3]) == [kept]
    assert completed("ask", "--session", kept[:3]) == [kept]
    assert completed("sessions", "restore", gone[:3]) == [gone]
    assert completed("--provider", "openr") == ["openrouter"]


def test_the_config_is_edited_and_checked(environment: dict[str, str], home: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "[look]\\nfooter = false\\n" >> "$1"\n')
    editor.chmod(0o700)
    edited = run(environment, "config", "edit", EDITOR=str(editor))
    assert (edited.returncode, "is right" in edited.stdout) == (0, True), edited
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600
    editor.write_text('#!/bin/sh\nprintf "nonsense" >> "$1"\n')
    edited = run(environment, "config", "edit", EDITOR=str(editor))
    assert edited.returncode != 0
    assert "line 4" in edited.stderr and "Traceback" not in edited.stderr
    missing = run(environment, "config", "edit", EDITOR=os.devnull + "/none")
    assert missing.returncode != 0 and "Traceback" not in missing.stderr
