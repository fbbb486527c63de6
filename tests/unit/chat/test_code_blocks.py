"""Code blocks are found, named and written, and no file is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.chat.code_blocks import CodeBlock, code_blocks, difference, extension, save
from tui_chat.domain.errors import TransferError
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession

SESSION = ChatSession(id="s", name="Retry with jitter: httpx!")


def blocks(text: str) -> list[CodeBlock]:
    message = ChatMessage(session_id="s", role=Role.ASSISTANT, parts=[TextPart(text=text)])
    return list(code_blocks(SESSION, [message]))


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("```python\nx\n```", "python", ""),
        ("```python app.py\nx\n```", "python", "app.py"),
        ('```js title="src/app.js"\nx\n```', "js", "app.js"),
        ("```py:src/deep/app.py\nx\n```", "py", "app.py"),
        ("```src/app.py\nx\n```", "", "app.py"),
        ("In `src/app.py`:\n\n```python\nx\n```", "python", "app.py"),
        ("**Makefile**\n```make\nx\n```", "make", "Makefile"),
        ("```python\n# src/app.py\nx\n```", "python", "app.py"),
        ("```html\n<!-- index.html -->\nx\n```", "html", "index.html"),
        ("```python\n# just a comment\nx\n```", "python", ""),
        ("Use `x.get()` so:\n```python\nx\n```", "python", ""),
        ("```sh ../../../etc/passwd.txt\nx\n```", "sh", "passwd.txt"),
        ("~~~\nx\n~~~", "", ""),
        ("> ```Rust\n> x\n> ```", "rust", ""),
        ("- a\n\n      x\n", "", ""),
    ],
)
def test_language_and_name_are_read(text: str, language: str, name: str) -> None:
    (block,) = blocks(text)
    assert (block.language, block.name) == (language, name)
    assert block.code.endswith("x")
    assert "/" not in block.file_name()


def test_all_blocks_of_a_message_are_numbered_and_exact() -> None:
    one, two = blocks("```py\n  a\n\n\tb  \n```\ntext `no` block\n```js\nc\n```\n```\n\n```")
    assert (one.number, one.code, one.lines) == (1, "  a\n\n\tb  ", 3)
    assert (two.number, two.language) == (2, "js")
    assert (one.file_name(), two.file_name()) == ("retry-with-jitter-httpx-1.py", "retry-with-jitter-httpx-2.js")


@pytest.mark.parametrize(
    ("language", "ending"), [("python", ".py"), ("rust", ".rs"), ("", ".txt"), ("klingon", ".txt"), ("bash", ".sh")]
)
def test_languages_have_their_endings(language: str, ending: str) -> None:
    assert extension(language) == ending


def test_no_file_is_replaced_without_being_asked(tmp_path: Path) -> None:
    (block,) = blocks("```py\nnew\n```")
    path = tmp_path / "folder" / "app.py"
    assert save(block, path) == path
    assert path.read_text() == "new\n"
    path.write_text("mine")
    path.chmod(0o700)
    with pytest.raises(TransferError, match="exists already"):
        save(block, path)
    assert path.read_text() == "mine"
    save(block, path, replace=True)
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["app.py"]


@pytest.mark.parametrize("path", ["", "a\0b", "/proc/nowhere/x.py"])
def test_what_cannot_be_written_is_told(tmp_path: Path, path: str) -> None:
    (block,) = blocks("```py\nx\n```")
    with pytest.raises(TransferError):
        save(block, tmp_path / path)


def test_a_block_is_compared_with_a_file(tmp_path: Path) -> None:
    (block,) = blocks("```py\na\nb\nc\n```")
    path = tmp_path / "app.py"
    path.write_text("a\nc\n")
    assert "+b" in difference(block, path).split("\n")
    path.write_text("a\nb\nc\n")
    assert difference(block, path) == ""
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TransferError, match="no text"):
        difference(block, path)
    with pytest.raises(TransferError, match="No such file"):
        difference(block, tmp_path / "none.py")
