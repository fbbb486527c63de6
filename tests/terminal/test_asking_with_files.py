"""Files on the command line: ``tui-chat ask --file``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.domain.test_attachments import image_bytes
from tests.wire.openai_server import OpenAIServer

Ask = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, with a few files."""
    folder = tmp_path / "work"
    (folder / "src").mkdir(parents=True)
    (folder / "src/a.py").write_text("a = 1\n")
    (folder / "src/b.py").write_text("b = 2\n")
    (folder / "notes.txt").write_bytes("schöne Grüße aus München, über die Straße".encode("cp1252"))
    (folder / "plot.png").write_bytes(image_bytes("PNG"))
    (folder / "blob").write_bytes(b"\0\1\2")
    return folder


@pytest.fixture
def ask(environment: dict[str, str], folder: Path) -> Ask:
    """Runs ``tui-chat ask`` in the folder."""

    def ask(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [sys.executable, "-m", "tui_chat", "ask", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env={**environment, "TUI_CHAT_GUIDE_PACE": "0"},
            cwd=folder,
        )
        assert "Traceback" not in result.stderr
        return result

    return ask


def at(server: OpenAIServer) -> tuple[str, ...]:
    return ("--base-url", server.base_url, "--model", "m")


def test_files_go_along_and_stdin_as_before(ask: Ask, server: OpenAIServer, environment: dict[str, str]) -> None:
    asked = ask(*at(server), "--file", "src/*.py", "--file", "plot.png", "Explain:", stdin="piped\n")
    assert asked.returncode == 0, asked.stderr
    [text, first, second, image] = server.chats[-1].body["messages"][-1]["content"]
    assert text["text"] == "Explain:\n\npiped"
    assert [first["text"], second["text"]] == [
        "src/a.py:\n\n```\na = 1\n```\n",
        "src/b.py:\n\n```\nb = 2\n```\n",
    ]
    assert image["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    shown = subprocess.run(
        [sys.executable, "-m", "tui_chat", "sessions", "show", "last", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=True,
    )
    [prompt, _reply] = json.loads(shown.stdout)["messages"]
    assert [(part["kind"], part.get("name")) for part in prompt["parts"]] == [
        ("text", None),
        ("file", "src/a.py"),
        ("file", "src/b.py"),
        ("image", "plot.png"),
    ]


def test_a_file_alone_is_a_prompt(ask: Ask, server: OpenAIServer) -> None:
    assert ask(*at(server), "--file", "notes.txt").returncode == 0
    [only] = server.chats[-1].body["messages"][-1]["content"]
    assert "schöne Grüße aus München" in only["text"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("nowhere", "There is no file nowhere."),
        ("blob", "blob is neither a text nor an image (PNG, JPEG, GIF, WebP)."),
        ("*.md", "There is nothing to attach in *.md."),
    ],
)
def test_what_cannot_be_attached_is_told_in_one_line(ask: Ask, server: OpenAIServer, wanted: str, words: str) -> None:
    refused = ask(*at(server), "--file", wanted, "hi")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert words in refused.stderr
    assert server.chats == []


def test_the_guide_says_that_it_takes_no_images(ask: Ask, home: Path) -> None:
    refused = ask("--provider", "guide", "--file", "plot.png", "hi")
    assert refused.returncode == 1
    assert "takes no images. Remove plot.png" in refused.stderr
    assert not (home / "history.json").exists() or '"user"' not in (home / "history.json").read_text()


def test_keys_in_files_are_seen_and_replaced(ask: Ask, server: OpenAIServer, folder: Path) -> None:
    key = "sk-proj-" + "Ab3dEf6hIj9kLm2nOp5qRs8t"
    (folder / "env").write_text(f"OPENAI_API_KEY={key}\n")
    warned = ask(*at(server), "--file", "env", "hi")
    assert "seems to hold 1 key" in warned.stderr
    assert ask(*at(server), "--redact", "--file", "env", "hi").returncode == 0
    assert key not in json.dumps(server.chats[-1].body)
