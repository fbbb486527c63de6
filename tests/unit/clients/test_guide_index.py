from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.clients.questions import QUESTIONS
from tui_chat.clients.guide_index import find, sections, words_of

ALL = [(question, heading) for heading, questions in QUESTIONS.items() for question in questions]


def found(question: str, context: str = "") -> list[str]:
    return [hit.section.heading for hit in find(question, context)]


def test_every_wanted_section_exists() -> None:
    assert set(QUESTIONS) <= {section.heading for section in sections()}


def test_the_right_section_comes_first() -> None:
    assert len(ALL) >= 60
    wrong = [(question, heading, found(question)[:1]) for question, heading in ALL if found(question)[:1] != [heading]]
    assert len(wrong) <= len(ALL) * 0.05, wrong


def test_the_right_section_is_nearly_always_among_those_that_are_named() -> None:
    wrong = [(question, heading, found(question)) for question, heading in ALL if heading not in found(question)]
    assert len(wrong) <= len(ALL) * 0.03, wrong


@pytest.mark.parametrize("heading", [section.heading for section in sections()])
def test_a_heading_finds_its_own_section(heading: str) -> None:
    assert found(heading)[0] == heading
    assert found(f"- {heading.lower()} ")[0] == heading


def test_other_words_for_a_heading_find_its_section() -> None:
    asked = [(one, section.heading) for section in sections() for one in section.asked]
    wrong = [(one, heading, found(one)[:1]) for one, heading in asked if heading not in found(one)[:2]]
    assert len(wrong) <= len(asked) * 0.05, wrong


@pytest.mark.parametrize(
    ("question", "misspelt"),
    [
        ("export a session", "exprot a sesion"),
        ("change the theme", "chnage teh themme"),
        ("delete a conversation", "delte a converstion"),
        ("keyboard shortcuts", "keybord shortcts"),
        ("set the temperature", "set the temprature"),
    ],
)
def test_what_is_misspelt_is_found_all_the_same(question: str, misspelt: str) -> None:
    assert found(misspelt)[0] == found(question)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("conversations", "session"),
        ("exporting", "export"),
        ("colours", "color"),
        ("ChatGPT", "open ai"),
        ("copied", "copies"),
        ("stopped", "stops"),
        ("dark mode", "night theme"),
        ("retrying", "try again"),
        ("Ctrl-L", "control l"),
        ("^G", "ctrl+g"),
    ],
)
def test_words_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    "question", ["", "the", "???", "🙂", "键盘快捷键", "photosynthesis", "best restaurants in Berlin"]
)
def test_what_the_manual_does_not_have_is_not_found(question: str) -> None:
    assert find(question) == []


def test_the_question_before_decides_where_a_question_fits_several() -> None:
    assert found("where does it go", "export a session")[0] == "Where do exported files go?"
    assert found("undo", "delete a session from the trash")[0].startswith("How do I undo a deletion")


def test_the_manual_is_not_read_before_the_first_question() -> None:
    code = (
        "import sys, tui_chat.clients.guide as guide, tui_chat.clients.guide_index as index;"
        "print('httpx' in sys.modules, index.sections.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False 0\n"
