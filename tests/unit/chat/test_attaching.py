"""Files, folders and patterns become parts of a prompt; what cannot be sent is refused in words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.domain.test_attachments import image_bytes
from tui_chat.chat import attaching
from tui_chat.chat.attaching import (
    check_messages_taken,
    check_taken,
    part_of,
    pasted,
    place_of,
    read_file,
    read_parts,
    split_pattern,
)
from tui_chat.chat.file_listing import fits, list_files
from tui_chat.domain.errors import AttachmentRefused
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, Role
from tui_chat.domain.providers import ModelInfo, Protocol, Provider

FILES = {
    "a.py": "print()",
    "src/b.py": "b = 1",
    "src/deep/c.py": "c = 1",
    "src/d.txt": "d",
    "my notes/e f.md": "# e",
    "build/out.txt": "ignored",
    ".gitignore": "build/\n*.log\n!kept.log\n",
    "x.log": "ignored",
    "kept.log": "kept",
}


@pytest.fixture(params=[True, False], ids=["git", "no git"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with some files, in a repository and without one."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    if request.param:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def names(parts: list[Part]) -> list[str]:
    return sorted(part.name for part in parts if isinstance(part, FilePart | ImagePart))


def refusal(wanted: str, folder: Path) -> str:
    with pytest.raises(AttachmentRefused) as caught:
        read_parts(wanted, folder)
    return caught.value.sentence


# ---- listing --------------------------------------------------------------------------------------------------------


def test_what_git_ignores_is_not_listed(tree: Path) -> None:
    assert sorted(list_files(tree)) == sorted(set(FILES) - {"build/out.txt", "x.log"})
    assert sorted(list_files(tree / "src")) == ["b.py", "d.txt", "deep/c.py"]


def test_a_nearer_gitignore_wins_and_acts_below_itself_only(tmp_path: Path) -> None:
    for name in (".gitignore", "one/.gitignore", "a.tmp", "one/a.tmp", "one/b.txt", "two/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("*.tmp\n")
    (tmp_path / "one/.gitignore").write_text("!a.tmp\n/b.txt\n")
    assert list_files(tmp_path) == [".gitignore", "one/.gitignore", "one/a.tmp", "two/b.txt"]


def test_looking_for_files_starts_no_program_that_a_repository_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
    trap.chmod(0o755)
    subprocess.run(["git", "config", "core.fsmonitor", str(trap)], cwd=tmp_path, check=True)
    subprocess.run(["git", "ls-files", "--others"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "sprung").exists(), "the trap works"
    (tmp_path / "sprung").unlink()
    assert "a.txt" in list_files(tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_a_walk_leaves_out_hidden_and_bulky_folders_and_does_not_follow_links(tmp_path: Path) -> None:
    for name in ("a", ".hidden/b", "node_modules/c", "d/e"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "d/loop").symlink_to(tmp_path, target_is_directory=True)
    assert list_files(tmp_path) == ["a", "d/e", "d/loop"]


def test_names_of_any_kind_are_listed(tree: Path) -> None:
    odd = "two\nlines ü \"'.txt"
    (tree / odd).touch()
    assert odd in list_files(tree)


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a.py", "*.py", True),
        ("src/a.py", "*.py", False),
        ("src/a.py", "src/*.py", True),
        ("src/deep/a.py", "src/*.py", False),
        ("src/deep/a.py", "src/**/*.py", True),
        ("src/a.py", "src/**/*.py", True),
        ("src/deep/a.py", "**", True),
        ("src/deep/a.py", "**/deep/?.py", True),
        ("src/deep/b.py", "src/deep/[ac].py", False),
    ],
)
def test_patterns_mean_what_they_mean_in_a_shell(path: str, pattern: str, expected: bool) -> None:
    assert fits(path, pattern) is expected


def test_a_pattern_is_looked_for_below_the_folder_that_it_names() -> None:
    assert split_pattern("~/a/b/*.py") == ("~/a/b/", "*.py")
    assert split_pattern("**/x") == ("", "**/x")


# ---- reading --------------------------------------------------------------------------------------------------------


def test_a_file_is_called_by_its_path_below_the_folder(tree: Path) -> None:
    assert read_parts("src/b.py", tree) == [FilePart(name="src/b.py", text="b = 1")]
    assert read_parts(str(tree / "src/b.py"), tree) == [FilePart(name="src/b.py", text="b = 1")]
    assert names(read_parts("my notes/e f.md", tree)) == ["my notes/e f.md"]
    assert names(read_parts("../a.py", tree / "src")) == ["a.py"]


def test_the_way_to_a_file_elsewhere_is_nobodys_business(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tree))
    assert names(read_parts("~/src/b.py", tree / "build")) == ["b.py"]
    assert names(read_parts("~/src", tree / "build")) == ["src/b.py", "src/d.txt", "src/deep/c.py"]
    assert names(read_parts((tree / "my notes/e f.md").as_uri(), tree / "src")) == ["e f.md"]


def test_a_folder_is_its_text_files_and_a_pattern_what_fits(tree: Path) -> None:
    (tree / "src/p.png").write_bytes(image_bytes("PNG"))
    (tree / "src/q.bin").write_bytes(b"\0\1\2")
    assert names(read_parts("src/", tree)) == ["src/b.py", "src/d.txt", "src/deep/c.py"]
    assert names(read_parts("src/*", tree)) == ["src/b.py", "src/d.txt", "src/p.png"]
    assert names(read_parts("**/*.py", tree)) == ["a.py", "src/b.py", "src/deep/c.py"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tree: Path) -> None:
    (tree / "[a].txt").write_text("brackets")
    assert read_parts("[a].txt", tree) == [FilePart(name="[a].txt", text="brackets")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("grün €".encode(), "grün €"),
        ("\ufeffgrün".encode(), "grün"),
        ("grün".encode("utf-16"), "grün"),
        (b"\xff\xfe\0\0" + "grün".encode("utf-32-le"), "grün"),
        ("Der Bär übt schön auf großen Wiesen, und später hört er früh auf.".encode("cp1252"), None),
        ("Это обычный текст, написанный по-русски в старой кодировке.".encode("cp1251"), None),
        (b"color \x1b[31mred\x1b[0m\ttab\r\n", "color \x1b[31mred\x1b[0m\ttab\r\n"),
    ],
)
def test_texts_are_read_in_any_encoding(data: bytes, text: str | None) -> None:
    wanted = text
    if wanted is None:
        wanted = data.decode("cp1251") if data[0] > 0x7F else data.decode("cp1252")
    assert part_of(data, "t") == FilePart(name="t", text=wanted)


@pytest.mark.parametrize("data", [b"\0", b"%PDF-1.4\n\0\1", bytes(range(1, 256)) * 9, b"\x7fELF\x01\x01\x01\x03" * 30])
def test_what_is_neither_text_nor_image_is_refused(data: bytes) -> None:
    with pytest.raises(AttachmentRefused, match=r"^it is neither a text nor an image \(PNG, JPEG, GIF, WebP\)$"):
        part_of(data, "it")


def test_an_image_is_seen_by_its_bytes_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "photo.txt").write_bytes(image_bytes("JPEG"))
    (tmp_path / "fake.png").write_text("no image")
    [image] = read_parts("photo.txt", tmp_path)
    assert isinstance(image, ImagePart)
    assert (image.media_type, image.name) == ("image/jpeg", "photo.txt")
    assert read_parts("fake.png", tmp_path) == [FilePart(name="fake.png", text="no image")]


def test_what_is_too_large_is_refused_with_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MOST_TEXT", 1000)
    monkeypatch.setattr(attaching, "MOST_IMAGE", 2000)
    (tmp_path / "t").write_text("ü" * 501)
    (tmp_path / "i").write_bytes(image_bytes("PNG") + b"\0" * 2000)
    (tmp_path / "j.png").write_bytes(image_bytes("PNG") + b"\0" * 1000)
    (tmp_path / "k.png").write_bytes(image_bytes("PNG") + b"\0" * 1000)
    assert refusal("*.png", tmp_path) == "All of *.png together is too large: images may have 2 kB."
    (tmp_path / "many").mkdir()
    for number in range(3):
        (tmp_path / f"many/{number}").write_text("x" * 400)
    assert refusal("t", tmp_path) == "t is too large: a text file may have 1 kB."
    assert refusal("i", tmp_path) == "i is too large: an image may have 2 kB."
    assert refusal("many", tmp_path) == "All of many together is too large: text may have 1 kB."
    monkeypatch.setattr(attaching, "MOST_FILES", 2)
    assert refusal("many", tmp_path) == "many has 3 files; 2 are attached at most. Name a smaller part of it."


def test_what_is_not_there_or_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert refusal("nowhere.txt", tmp_path) == "There is no file nowhere.txt."
    assert refusal("empty", tmp_path) == "There is nothing to attach in empty. What git ignores is left out."
    assert refusal("*.nothing", tmp_path) == "There is nothing to attach in *.nothing. What git ignores is left out."
    assert refusal("no/*.py", tmp_path) == "There is nothing to attach in no/*.py. What git ignores is left out."
    assert refusal("pipe", tmp_path) == "pipe is no file."
    assert refusal("a\0b", tmp_path).startswith("a\0b cannot be read: ")
    assert refusal("x" * 5000, tmp_path).endswith("cannot be read: File name too long.")
    with pytest.raises(AttachmentRefused):
        read_file(tmp_path)


def test_a_home_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert refusal("~nobody-of-this-name/x", tmp_path).startswith("~nobody-of-this-name/x cannot be read: ")


def test_addresses_of_dragged_files_are_paths(tmp_path: Path) -> None:
    assert place_of("file:///home/me/a%20b.png", tmp_path) == Path("/home/me/a b.png")


def test_pasted_texts_have_names_that_tell_them_apart() -> None:
    first = pasted("one")
    second = pasted("two", [first])
    third = pasted("three", [first, second])
    assert [part.name for part in (first, second, third)] == ["pasted text", "pasted text 2", "pasted text 3"]
    assert pasted("again", [first, third]).name == "pasted text 2"


# ---- what a model takes ---------------------------------------------------------------------------------------------

IMAGE = ImagePart(media_type="image/png", data="QUJD" * 10, name="a.png")
TEXT = FilePart(name="a.txt", text="a")


def acme(protocol: Protocol = Protocol.OPENAI_CHAT) -> Provider:
    return Provider(name="acme", label="Acme", protocol=protocol)


def model(*capabilities: str, known: bool = True) -> ModelInfo:
    return ModelInfo(name="m-1", provider="acme", capabilities=frozenset(capabilities) if known else None)


def test_a_model_that_takes_no_images_gets_none() -> None:
    with pytest.raises(AttachmentRefused) as caught:
        check_taken([TEXT, IMAGE], acme(), model("tools"))
    assert caught.value.sentence == ("m-1 takes no images. Remove a.png, or choose a model that does with Ctrl+L.")
    check_taken([TEXT], acme(), model("tools"))
    check_taken([TEXT, IMAGE], acme(), model("images"))
    check_taken([TEXT, IMAGE], acme(), model(known=False))


@pytest.mark.parametrize("protocol", [Protocol.INKEEP, Protocol.GUIDE])
def test_some_protocols_take_no_images_whatever_the_model(protocol: Protocol) -> None:
    with pytest.raises(AttachmentRefused, match=r"^Acme takes no images$"):
        check_taken([IMAGE], acme(protocol), model("images"))


def test_a_vendor_that_takes_less_is_not_sent_more() -> None:
    large = ImagePart(media_type="image/png", data="QUJD" * 1_500_000, name="large.png")
    check_taken([large], acme(), model("images"))
    with pytest.raises(AttachmentRefused, match=r"^large\.png is too large: an image for Acme may have 3\.9 MB$"):
        check_taken([large], acme(Protocol.ANTHROPIC), model("images"))


def test_images_of_earlier_messages_are_not_dropped_in_silence() -> None:
    def said(role: Role, *parts: Part) -> ChatMessage:
        return ChatMessage(session_id="s", role=role, parts=list(parts))

    earlier, reply, last = said(Role.USER, IMAGE), said(Role.ASSISTANT), said(Role.USER, TEXT)
    with pytest.raises(AttachmentRefused) as caught:
        check_messages_taken([earlier, reply, last], acme(), model())
    assert (
        caught.value.advice == "Choose a model that does with Ctrl+L, or leave the message with the image out with E."
    )
    check_messages_taken([reply, last], acme(), model())
