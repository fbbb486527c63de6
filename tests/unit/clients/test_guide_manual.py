"""What the manual says is what the program does, as far as tables of the program can tell."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tui_chat.app.commands import COMMANDS, Command, Place
from tui_chat.app.themes import OWN
from tui_chat.cli.main import cli
from tui_chat.cli.plain.commands import COMMANDS as PLAIN
from tui_chat.clients.guide_index import sections
from tui_chat.clients.guide_keys import rows_of
from tui_chat.config.presets import presets
from tui_chat.config.setting_fields import setting_fields
from tui_chat.config.settings_file import parse_settings
from tui_chat.domain.providers import ModelFacts, Protocol, Provider, Retries, Timeouts
from tui_chat.domain.sessions import Params
from tui_chat.domain.settings import Settings
from tui_chat.exporters.registry import EXPORTERS

MANUAL = "\n\n".join(f"{section.heading}\n\n{section.text}" for section in sections())

#: Keys as the table of commands writes them, where the manual writes more than that.
_WRITTEN = {"PgUp": "PageUp", "PgDn": "PageDown"}

_PLACES = {
    Place.INPUT: "in the input",
    Place.TRANSCRIPT: "while browsing the transcript",
    Place.SIDEBAR: "in the sidebar",
    Place.SEARCH: "on the search screen",
    Place.EVERYWHERE: "everywhere",
}


def text_of(heading: str) -> str:
    return next(section.text for section in sections() if section.heading == heading)


def test_it_is_whole() -> None:
    headings = [section.heading for section in sections()]
    assert len(headings) == len(set(headings)) > 60
    assert all(heading.endswith("?") for heading in headings)
    assert [section.heading for section in sections() if not section.text or not section.asked] == []
    assert not re.search(r"TODO|TBD|<!--|-->", MANUAL)


def test_its_sections_are_short() -> None:
    long = [section.heading for section in sections() if len(section.text) > 1200 or section.text.count("\n") > 32]
    assert long == []


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.shown], ids=lambda one: one.id)
def test_every_key_is_told_for_its_place(command: Command) -> None:
    for key in command.shown.split():
        places = [row.place for row in rows_of(_WRITTEN.get(key, key))]
        assert _PLACES[command.place] in places, key


def test_no_key_is_told_that_there_is_not() -> None:
    names = {
        "less_than_sign": "<",
        "greater_than_sign": ">",
        "equals_sign": "=",
        "slash": "/",
        "asterisk": "*",
        "left_square_bracket": "[",
        "right_square_bracket": "]",
        "escape": "esc",
        "up": "↑",
        "down": "↓",
    }
    bound = {(one.place, names.get(key, key)) for one in COMMANDS for key in one.keys.split(",")}
    for place in (Place.TRANSCRIPT, Place.SIDEBAR, Place.EVERYWHERE):
        heading = f"Which keys work {_PLACES[place]}?"
        cells = re.findall(r"^\| (`.+?) \|", text_of(heading), re.MULTILINE)
        told = {key for cell in cells for key in re.findall(r"`(.+?)`", cell)}
        assert {key for key in told if (place, key if len(key) == 1 else key.lower()) not in bound} == set()


def test_every_slash_command_is_told_and_no_other() -> None:
    there = {f"/{one.slash}" for one in COMMANDS if one.slash}
    assert set(re.findall(r"`(/[a-z-]+)", text_of("Which slash commands are there?"))) == there
    told = set(re.findall(r"`(/[a-z][a-z-]+)[ `]", MANUAL))
    assert there <= told <= there | {f"/{name}" for name in PLAIN}


def test_every_provider_is_told_with_its_variable() -> None:
    text = text_of("Which providers are there, and which environment variables do they need?")
    told = dict(re.findall(r"^\| ([\w-]+) \| `(\w+)`", text, re.MULTILINE))
    assert told == {one.name: one.key_variable for one in presets().values() if one.needs_key}
    keys = {name for one in presets().values() for name in (one.key_variable, *one.more_key_variables) if name}
    assert {name for name in keys if f"`{name}`" not in text} == set()
    local = [one for one in presets().values() if one.is_local and one.base_url]
    assert [one.name for one in local if one.name not in text] == []
    ports = " ".join(text_of("How do I use a local model such as Ollama or LM Studio, offline?").split())
    for one in local:
        port = one.base_url.removesuffix("/v1").rpartition(":")[2]
        assert re.search(rf"{re.escape(one.label)} \((?:port )?{port}\)", ports), one.name


def test_every_variable_of_an_address_is_told() -> None:
    text = text_of("Which environment variables does it read?")
    variables = {one.base_url_variable for one in presets().values() if one.base_url_variable}
    assert {name for name in variables if f"`{name}`" not in text} == set()


def test_every_command_and_option_of_the_command_line_is_told_and_no_other() -> None:
    context = click.Context(cli)
    names = cli.list_commands(context)
    text = text_of("Which commands and options does the command line have?")
    assert [name for name in names if f"tui-chat {name}" not in text] == []
    app = {option for one in cli.params for option in one.opts if option != "-V"}
    at_the_start = text_of("Which options does the app take when it starts?")
    assert {option for option in app if not re.search(rf"`{option}[\s`]", at_the_start)} == set()
    there = app | {"--help"}
    for name in names:
        command = cli.get_command(context, name)
        assert command is not None
        nested = command.commands.values() if isinstance(command, click.Group) else [command]
        parameters = [parameter for one in nested for parameter in one.params]
        there |= {option for one in parameters for option in (*one.opts, *one.secondary_opts)}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", MANUAL)) <= there


def test_the_fields_of_the_config_are_told_and_exist() -> None:
    text = text_of("How do proxies, certificates and timeouts work?")
    for model, names in (
        (Provider, ("proxy", "ca_bundle", "headers", "body", "timeouts", "retries")),
        (Timeouts, ("connect", "first_byte", "silence")),
        (Retries, tuple(Retries.model_fields)),
    ):
        assert [name for name in names if f"`{name}`" not in text or name not in model.model_fields] == []
    settings = text_of("How do I set the temperature or the maximum of tokens?")
    told = re.findall(r"`([a-z_]+)`", settings)
    assert set(told) == set(Params.model_fields)


def test_every_setting_is_told() -> None:
    text = " ".join(text_of("How do I configure it: which settings are there in config.toml?").split())
    tables: dict[str, set[str]] = {}
    for field in setting_fields():
        table, _, name = field.name.rpartition(".")
        tables.setdefault(table, set()).add(name)
    tables["chat.params"] = set(Params.model_fields)  # with those that are lists
    for table, names in tables.items():
        told = re.search(rf"Under `\[{re.escape(table)}\]`: (.*?)\.(?: |$)", text)
        assert told is not None, table
        assert set(re.findall(r"`(\w+)`", told[1])) == names


def test_every_field_of_a_provider_is_told() -> None:
    text = text_of("Which fields may a provider have in config.toml?")
    # The name is that of the table, and a key has a command rather than a place of its own.
    fields = {*Provider.model_fields, "api_key_command"} - {"name", "key_command"}
    cells = "".join(re.findall(r"^\| (`[a-z].*?) \|", text, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", cells)) == fields
    known = {*ModelFacts.model_fields, *(one.value for one in Protocol if one not in ("guide", "scripted"))}
    assert [name for name in known if f"`{name}`" not in text] == []


def test_the_formats_and_themes_are_told() -> None:
    formats = text_of("Which export formats are there: Markdown, HTML, JSON?")
    assert [name for name in EXPORTERS if f"`{name}`" not in formats] == []
    themes = text_of("How do I change the theme: colours, dark or light?")
    assert [theme.name for theme in OWN if f"`{theme.name}`" not in themes] == []


def test_the_examples_of_a_config_are_right() -> None:
    examples = [one for section in sections() for one in re.findall(r"```toml\n(.*?)```", section.text, re.DOTALL)]
    assert len(examples) >= 5
    for example in examples:
        assert parse_settings(example, Path("config.toml")) != Settings()
