"""What the program writes can be read by its owner alone, however generous the umask; keys are in no process list."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from tests.terminal.harness import Terminal
from tests.wire.openai_server import MODEL, OpenAIServer

KEY = "sk-planted-Xq7Zt2Vb9Lm4-9876"

CONFIG = """
[providers.lab]
base_url = "{base_url}"
default_model = "{model}"
api_key_command = "printf %s {key}"
"""


def generous(*arguments: str) -> list[str]:
    """Return the command that runs the program where new files would be open to all."""
    command = shlex.join([sys.executable, "-m", "tui_chat", *arguments])
    return ["/bin/sh", "-c", f"umask 0; exec {command}"]


def test_what_is_written_is_private(environment: dict[str, str], home: Path, server: OpenAIServer) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(CONFIG.format(base_url=server.base_url, model=MODEL, key=KEY))
    (home / "config.toml").chmod(0o600)
    server.key = KEY
    with Terminal(generous("--provider", "lab"), environment=environment) as terminal:
        terminal.wait_for("Type a message")
        terminal.keys("hello", "<enter>")
        terminal.wait_for("Hello from the test server")
        arguments = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if is_readable(path)]
        assert arguments
        assert [one for one in arguments if KEY.encode() in one and b"printf" not in one] == []
        terminal.keys("/theme paper", "<enter>")
        terminal.wait_until(lambda _: "paper" in (home / "config.toml").read_text(), "the theme")
        terminal.keys("/export", "<enter>")
        terminal.wait_for("HTML, one page")
        terminal.keys("<enter>")
        terminal.wait_for("Exported to")
        terminal.keys("a draft that stays")
        terminal.wait_for("a draft that stays")
        terminal.paste("pasted " * 2000)
        terminal.wait_for("pasted text")
        terminal.keys("<ctrl+q>")
        terminal.wait_exit()
    for command in (
        ("models", "--provider", "lab"),
        ("backup", str(home / "copies" / "backup.json")),
        ("export", "--all", "--format", "markdown", "-o", str(home / "all")),
        ("ask", "--provider", "lab", "once more"),
        ("sessions", "delete", "last"),
        ("doctor", "--repair", str(home / "mended.json")),
    ):
        subprocess.run(generous(*command), env=environment, capture_output=True, check=False, timeout=60)
    found = [home, *home.rglob("*")]
    assert {one.name for one in found} >= {"history.json", "config.toml", "prompts.jsonl", "exports", "models"}
    assert len(found) > 12
    open_to_others = [f"{one.stat().st_mode & 0o777:o} {one.relative_to(home)}" for one in found if is_open(one)]
    assert open_to_others == []
    texts = [one.read_bytes() for one in found if one.is_file() and one.name != "config.toml"]
    assert [text for text in texts if KEY.encode() in text] == []


def is_open(path: Path) -> bool:
    return path.stat().st_mode & 0o077 != 0


def is_readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False
