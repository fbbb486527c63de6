from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.config import paths
from tui_chat.config.personas import clean_name, delete_persona, load_personas, read_persona, save_persona
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.personas import Persona
from tui_chat.domain.sessions import Params

REVIEWER = Persona(
    name="Strict reviewer",
    system_prompt='You review code.\nSay "no" often.\\n',
    provider="openai",
    model="gpt-5",
    params=Params(temperature=0.2, stop=("END", "\n\n"), reasoning_effort="high"),
)


def put(name: str, text: str) -> Path:
    path = paths.make_private(paths.personas_folder()) / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_persona_is_read_as_it_was_written() -> None:
    assert load_personas() == ([], [])
    path = save_persona(REVIEWER)
    assert path.name == "Strict reviewer.toml"
    assert path.stat().st_mode & 0o077 == 0
    assert load_personas() == ([REVIEWER], [])


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_any_system_prompt_is_kept(text: str) -> None:
    persona = Persona(name="Any", system_prompt=text)
    save_persona(persona, instead_of="Any")
    assert read_persona(paths.personas_folder() / "Any.toml").system_prompt.replace("\r\n", "\n") == text.replace(
        "\r\n", "\n"
    )


def test_markdown_with_facts_above_the_prompt() -> None:
    put("poet.md", "---\nmodel: ollama:llama3\ntemperature: 1.2\n# a remark\ntop_p: 0.9\n---\n\nYou write **poems**.\n")
    put("plain.txt", "Be brief.\n")
    put("toml.md", '+++\r\nprovider = "groq"\r\n[params]\r\nseed = 4\r\n+++\r\nHello')
    put("z.md", "---\nmodel: llama3:8b\n---\nHello")
    personas, troubles = load_personas()
    assert not troubles
    plain, poet, toml, tagged = personas
    assert (poet.provider, poet.model, poet.params) == ("ollama", "llama3", Params(temperature=1.2, top_p=0.9))
    assert poet.system_prompt == "You write **poems**."
    assert (tagged.provider, tagged.model) == ("", "llama3:8b")
    assert plain == Persona(name="plain", system_prompt="Be brief.")
    assert (toml.provider, toml.params.seed, toml.system_prompt) == ("groq", 4, "Hello")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.toml", "model = [", "Invalid value"),
        ("a.toml", "[params]\ntemperature = 9", "temperature: Input should be less than or equal to 2"),
        ("a.toml", "[params]\nheat = 1", "heat"),
        ("a.toml", "model = 3", "model: Input should be a valid string"),
        ("a.toml", 'params = "hot"', "params"),
        ("a.md", "---\ntemperature: hot\n---\nx", "temperature"),
        ("a.md", "+++\nx = \n+++\nx", "Invalid value"),
    ],
)
def test_what_is_wrong_is_told_and_the_others_are_read(name: str, text: str, words: str) -> None:
    path = put(name, text)
    put("b.txt", "Fine.")
    personas, troubles = load_personas()
    assert [persona.name for persona in personas] == ["b"]
    assert words in troubles[0].sentence
    assert str(path) in troubles[0].sentence


def test_renaming_takes_the_old_file_away_and_never_another_persona() -> None:
    put("poet.md", "You write poems.")
    save_persona(Persona(name="Bard", system_prompt="You sing."), instead_of="poet")
    assert [path.name for path in paths.personas_folder().iterdir()] == ["Bard.toml"]
    save_persona(REVIEWER)
    with pytest.raises(ConfigError, match="already"):
        save_persona(Persona(name="Bard"), instead_of="Strict reviewer")
    with pytest.raises(ConfigError, match="needs a name"):
        save_persona(Persona(name="../"))
    delete_persona("Bard")
    assert [persona.name for persona in load_personas()[0]] == ["Strict reviewer"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", ".hidden", "CON: x", "  ", "[b]bold[/b]"])
def test_no_name_leaves_the_folder(name: str) -> None:
    cleaned = clean_name(name)
    assert not set(cleaned) & set("/\\:[]")
    assert not cleaned.startswith(".")
