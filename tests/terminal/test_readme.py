"""What the README says is run: its commands, its tour, its config and its program."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.terminal.conftest import Start
from tui_chat.cli.main import cli
from tui_chat.config.setting_fields import setting_fields
from tui_chat.config.settings_file import parse_settings
from tui_chat.exporters.registry import EXPORTERS
from tui_chat.importers.registry import IMPORTERS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


LINES = [re.sub(r"\s+# .*", "", line) for block in blocks("sh") for line in block.splitlines()]


def is_for_the_screen(line: str) -> bool:
    words = shlex.split(line)
    return words[0] == "tui-chat" and not set(words[1:2]) & set(cli.list_commands(click.Context(cli)))


def test_its_commands_run(environment: dict[str, str], tmp_path: Path) -> None:
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "tui-chat").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tui_chat "$@"\n')
    (scripts / "tui-chat").chmod(0o700)
    there = environment | {"PATH": f"{scripts}:{environment['PATH']}", "GIT_DIR": str(ROOT / ".git")}
    wanted = [line for line in LINES if not is_for_the_screen(line) and not line.startswith("tui-chat web")]
    assert len(wanted) > 15
    for line in wanted:
        done = subprocess.run(["sh", "-c", line], env=there, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert done.stdout or done.stderr, line
    assert {"page.html", "sessions.zip", "copy.json"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("line", [line for line in LINES if is_for_the_screen(line)])
def test_the_app_starts_as_it_says(line: str, start: Start) -> None:
    _, *arguments = shlex.split(line)
    is_plain = "--plain" in arguments
    terminal = start(*arguments, ready="" if is_plain else "Type a message")
    if is_plain:
        terminal.wait_for("guide")
        terminal.keys("/quit", "<enter>")
    else:
        terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0


def test_every_command_that_it_names_exists() -> None:
    named = set(re.findall(r"`tui-chat ([a-z]+ ?[^`]*)`", README)) | {line.removeprefix("tui-chat ") for line in LINES}
    commands = {name: cli.get_command(click.Context(cli), name) for name in cli.list_commands(click.Context(cli))}
    found = 0
    for words in map(str.split, named):
        command = commands.get(words[0])
        if command is None:
            continue
        found += 1
        if isinstance(command, click.Group) and len(words) > 1 and not words[1].startswith("-"):
            command = command.get_command(click.Context(command), words[1])
            assert command is not None, words
        options = {"--help", *(option for one in command.params for option in (*one.opts, *one.secondary_opts))}
        assert {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)} <= options | {"-key"}, words
    assert found > 20


def test_its_tour_can_be_walked(start: Start) -> None:
    terminal = start()
    terminal.keys("How do I export a session?", "<enter>")
    terminal.wait_for(r"(?s)See also.*ready")
    terminal.keys("<esc>")
    terminal.wait_for("browse")
    terminal.keys("r")
    terminal.wait_for(r"\d\.\d s +‹ 2/2 ›")  # how long it took is said once it is whole
    terminal.keys("<")
    terminal.wait_for("‹ 1/2 ›")
    terminal.keys("=")
    terminal.wait_for("Two answers")
    terminal.keys("<esc>")
    terminal.wait_for("browse")
    terminal.keys("x")
    terminal.wait_for("JSON, complete")
    terminal.keys("<enter>")
    terminal.wait_for("Exported to")
    terminal.keys("<ctrl+n>")
    terminal.wait_for("New session")
    terminal.keys("What are the keys?", "<enter>")
    terminal.wait_for(r"(?s)See also.*ready")
    terminal.keys("<ctrl+s>")
    terminal.wait_for("Enter open")
    terminal.keys("R")
    terminal.wait_for("Rename")
    terminal.keys("My keys", "<enter>")
    terminal.wait_for("Named My keys")
    terminal.keys("p")
    terminal.wait_for("Pinned My keys")
    terminal.keys("D")
    terminal.wait_for("Deleted My keys")
    terminal.keys("z")
    terminal.wait_for("Restored My keys")
    terminal.keys("<esc>", "<ctrl+f>")
    terminal.wait_for("Search titles")
    terminal.keys("export")
    terminal.wait_for(r"hits? in 1 session")
    terminal.keys("<enter>")
    terminal.wait_for("hit 1 of")
    terminal.keys("n")
    terminal.wait_for("hit 2 of")
    terminal.keys("a")
    terminal.wait_for("Enter send")
    terminal.keys("/theme paper", "<enter>")
    terminal.wait_until(lambda text: "/theme" not in text, "the theme")
    terminal.keys("<ctrl+l>")
    terminal.wait_for("OPENAI_API_KEY")
    terminal.keys("<esc>", "<f1>")
    terminal.wait_for("Keys")
    terminal.keys("<esc>", "<ctrl+q>")
    assert terminal.wait_exit() == 0


def test_its_config_is_right_and_has_all_settings() -> None:
    (example,) = blocks("toml")
    settings = parse_settings(example, Path("config.toml"))
    assert {"mine", "work"} == set(settings.providers)
    for field in setting_fields():
        table, _, name = field.name.rpartition(".")
        said = re.search(rf"^\[{re.escape(table)}\]([^\n]*\n(?:(?!\[).*\n)*)", example, re.MULTILINE)
        assert said is not None and re.search(rf"\b{name}\b", said[1]), field.name
        if not table.endswith("params"):
            assert field.value_in(settings) == field.default, field.name


def test_its_program_runs(environment: dict[str, str], tmp_path: Path) -> None:
    (program,) = blocks("python")
    assert 'init("openai")' in program
    path = tmp_path / "program.py"
    path.write_text(program.replace('init("openai")', 'init("guide")'), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "What is a monad?" in done.stdout


def test_its_formats_are_those_of_the_program() -> None:
    exports = re.findall(r"^\| [^|]+ \| `(\w+)` \|", README, re.MULTILINE)
    assert set(EXPORTERS) <= set(exports)
    assert set(re.findall(r"--from (\w+)", README)) <= set(IMPORTERS)


def test_what_it_links_to_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert len(links) >= 8
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_its_pictures_load_nothing() -> None:
    for path in (ROOT / "screenshots").glob("*.svg"):
        hosts = set(re.findall(r"https?://([\w.-]+)", re.sub(r"<text.*?</text>", "", path.read_text(encoding="utf-8"))))
        assert hosts <= {"www.w3.org"}, path.name
