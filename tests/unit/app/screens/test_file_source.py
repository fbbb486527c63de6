"""Files, folders and patterns are offered behind an @."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.app.screens.chat.file_source import Files, mentions, without_at
from tui_chat.app.widgets import Completion, Offer, Typed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, inside of a home folder with another file."""
    folder = tmp_path / "work"
    for name in ("src/main.py", "src/deep/util.py", "my notes/a b.md", ".env", "[x].txt", "two\nlines.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("12345")
    (tmp_path / "at home.txt").write_text("1234567")
    (tmp_path / ".hidden").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


async def offered(folder: Path, text: str, *more: str) -> Offer | None:
    """Return what is offered behind a text, perhaps with more behind the cursor."""

    async def attach(path: str) -> bool:
        raise AssertionError(path)

    return await Files(folder, attach).offer(Typed(text + "".join(more), len(text)))


async def completions(folder: Path, text: str) -> list[Completion]:
    offer = await offered(folder, text)
    assert offer is not None
    return list(offer.completions)


async def test_only_words_behind_an_at_are_of_this_kind(folder: Path) -> None:
    for text in ("", "main", "me@main", "/main", "#main", "@main "):
        assert await offered(folder, text) is None


async def test_a_file_is_written_without_the_at_and_a_folder_goes_on(folder: Path) -> None:
    offer = await offered(folder, "explain @main", " please")
    assert offer is not None
    assert (offer.start, offer.is_eager) == (8, False)
    [main] = offer.completions
    assert (main.text, main.label, main.words, main.key) == ("src/main.py", "@src/main.py", "5 B", "src/main.py")
    assert list(main.marks) == [5, 6, 7, 8]
    deep = next(one for one in await completions(folder, "@deep") if one.words == "folder")
    assert (deep.text, deep.key) == ("@src/deep/", "")


async def test_names_with_blanks_are_quoted(folder: Path) -> None:
    notes, *_ = await completions(folder, '@"my no')
    assert (notes.text, notes.label) == ('@"my notes/', "@my notes/")
    whole, file = await completions(folder, 'see @"my notes/')
    assert (whole.text, whole.words, whole.key) == ('"my notes/"', "all text in it, 1 file, 5 B", "my notes/")
    assert (file.text, file.key) == ('"my notes/a b.md"', "my notes/a b.md")
    offer = await offered(folder, 'see @"my notes/a b.md"')
    assert offer is not None
    assert (offer.start, offer.is_eager, offer.completions[0].key) == (4, True, "my notes/a b.md")


async def test_a_path_that_stands_there_whole_is_taken_by_enter(folder: Path) -> None:
    for text, is_eager in (
        ("@src/main.py", True),
        ("@src/mai", False),
        ("@", False),
        ("@src/", False),
        ("@s*/*.py", True),
    ):
        offer = await offered(folder, text)
        assert offer is not None
        assert offer.is_eager is is_eager, text


async def test_patterns_tell_how_much_they_fit(folder: Path) -> None:
    [all_of_it] = await completions(folder, "@src/**/*.py")
    assert (all_of_it.text, all_of_it.words, all_of_it.key) == ("src/**/*.py", "2 files, 10 B", "src/**/*.py")
    assert await completions(folder, "@*.nothing") == []
    [odd, *_] = await completions(folder, "@[x].txt")
    assert odd.key == "[x].txt"


async def test_other_folders_are_looked_into_as_they_are_named(folder: Path) -> None:
    assert [one.label for one in await completions(folder, "@~/")] == ["@~/", "@~/at home.txt", "@~/work/"]
    assert [one.text for one in await completions(folder, "@~/at")] == ['"~/at home.txt"']
    assert [one.label for one in await completions(folder, "@~/.h")] == ["@~/.hidden"]
    assert [one.label for one in await completions(folder, "@../wo")] == ["@../work/"]
    assert [one.label for one in await completions(folder, f"@{folder}/sr")] == [f"@{folder}/src/"]
    assert await completions(folder, "@/no/such/folder/x") == []
    assert await completions(folder, "@~no-such-user-here/x") == []


async def test_names_that_cannot_be_typed_are_not_offered(folder: Path) -> None:
    assert all("\n" not in one.label for one in await completions(folder, "@two"))
    assert await completions(folder, "@a\0b") == []


async def test_taking_one_attaches_it() -> None:
    taken: list[str] = []

    async def attach(path: str) -> bool:
        taken.append(path)
        return False

    assert await Files(Path(), attach).taken("a b.txt") == ""
    assert taken == ["a b.txt"]


def test_mentions_are_words_behind_an_at() -> None:
    text = 'see @a.py, @"b c.md"; (@d) mail me@e.f @a.py @ and @g/*.h!'
    assert mentions(text) == ["a.py", "b c.md", "g/*.h"]
    assert without_at(text, ["a.py", "b c.md"]) == 'see a.py, "b c.md"; (@d) mail me@e.f a.py @ and @g/*.h!'
    assert without_at("@a\\1b", ["a\\1b"]) == "a\\1b"
