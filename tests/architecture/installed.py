"""What an installed program has to do, told by a home folder of its own and nothing else."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.terminal.harness import Terminal

_QUESTION = "how do I quit?"
_DRAWING = """
import base64, io
from PIL import Image
from tui_chat.app.transcript.picture_making import Fit, make_picture

image = io.BytesIO()
Image.new("RGB", (9, 9), "red").save(image, "PNG")
made = make_picture(base64.b64encode(image.getvalue()).decode(), Fit(9))
assert made.width == 9 and made.dots
"""


def environment(home: Path) -> dict[str, str]:
    """Return what a fresh user's shell has."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TUI_CHAT_GUIDE_PACE": "0.001",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def check_program(program: Path, home: Path, *, has_extras: bool) -> None:
    """Use the program by commands and by keys."""
    assert _said(program, home, "--version").startswith("tui-chat ")
    assert "doctor" in _said(program, home, "--help")
    assert "Ctrl+Q" in _said(program, home, "ask", _QUESTION)
    _chat(program, home)
    assert _QUESTION in _said(program, home, "sessions", "list")
    assert "All is well." in _said(program, home, "doctor")
    page = home / "page.html"
    _said(program, home, "export", "last", "--format", "html", "-o", str(page))
    assert "history.json" in page.read_text(encoding="utf-8")
    if not has_extras:
        assert "tui-chat[pdf]" in _refused(program, home, "export", "last", "--format", "pdf", "-o", "x.pdf")
        assert "tui-chat[web]" in _refused(program, home, "web", "--port", "0", "--no-open")


def _chat(program: Path, home: Path) -> None:
    with Terminal([str(program)], environment=environment(home)) as terminal:
        terminal.wait_for("Type a message")
        terminal.keys("where are my sessions stored?", "<enter>")
        terminal.wait_for("history.json")
        terminal.keys("<ctrl+q>")
        assert terminal.wait_exit() == 0


def check_extras(program: Path, home: Path) -> None:
    """Write a PDF, serve a browser, and make a picture of an image."""
    document = home / "page.pdf"
    _said(program, home, "export", "last", "--format", "pdf", "-o", str(document))
    assert document.read_bytes().startswith(b"%PDF")
    _serve(program, home)
    python = program.resolve().parent / "python"
    drawn = subprocess.run([python, "-c", _DRAWING], env=environment(home), capture_output=True, text=True)
    assert drawn.returncode == 0, drawn.stderr


def _serve(program: Path, home: Path) -> None:
    command: list[str | Path] = [program, "web", "--port", "0", "--no-open"]
    own = environment(home) | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        try:
            assert "?token=" in line, line + server.stdout.read()
            assert _status(line) == 200
            assert _status(line.partition("?")[0]) == 403
        finally:
            server.terminate()


def _status(address: str) -> int:
    """Return what a browser is answered, once there is somebody to answer."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    end = time.monotonic() + 20
    while True:
        try:
            with browser.open(address) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            assert time.monotonic() < end, address
            time.sleep(0.05)


def check_removed(program: Path, folder: Path, home: Path) -> None:
    """See that no file of the program is left, and that every file of the user is."""
    assert not program.exists()
    outside = [path for path in folder.rglob("*tui_chat*") if not path.is_relative_to(home)]
    assert outside == []
    kept = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    assert ".local/share/tui-chat/history.json" in kept
    strangers = [name for name in kept if not re.match(r"page\.|\.(local|config|cache|local/state)/.*tui-chat/", name)]
    assert strangers == []


def _said(program: Path, home: Path, *arguments: str) -> str:
    result = _run(program, home, *arguments)
    assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
    return result.stdout


def _refused(program: Path, home: Path, *arguments: str) -> str:
    result = _run(program, home, *arguments)
    assert result.returncode, f"{arguments}: {result.stdout}"
    assert "Traceback" not in result.stderr, result.stderr
    return result.stderr


def _run(program: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments],
        env=environment(home),
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
