"""Files, large pastes and images in the real program, by keys, by mouse, and by the bytes that terminals send."""

from __future__ import annotations

import base64
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.harness import Terminal
from tests.unit.domain.test_attachments import image_bytes
from tests.wire.openai_server import OpenAIServer, says

Begin = Callable[..., Terminal]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])

LONG = "\n".join(f"line {number}" for number in range(1, 41))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work in, with a few files."""
    folder = tmp_path / "work"
    for name, text in {
        "src/main.py": "main = 1\n",
        "src/other.py": "other = 2\n",
        "my notes/e f.md": "# notes\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "plot.png").write_bytes(image_bytes("PNG"))
    (folder / "blob.bin").write_bytes(b"\0\1\2")
    return folder


@pytest.fixture
def begin(environment: dict[str, str], folder: Path, at_server: tuple[str, ...]) -> Iterator[Begin]:
    """Start the app in the folder."""
    with ExitStack() as stack:

        def begin(
            *arguments: str, size: tuple[int, int] = (120, 40), options: tuple[str, ...] = at_server, **more: str
        ) -> Terminal:
            command = ["env", "-C", str(folder), sys.executable, "-m", "tui_chat", *options, *arguments]
            terminal = Terminal(command, environment=environment | more, columns=size[0], rows=size[1])
            stack.enter_context(terminal)
            terminal.wait_for("Type a message")
            return terminal

        yield begin


def sent(server: OpenAIServer) -> list[str]:
    """Return what went out with the newest prompt: its texts, and of images their addresses."""
    content = server.chats[-1].body["messages"][-1]["content"]
    blocks: list[dict[str, Any]] = [{"text": content}] if isinstance(content, str) else content
    return [block["text"] if "text" in block else block["image_url"]["url"] for block in blocks]


@SIZES
def test_a_file_behind_an_at_is_attached_and_sent(begin: Begin, server: OpenAIServer, size: tuple[int, int]) -> None:
    server.script(says("Seen."))
    terminal = begin(size=size)
    terminal.keys("explain @mai")
    terminal.wait_for(r"@src/main\.py +9 B")
    terminal.keys("<tab>")
    terminal.wait_for(r"▎ +src/main\.py · 1 line · 9 B +remove *\n *▎ explain src/main\.py")
    terminal.keys(" and @my")
    terminal.wait_for(r"@my notes/ +folder")
    terminal.keys("<tab>")
    terminal.wait_for(r"@my notes/e f\.md +8 B")
    terminal.keys("e f", "<tab>")
    terminal.wait_for(r"▎ +my notes/e f\.md · 1 line")
    terminal.keys(" and @plot", "<tab>")
    terminal.wait_for(r"▎ +plot\.png · 123 × 45 · ")
    terminal.keys("<enter>")
    screen = terminal.wait_for(r"Seen\.")
    assert re.search(r"▎ +src/main\.py · .*\n.*▎ +my notes/e f\.md · .*\n.*▎ +plot\.png · ", screen)
    assert "remove" not in screen
    assert sent(server) == [
        'explain src/main.py and "my notes/e f.md" and plot.png',
        "src/main.py:\n\n```\nmain = 1\n```\n",
        "my notes/e f.md:\n\n```\n# notes\n```\n",
        f"data:image/png;base64,{base64.b64encode(image_bytes('PNG')).decode()}",
    ]


def test_folders_and_patterns_are_attached_whole(begin: Begin, server: OpenAIServer) -> None:
    server.script(says("Seen."))
    terminal = begin()
    terminal.keys("@src/*.py")
    terminal.wait_for(r"@src/\*\.py +2 files, 19 B")
    terminal.keys("<enter>")
    terminal.wait_for(r"src/main\.py · .*\n.*src/other\.py · ")
    terminal.keys(" @src/")
    terminal.wait_for(r"@src/ +all text in it, 2 files, 19 B")
    terminal.keys("<tab>", "<enter>")
    terminal.wait_for(r"Seen\.")
    assert [text.split("\n")[0] for text in sent(server)] == ["src/*.py src/", "src/main.py:", "src/other.py:"]


def test_a_path_that_was_typed_whole_is_not_sent_as_mere_words(begin: Begin, server: OpenAIServer) -> None:
    server.script(says("Seen."), says("Again."))
    terminal = begin()
    terminal.paste("what is in @src/main.py, @nobody?")
    terminal.keys("<enter>")
    terminal.wait_for(r"Attached src/main\.py")
    assert server.chats == []
    terminal.wait_for(r"▎ what is in src/main\.py, @nobody\?")
    terminal.keys("<enter>")
    terminal.wait_for(r"Seen\.")
    assert len(sent(server)) == 2
    terminal.keys("mail me@src.example or @nobody", "<enter>")
    terminal.wait_for(r"Again\.")
    assert sent(server) == ["mail me@src.example or @nobody"]


@SIZES
def test_a_large_paste_is_folded_looked_into_and_sent(
    begin: Begin, server: OpenAIServer, size: tuple[int, int]
) -> None:
    server.script(says("Seen."))
    terminal = begin(size=size)
    terminal.keys("sum up ")
    terminal.paste(LONG)
    terminal.wait_for(r"▎ +pasted text · 40 lines · \d+ B +remove *\n *▎ sum up")
    terminal.paste("short\npaste")
    terminal.wait_for(r"▎ sum up short\n *▎ paste")
    terminal.click_on("pasted text")
    terminal.wait_for(r"pasted text +40 lines(.*\n)+.*line 1(.*\n)+.*t write out as text")
    terminal.keys("G")
    terminal.wait_for("line 40")
    terminal.keys("<esc>")
    terminal.wait_for(r"▎ sum up")
    terminal.keys("<enter>")
    terminal.wait_for(r"Seen\.")
    assert sent(server) == ["sum up short\npaste", f"pasted text:\n\n```\n{LONG}\n```\n"]


def test_what_is_attached_is_removed_by_key_and_mouse_and_comes_back(begin: Begin, server: OpenAIServer) -> None:
    server.script(says("Seen."))
    terminal = begin()
    terminal.paste(LONG)
    terminal.paste(LONG.replace("line", "row"))
    terminal.wait_for(r"pasted text · .*\n.*pasted text 2 · ")
    terminal.keys("<backspace>")
    terminal.wait_for("Removed pasted text 2")
    terminal.wait_until(lambda text: "pasted text 2 ·" not in text, "the row to go")
    terminal.keys("/undo", "<enter>")
    terminal.wait_for(r"pasted text 2 · ")
    terminal.click_on("remove")
    terminal.wait_for(r"Removed pasted text\b")
    terminal.wait_until(lambda text: "pasted text ·" not in text, "the row to go")
    terminal.keys("/attachments", "<enter>")
    terminal.wait_for(r"Attached(.*\n)+.*Enter look into it")
    terminal.keys("t")
    terminal.wait_until(lambda text: "pasted text 2 ·" not in text and "row 40" in text, "the text in the input")
    terminal.keys("<enter>")
    terminal.wait_for(r"Seen\.")
    assert sent(server) == [LONG.replace("line", "row")]


def test_a_paste_alone_is_a_prompt_and_names_the_session(begin: Begin, server: OpenAIServer) -> None:
    server.script(says("Seen."))
    terminal = begin()
    terminal.paste("x" * 2001)
    terminal.keys("<enter>")
    terminal.wait_for(r"Seen\.")
    terminal.wait_for("▎ pasted text")
    assert sent(server) == [f"pasted text:\n\n```\n{'x' * 2001}\n```\n"]


@pytest.mark.parametrize("form", ["{}", "'{}'", "file://{}"], ids=["plain", "quoted", "address"])
def test_a_dragged_file_is_attached(begin: Begin, folder: Path, server: OpenAIServer, form: str) -> None:
    server.script(says("Seen."))
    terminal = begin()
    terminal.keys("look: ")
    terminal.paste(form.format(folder / "plot.png") + " ")
    terminal.keys("<enter>")
    terminal.wait_for(r"Seen\.")
    assert [text[:22] for text in sent(server)] == ["look: ", "data:image/png;base64,"]


def test_a_path_is_written_if_it_is_pasted_twice_or_no_text_and_no_image(begin: Begin, folder: Path) -> None:
    terminal = begin()
    terminal.paste(str(folder / "src/main.py"))
    terminal.wait_for(r"▎ +src/main\.py · ")
    terminal.paste(str(folder / "src/main.py"))
    terminal.wait_for(r"▎ /.*/src/main\.py|▎ /\S*\n")
    terminal.keys("<ctrl+c>")
    terminal.wait_for("Cleared")
    terminal.paste(str(folder / "blob.bin"))
    terminal.wait_for("blob.bin is neither a text nor")
    terminal.wait_for(r"▎ /\S+")
    terminal.keys("<ctrl+c>")
    terminal.paste("/etc/no-such-file-at-all")
    terminal.wait_for("▎ /etc/no-such-file-at-all")


def test_what_is_attached_is_kept_with_the_draft_through_a_crash(begin: Begin, home: Path) -> None:
    terminal = begin()
    terminal.keys("half a thought about @plot")
    terminal.wait_for(r"@plot\.png")
    terminal.keys("<tab>")
    terminal.wait_for(r"plot\.png · ")
    terminal.paste(LONG)
    terminal.wait_for(r"plot\.png · .*\n.*pasted text · ")
    drafts, attached = home / "drafts.json", home / "attached"
    terminal.wait_until(lambda _: drafts.exists(), "a draft on disk")
    terminal.wait_until(
        lambda _: [one.name in drafts.read_text() for one in attached.glob("*")] == [True, True], "both in the draft"
    )
    terminal.kill(signal.SIGKILL)
    terminal = begin()
    terminal.wait_for(r"plot\.png · .*\n.*pasted text · .*\n *▎ half a thought about plot\.png")
    terminal.keys("<ctrl+n>")
    terminal.keys("<ctrl+c>", "<ctrl+c>")
    terminal.wait_for("Removed plot.png and pasted text")
    terminal.wait_until(lambda _: not list(attached.iterdir()), "nothing left on disk")


def test_an_image_is_refused_where_none_is_taken_and_nothing_is_lost(begin: Begin) -> None:
    terminal = begin(options=("--provider", "guide"))
    terminal.keys("what is this @plot")
    terminal.wait_for(r"@plot\.png")
    terminal.keys("<tab>")
    terminal.wait_for(r"guide takes no images\. Remove plot\.png, or choose\s")
    terminal.wait_for(r"▎ what is this plot\.png")
    assert "remove" not in terminal.text()


def test_a_prompt_with_a_file_waits_behind_a_reply(begin: Begin, server: OpenAIServer) -> None:
    go_on = threading.Event()
    server.script(says("First", go_on, " reply."), says("Second reply."))
    terminal = begin()
    terminal.keys("one", "<enter>")
    terminal.wait_for("First")
    terminal.paste(LONG)
    terminal.keys("two", "<enter>")
    terminal.wait_for("queued")
    go_on.set()
    terminal.wait_for(r"Second reply\.")
    assert sent(server) == ["two", f"pasted text:\n\n```\n{LONG}\n```\n"]


def test_an_edited_prompt_keeps_what_was_attached_and_can_lose_it(begin: Begin, server: OpenAIServer) -> None:
    server.script(says("One."), says("Two."), says("Three."))
    terminal = begin()
    terminal.paste(LONG)
    terminal.keys("first", "<enter>")
    terminal.wait_for(r"One\.")
    terminal.keys("/edit", "<enter>")
    terminal.wait_for(r"remove *\n *▎ first")
    terminal.keys(" again", "<enter>")
    terminal.wait_for(r"Two\.")
    assert sent(server) == ["first again", f"pasted text:\n\n```\n{LONG}\n```\n"]
    terminal.keys("/edit", "<enter>")
    terminal.wait_for(r"remove *\n *▎ first again")
    terminal.click_on("remove")
    terminal.wait_for("Removed pasted text")
    terminal.keys("<enter>")
    terminal.wait_for(r"Three\.")
    assert sent(server) == ["first again"]


def test_a_key_in_a_file_is_asked_about(begin: Begin, folder: Path, server: OpenAIServer) -> None:
    key = "sk-proj-" + "Ab3dEf6hIj9kLm2nOp5qRs8t"
    (folder / "env").write_text(f"OPENAI_API_KEY={key}\n")
    server.script(says("Seen."))
    terminal = begin()
    terminal.keys("why does @env")
    terminal.wait_for("@env ")
    terminal.keys("<tab>", " fail?", "<enter>")
    terminal.wait_for("seems to hold 1 key")
    terminal.keys("r")
    terminal.wait_for(r"Seen\.")
    assert key not in str(server.chats[-1].body)
    assert "«key-1»" in sent(server)[1]


def test_the_copied_image_is_attached(begin: Begin, tmp_path: Path, environment: dict[str, str]) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tmp_path / "copied.png").write_bytes(image_bytes("PNG"))
    (tools / "xclip").write_text(f"#!/bin/sh\n[ \"$4\" = image/png ] && cat '{tmp_path}/copied.png'\n")
    (tools / "xclip").chmod(0o755)
    terminal = begin(PATH=f"{tools}:{environment['PATH']}", DISPLAY=":9")
    terminal.keys("/paste-image", "<enter>")
    terminal.wait_for(r"▎ +clipboard\.png · 123 × 45 · ")
    terminal.keys("/paste-image", "<enter>")
    terminal.wait_for(r"▎ +clipboard 2\.png · ")


def test_a_computer_without_a_tool_for_it_says_which_one_it_wants(begin: Begin) -> None:
    terminal = begin()
    terminal.keys("/paste-image", "<enter>")
    terminal.wait_for("There is no tool here that reads images")
