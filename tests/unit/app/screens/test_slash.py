"""What a text that begins with a slash means, and what it may become."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tui_chat.app.screens.chat.matching import match
from tui_chat.app.screens.chat.slash import Commands, mistake, parse
from tui_chat.app.widgets import Typed


async def themes() -> Sequence[tuple[str, str]]:
    return [("ink", "now"), ("paper", ""), ("solarized-dark", "")]


async def labels(text: str) -> list[str]:
    offer = await Commands({"app.theme": themes}).offer(Typed(text, len(text)))
    return [one.label for one in offer.completions] if offer is not None else []


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/new", "session.new", ""),
        ("/rename  Two words ", "sidebar.rename", "Two words"),
        ("/ren", "sidebar.rename", ""),
        ("/etc/hosts is empty", "", ""),
        ("/opt", "", ""),
        ("/new\nline", "", ""),
        ("/", "", ""),
        ("new", "", ""),
    ],
)
def test_what_a_text_means(text: str, command: str, argument: str) -> None:
    typed = parse(text)
    assert (typed.command.id, typed.argument) == (command, argument) if typed else not command


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/modle", "/modle is no command, /model is"),
        ("/thme paper", "/theme is"),
        ("/xyzzy", "/ lists them"),
        ("/var is full, why?", ""),
        ("/usr/bin", ""),
        ("/s/a/b/", ""),
        ("/modle\nx", ""),
        ("hello", ""),
    ],
)
def test_a_mistyped_command_is_told_with_the_nearest_and_a_path_is_a_prompt(text: str, words: str) -> None:
    assert words in mistake(text)
    assert bool(mistake(text)) is bool(words)


async def test_commands_are_found_by_their_beginning_then_by_parts_letters_and_words() -> None:
    assert (await labels("/"))[:1] == ["/always-send"] or "/new" in await labels("/")
    assert (await labels("/re"))[0].startswith("/re")
    assert (await labels("/model"))[0] == "/model"
    assert "/delete-message" in await labels("/dm")
    assert "/quit" in await labels("/qt")
    assert "/sessions" in await labels("/sessions")
    assert await labels("/zzz") == []
    assert await labels("no /ne") == []


async def test_arguments_are_completed_where_they_are_known() -> None:
    assert await labels("/theme ") == ["ink", "paper", "solarized-dark"]
    assert await labels("/theme pa") == ["paper"]
    assert await labels("/theme dark") == ["solarized-dark"]
    assert await labels("/rename x") == []
    offer = await Commands({"app.theme": themes}).offer(Typed("/theme   pa", 11))
    assert offer is not None
    assert (offer.start, offer.is_eager) == (9, False)


async def test_the_menu_tells_the_argument_and_marks_what_was_typed() -> None:
    offer = await Commands({}).offer(Typed("/the", 4))
    assert offer is not None
    first = offer.completions[0]
    assert (first.text, first.argument, list(first.marks)) == ("/theme ", "NAME", [1, 2, 3])


def test_the_better_fit_has_the_lower_rank() -> None:
    ranks = [
        found.rank if (found := match(typed, "delete-message", "remove it")) else None
        for typed in ("delete-message", "del", "mess", "dlm", "rem", "elm")
    ]
    assert ranks == [0, 1, 2, 3, 4, None]
