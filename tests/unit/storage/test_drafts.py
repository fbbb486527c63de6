"""Drafts outlive their process, and processes do not take them from one another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tui_chat.storage.drafts import MOST, Drafts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "drafts.json"


def loaded(path: Path | None) -> Drafts:
    drafts = Drafts(path)
    drafts.load()
    return drafts


def test_a_draft_comes_back_and_goes_with_its_text(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("s1", "half a thought\nwith ü \ud800")
    drafts.note("s2", "  ")
    assert drafts.is_unsaved
    drafts.write()
    assert not drafts.is_unsaved
    assert path.stat().st_mode & 0o777 == 0o600
    assert loaded(path).text("s1") == "half a thought\nwith ü \ud800"
    drafts.note("s1", "")
    drafts.write()
    assert loaded(path).text("s1") == ""
    assert "thought" not in path.read_text()


def test_a_text_that_is_as_it_was_is_not_written_again(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("s1", "one")
    drafts.write()
    drafts.note("s1", "one")
    assert not drafts.is_unsaved


@pytest.mark.parametrize("content", [b"", b'{"s1"', b"[1]", b"\xff", b'{"s1": 3, "s2": {}}', b"[" * 20_000])
def test_a_broken_file_holds_no_drafts_and_is_mended_by_the_next(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    drafts = loaded(path)
    assert drafts.text("s1") == ""
    drafts.note("s1", "new")
    drafts.write()
    assert loaded(path).text("s1") == "new"


def test_two_processes_keep_each_others_drafts(path: Path) -> None:
    one, two = loaded(path), loaded(path)
    one.note("s1", "mine")
    two.note("s2", "theirs")
    one.write()
    two.write()
    both = loaded(path)
    assert (both.text("s1"), both.text("s2")) == ("mine", "theirs")


def test_the_draft_of_a_session_that_has_not_begun_passes_on_when_its_process_ends(path: Path) -> None:
    one = loaded(path)
    one.note("", "not sent")
    one.write()
    assert loaded(path).text("") == "", "its process lives"
    one.release()
    two = loaded(path)
    assert two.text("") == "not sent"
    assert two.is_unsaved
    two.write()
    assert loaded(path).text("") == "", "another has taken it"
    two.note("", "")
    two.write()
    two.release()
    assert loaded(path).text("") == ""


KILLED = """
import os, sys
from pathlib import Path
from tui_chat.storage.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
drafts.note('', "typed before the crash")
drafts.write()
os.kill(os.getpid(), 9)
"""


def test_the_draft_of_a_killed_process_passes_on(path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=60).returncode == -9
    assert loaded(path).text("") == "typed before the crash"


def test_only_the_newest_drafts_are_kept(path: Path) -> None:
    drafts = loaded(path)
    for number in range(MOST + 1):
        drafts.note(f"s{number}", "text")
        if number == 0:
            drafts.write()
    drafts.write()
    assert loaded(path).text("s0") == ""
    assert loaded(path).text(f"s{MOST}") == "text"


def test_what_could_not_be_written_is_tried_again(path: Path) -> None:
    path.mkdir(parents=True)
    drafts = loaded(path)
    drafts.note("s1", "text")
    with pytest.raises(OSError, match="directory"):
        drafts.write()
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []
    path.rmdir()
    drafts.write()
    assert loaded(path).text("s1") == "text"


def test_in_memory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drafts = loaded(None)
    drafts.note("", "secret")
    drafts.write()
    drafts.release()
    assert drafts.text("") == "secret"
    assert list(tmp_path.iterdir()) == []
