"""Files are found by a few letters, soon, and anew when they change."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.chat import file_finding
from tui_chat.chat.file_finding import FileFinder, Found


@pytest.fixture
def finder(tmp_path: Path) -> FileFinder:
    """A finder in a small tree."""
    for name in (
        "README.md",
        "src/main.py",
        "src/domain/main_words.py",
        "src/domain/x.py",
        "docs/remain.md",
        "MÄRZ.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return FileFinder(tmp_path)


def paths(found: list[Found]) -> list[str]:
    return [one.path for one in found]


def test_without_letters_the_nearest_come_first(finder: FileFinder) -> None:
    assert paths(finder.find("")) == [
        "docs/",
        "MÄRZ.txt",
        "README.md",
        "src/",
        "docs/remain.md",
        "src/domain/",
        "src/main.py",
        "src/domain/main_words.py",
        "src/domain/x.py",
    ]


def test_the_better_a_name_fits_the_sooner_it_comes(finder: FileFinder) -> None:
    assert paths(finder.find("main")) == [
        "src/main.py",
        "src/domain/main_words.py",
        "src/domain/",
        "docs/remain.md",
        "src/domain/x.py",
    ]
    assert paths(finder.find("src/"))[0] == "src/"
    assert paths(finder.find("sdx")) == ["src/domain/x.py"]
    assert paths(finder.find("märz")) == ["MÄRZ.txt"]
    assert finder.find("nothing like it") == []


def test_the_letters_are_marked_where_they_were_found(finder: FileFinder) -> None:
    assert finder.find("main.")[0] == Found("src/main.py", range(4, 9))
    assert finder.find("sdx")[0].marks == [0, 4, 11]


def test_fewer_letters_find_more_again(finder: FileFinder) -> None:
    whole = paths(finder.find("m"))
    finder.find("mai")
    assert paths(finder.find("m")) == whole
    assert paths(finder.find("x.")) == ["src/domain/x.py"]


def test_new_files_are_found_after_a_while(finder: FileFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    finder.find("")
    (finder.folder / "new.txt").touch()
    assert finder.find("new") == []
    monkeypatch.setattr(file_finding, "KEPT_FOR", 0.0)
    assert paths(finder.find("new")) == ["new.txt"]


@given(st.text(alphabet="ab/.*[]()\\^-ä ", max_size=4), st.text(alphabet="ab/.*[]()\\^-ä ", max_size=12))
def test_what_has_the_letters_in_their_order_fits_and_nothing_else(wanted: str, path: str) -> None:
    rest = iter(path)
    has_them = all(letter in rest for letter in wanted)
    assert (file_finding._pattern(wanted).match(path) is not None) is has_them
    assert bool(file_finding._letters(path, wanted)) is (has_them and bool(wanted))


def test_a_tree_of_many_files_is_searched_at_once(tmp_path: Path) -> None:
    """Ten thousand files: listed by git in a moment, then found without reading the disk."""
    for folder in range(100):
        (tmp_path / f"part_{folder}").mkdir()
        for number in range(100):
            (tmp_path / f"part_{folder}/module_{number}.py").touch()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    finder = FileFinder(tmp_path)
    assert paths(finder.find("p42/mod7"))[0] == "part_42/module_7.py"
    assert len(finder.find("m")) == file_finding.MOST
