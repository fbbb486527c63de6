"""The user's own keys: what is read, what is refused, what help and footer say then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_chat.app.commands import COMMANDS, Place, command, hints
from tui_chat.app.commands.keymap import PRESETS, Keymap, keymap, pretty, use
from tui_chat.config.settings_file import parse_settings
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.settings import KeySettings


@pytest.fixture(autouse=True)
def _table_again() -> Iterator[None]:
    yield
    use(Keymap({}, []))


def read(text: str) -> KeySettings:
    return parse_settings(f"[keys]\n{text}", Path("config.toml")).keys


@pytest.mark.parametrize(
    "text", ['"session.new" = "ctrl+b"', 'session.new = "ctrl+b"', 'commands = { "session.new" = "ctrl+b" }']
)
def test_ids_are_read_with_and_without_quotes(text: str) -> None:
    assert read(text).commands == {"session.new": "ctrl+b"}


def test_a_number_is_no_key() -> None:
    with pytest.raises(ConfigError, match=r"keys.commands.session.new"):
        read("session.new = 5")


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("Ctrl+B", "ctrl+b"),
        ("ctrl+b, F9", "ctrl+b,f9"),
        ("alt+/", "alt+slash"),
        ("shift+f5", "shift+f5"),
        ("alt+PgUp", "alt+pageup"),
    ],
)
def test_keys_are_named_as_people_write_them(wanted: str, keys: str) -> None:
    found = keymap(KeySettings(commands={"session.new": wanted}))
    assert (found.keys, found.problems) == ({"session.new": keys}, [])


def test_letters_keep_their_case() -> None:
    found = keymap(KeySettings(commands={"message.copy": "C, ?"}))
    assert found.keys == {"message.copy": "C,question_mark"}


@pytest.mark.parametrize(
    ("command_id", "wanted", "problem"),
    [
        ("session.nwe", "ctrl+b", "no such command. Did you mean session.new"),
        ("session.new", " ", "needs a key"),
        ("session.new", "ctrl+i", "cannot tell ctrl+i from tab"),
        ("session.new", "x", "a plain character is typed in the input"),
        ("session.new", "ctrl+", "is no key"),
        ("input.send", "f9", "cannot be changed; see keys.send"),
        ("session.trash", "f9", "cannot be changed"),
    ],
)
def test_what_is_no_key_is_told_and_left_out(command_id: str, wanted: str, problem: str) -> None:
    found = keymap(KeySettings(commands={command_id: wanted}))
    assert found.keys == {}
    assert len(found.problems) == 1
    assert problem in found.problems[0]


def test_a_clash_is_told_once() -> None:
    found = keymap(KeySettings(commands={"message.copy": "r"}))
    assert found.problems == ["keys.message.copy: r is also the key of reply.regenerate (regenerate)."]
    assert keymap(KeySettings(commands={"message.copy": "r", "reply.regenerate": "y"})).problems == []
    both = keymap(KeySettings(commands={"message.copy": "f9", "reply.regenerate": "f9"}))
    assert len(both.problems) == 1
    everywhere = keymap(KeySettings(commands={"session.new": "pageup"}))
    # Keys that act everywhere meet those of every place.
    assert len(everywhere.problems) > 1
    assert {problem.partition(" is")[0] for problem in everywhere.problems} == {"keys.session.new: PgUp"}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_whole(preset: str) -> None:
    found = keymap(KeySettings(preset=preset))
    assert found.problems == []
    assert set(found.keys) == set(PRESETS[preset])


def test_an_unknown_preset_is_told() -> None:
    assert "there are default and vim" in keymap(KeySettings(preset="emacs")).problems[0]


def test_help_and_footer_tell_the_keys_of_today() -> None:
    table = {one.id: one.shown for one in COMMANDS}
    use(keymap(KeySettings(commands={"session.new": "ctrl+b,f9", "browse.previous": "P", "sidebar.pin": "*"})))
    assert command("session.new").shown == "Ctrl+B F9"
    assert command("browse.next").shown == "j P"
    assert ("*", "pin") in hints(Place.SIDEBAR)
    use(Keymap({}, []))
    assert {one.id: one.shown for one in COMMANDS} == table


@pytest.mark.parametrize(
    ("key", "shown"), [("ctrl+n", "Ctrl+N"), ("pageup", "PgUp"), ("slash", "/"), ("G", "G"), ("f3", "F3"), ("up", "↑")]
)
def test_keys_are_written_as_on_the_keyboard(key: str, shown: str) -> None:
    assert pretty(key) == shown


#: Commands on Ctrl keys whose deed is another command's too: `Esc` and `y`, `g` and `G`.
DONE_OTHERWISE = {"app.interrupt", "view.start", "view.end"}


def test_nothing_is_reached_by_a_ctrl_key_alone() -> None:
    for one in COMMANDS:
        keys = one.keys.split(",")
        if one.keys and all(key.startswith("ctrl+") for key in keys):
            assert one.slash or one.id in DONE_OTHERWISE, one


def test_every_command_has_an_id_of_its_own() -> None:
    assert len({one.id for one in COMMANDS}) == len(COMMANDS)
    slashes = [one.slash for one in COMMANDS if one.slash]
    assert len(set(slashes)) == len(slashes)
