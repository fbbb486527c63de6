"""The file of earlier prompts: what is added stays, whatever else stands there, and it does not grow for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tui_chat.storage.prompt_history import LONGEST, MOST_BYTES, PromptHistory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "prompts.jsonl"


def add(history: PromptHistory, text: str) -> None:
    prompt = history.note(text)
    assert prompt is not None
    history.write(prompt)


def texts(path: Path | None) -> list[str]:
    history = PromptHistory(path)
    history.load()
    return [prompt.text for prompt in history.prompts]


def test_prompts_come_back_in_their_order_each_once_at_its_newest_place(path: Path) -> None:
    history = PromptHistory(path)
    for text in ("one", "two\nlines, with ü and \u2028", "one", "three"):
        add(history, text)
    assert texts(path) == ["two\nlines, with ü and \u2028", "one", "three"]
    assert [prompt.text for prompt in history.prompts] == texts(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_blank_or_as_long_as_a_file_is_not_kept(path: Path) -> None:
    history = PromptHistory(path)
    assert history.note(" \n") is None
    assert history.note("x" * (LONGEST + 1)) is None
    assert history.prompts == []


@pytest.mark.parametrize(
    "broken",
    [b'{"text": "half', b"\xff\xfe\x00", b"[1]", b'{"text": 3}', b"null", b"[" * 20_000, b'{"text": " "}'],
    ids=["torn", "not UTF-8", "list", "number", "null", "deep", "blank"],
)
def test_a_broken_line_is_passed_over_and_swallows_nothing(path: Path, broken: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"text": "before"}\n' + broken)
    add(PromptHistory(path), "after")
    assert texts(path) == ["before", "after"]
    assert broken in path.read_bytes(), "nothing is taken out of a file that people may write by hand"


def test_a_line_without_a_time_or_with_a_strange_one_counts(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"text": "a", "at": "yesterday"}\n{"text": "b", "at": "2026-01-01T00:00:00"}\n\n{"text": "c"}\n')
    assert texts(path) == ["a", "b", "c"]


@pytest.mark.parametrize("at", [1, 10, 25, 40])
def test_a_crash_at_any_byte_of_a_line_loses_that_line_only(path: Path, at: int) -> None:
    history = PromptHistory(path)
    add(history, "safe")
    size = path.stat().st_size
    add(history, "cut short")
    path.write_bytes(path.read_bytes()[: size + at])
    add(PromptHistory(path), "later")
    assert texts(path) == ["safe", "later"]


def test_the_older_half_goes_when_the_file_is_too_long(path: Path) -> None:
    history = PromptHistory(path)
    add(history, "the first")
    path.write_bytes(path.read_bytes() + b'{"text": "filler"}\n' * (MOST_BYTES // 19))
    add(history, "the last")
    assert path.stat().st_size <= MOST_BYTES // 2
    assert texts(path) == ["filler", "the last"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir() if ".lock" not in one.name] == ["prompts.jsonl"]
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_the_longest_prompt_of_the_widest_letters_survives_shortening(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"text": "filler"}\n' * (MOST_BYTES // 19))
    add(PromptHistory(path), "\x01" * LONGEST)
    assert texts(path)[-1] == "\x01" * LONGEST


@pytest.mark.parametrize("is_on_disk", [True, False])
def test_memory_does_not_grow_with_what_was_sent(path: Path, is_on_disk: bool) -> None:
    history = PromptHistory(path if is_on_disk else None)
    history.note("forgotten")
    history.forget(["forgotten", "unknown"])
    count = 2 * MOST_BYTES // LONGEST
    for number in range(count):
        history.note(f"{number:09}" + "x" * (LONGEST - 9))
    history.load()
    kept = [int(prompt.text[:9]) for prompt in history.prompts]
    assert kept == list(range(count - MOST_BYTES // LONGEST, count)), "the newest"


WRITER = """
import sys
from pathlib import Path
from tui_chat.storage.prompt_history import PromptHistory
history = PromptHistory(Path(sys.argv[1]))
for number in range(60):
    history.write(history.note(f"{sys.argv[2]} {number} " + "x" * 9000))
"""


def test_two_processes_add_at_once_even_while_the_file_is_shortened(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    kept = [text[:4].strip() for text in texts(path)]
    assert path.stat().st_size <= MOST_BYTES
    for name in "ab":
        own = [int(text.split()[1]) for text in kept if text.startswith(name)]
        assert own == list(range(60 - len(own), 60)), "the newest of each, without a gap"


def test_in_memory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    history = PromptHistory(None)
    add(history, "secret")
    history.load()
    assert [prompt.text for prompt in history.prompts] == ["secret"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_keeps_the_prompts_of_this_run(path: Path) -> None:
    path.mkdir(parents=True)
    history = PromptHistory(path)
    prompt = history.note("still here")
    assert prompt is not None
    with pytest.raises(OSError, match="directory"):
        history.write(prompt)
    history.load()
    assert [one.text for one in history.prompts] == ["still here"]


def test_what_another_process_added_comes_with_the_next_look(path: Path) -> None:
    one, two = PromptHistory(path), PromptHistory(path)
    add(one, "mine")
    add(two, "theirs")
    one.load()
    assert [prompt.text for prompt in one.prompts] == ["mine", "theirs"]


def test_prompts_that_are_forgotten_leave_no_bytes_and_others_stay(path: Path) -> None:
    history = PromptHistory(path)
    for text in ("keep", "the secret", "keep too", "the secret"):
        add(history, text)
    path.write_bytes(path.read_bytes() + b'{"text": "torn')
    history.forget({"the secret", "unknown"})
    assert b"secret" not in path.read_bytes()
    assert texts(path) == ["keep", "keep too"] == [prompt.text for prompt in history.prompts]
    assert b"torn" in path.read_bytes()
    PromptHistory(path.parent / "none.jsonl").forget({"x"})
    assert not (path.parent / "none.jsonl").exists()
