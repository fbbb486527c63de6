"""What is attached to drafts outlives the process, and is written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.domain.messages import FilePart, ImagePart, Part
from tui_chat.storage.drafts import MOST, Drafts
from tui_chat.storage.input_memory import NEW, InputMemory
from tui_chat.storage.kept_parts import KeptParts

IMAGE = ImagePart(media_type="image/png", data="QUJD", name="a.png")
FILE = FilePart(name="b.txt", text="grün\n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "drafts.json"


def loaded(path: Path) -> Drafts:
    drafts = Drafts(path)
    drafts.load()
    return drafts


def files(path: Path) -> list[Path]:
    folder = path.parent / "attached"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_what_is_attached_comes_back_with_the_draft(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("s1", "look", [IMAGE, FILE])
    drafts.note("s2", " ", [FILE])
    drafts.write()
    again = loaded(path)
    assert (again.text("s1"), again.parts("s1")) == ("look", (IMAGE, FILE))
    assert again.parts("s2") == (FILE,)
    assert again.parts("s3") == ()
    assert [file.stat().st_mode & 0o777 for file in files(path)] == [0o600, 0o600]
    assert path.parent.joinpath("attached").stat().st_mode & 0o777 == 0o700


def test_typing_on_writes_no_image_again(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("s1", "l", [IMAGE])
    drafts.write()
    before = [(file, file.stat().st_mtime_ns, file.stat().st_ino) for file in files(path)]
    drafts.note("s1", "look", [IMAGE])
    assert drafts.is_unsaved
    drafts.write()
    assert [(file, file.stat().st_mtime_ns, file.stat().st_ino) for file in files(path)] == before
    drafts.note("s1", "look", [IMAGE])
    assert not drafts.is_unsaved


def test_what_no_draft_has_any_more_is_removed(path: Path) -> None:
    one, other = loaded(path), loaded(path)
    one.note("s1", "look", [IMAGE, FILE])
    one.write()
    other.note("s2", "", [FILE])
    other.write()
    one.note("s1", "look", [])
    one.write()
    assert len(files(path)) == 1
    assert loaded(path).parts("s2") == (FILE,)
    other.note("s2", "", [])
    other.write()
    assert files(path) == []


def test_what_is_attached_goes_with_the_oldest_drafts(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("oldest", "x", [IMAGE])
    drafts.write()
    for number in range(MOST):
        drafts.note(f"s{number}", "x")
    drafts.write()
    assert files(path) == []


def test_a_part_that_is_lost_or_broken_is_left_out(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("s1", "look", [IMAGE, FILE])
    drafts.write()
    [first, _second] = files(path)
    first.write_bytes(b"{")
    again = loaded(path)
    assert again.text("s1") == "look"
    assert len(again.parts("s1")) == 1
    kept = KeptParts(path.parent / "attached")
    assert kept.get("../drafts.json") is None
    assert kept.get("0" * 64) is None


def test_a_draft_that_was_not_begun_passes_on_with_all_of_it(path: Path) -> None:
    drafts = loaded(path)
    drafts.note("", "", [IMAGE])
    drafts.write()
    drafts.release()
    assert loaded(path).parts("") == (IMAGE,)


async def test_what_is_attached_before_the_file_was_read_is_kept(tmp_path: Path) -> None:
    memory = InputMemory(tmp_path)
    parts: list[Part] = [FILE]
    memory.note_draft(NEW, "", parts)
    assert list(memory.draft_parts(NEW)) == parts
    await memory.open()
    assert list(memory.draft_parts(NEW)) == parts
    await memory.aclose()
