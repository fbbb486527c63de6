"""The stylesheets: complete, without colours of their own, and good in every theme and size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.app.widgets.host import shown
from tui_chat.app.stylesheets import stylesheet_paths
from tui_chat.app.widgets import (
    Completion,
    CompletionMenu,
    Composer,
    EmptyState,
    Hints,
    Sidebar,
    StatusLine,
    TitleLine,
    Toasts,
)


def test_every_stylesheet_is_listed_and_exists() -> None:
    paths = stylesheet_paths()
    assert all(path.is_absolute() for path in paths)
    folder = paths[0].parent
    assert sorted(path.name for path in paths) == sorted(path.name for path in folder.glob("*.tcss"))


@pytest.mark.parametrize("path", stylesheet_paths(), ids=lambda path: path.stem)
def test_stylesheets_name_tokens_and_no_colours(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = r"\b(red|green|blue|cyan|magenta|yellow|black|white|gr[ae]y|orange)\b"
    assert not re.findall(rf":[^;{{]*(#[0-9a-fA-F]{{3,8}}\b|rgba?\(|hsla?\(|{named})", text)


@pytest.mark.parametrize("path", stylesheet_paths(), ids=lambda path: path.stem)
def test_classes_of_the_size_are_looked_for_on_the_screen_itself(path: Path) -> None:
    # The classes of the breakpoints are on the screen: nothing above it has them.
    wrong = r"\.-(?:short|low|tall|narrow|normal|wide) \w+(?:Screen|Dialog|Picker)\b"
    assert not re.findall(wrong, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["ink", "paper", "contrast", "textual-dark", "ansi-dark", "ansi-light"])
@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 60)], ids=str)
async def test_everything_can_be_drawn_in_every_theme_and_size(theme: str, size: tuple[int, int]) -> None:
    widgets = (Sidebar(), TitleLine(), EmptyState(), CompletionMenu(), Composer(), StatusLine(), Hints(), Toasts())
    async with shown(*widgets, size=size, theme=theme) as pilot:
        pilot.app.query_one(Toasts).show("Copied", hint=("z", "undo"), kind="success")
        pilot.app.query_one(CompletionMenu).show_matches([Completion("/new", "/new", words="new session")])
        await pilot.press("/")
        await pilot.pause()
        assert "Copied" in pilot.app.export_screenshot()


async def test_the_page_of_a_terminal_theme_is_the_terminals() -> None:
    async with shown(Composer(), theme="ansi-dark") as pilot:
        assert pilot.app.screen.styles.background.ansi is not None
        assert pilot.app.query_one(".card").styles.border_top[0] == "blank"
