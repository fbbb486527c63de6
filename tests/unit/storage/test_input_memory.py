"""What the input remembers from one run to the next."""

from __future__ import annotations

from pathlib import Path

from tui_chat.storage.input_memory import NEW, InputMemory


async def opened(folder: Path | None) -> InputMemory:
    memory = InputMemory(folder)
    await memory.open()
    return memory


async def test_prompts_and_drafts_come_back_in_the_next_run(tmp_path: Path) -> None:
    memory = await opened(tmp_path)
    await memory.remember("sent")
    memory.note_draft("s1", "not sent")
    memory.note_draft(NEW, "not begun")
    await memory.aclose()
    await memory.aclose()
    memory = await opened(tmp_path)
    assert [prompt.text for prompt in memory.prompts] == ["sent"]
    assert (memory.draft("s1"), memory.draft(NEW)) == ("not sent", "not begun")
    await memory.aclose()


async def test_what_is_typed_before_the_files_are_read_wins(tmp_path: Path) -> None:
    first = await opened(tmp_path)
    first.note_draft("s1", "old")
    await first.aclose()
    memory = InputMemory(tmp_path)
    memory.note_draft("s1", "typed at once")
    assert memory.draft("s1") == "typed at once"
    await memory.open()
    assert memory.draft("s1") == "typed at once"
    await memory.aclose()


async def test_what_is_typed_and_removed_before_the_files_are_read_is_no_draft(tmp_path: Path) -> None:
    memory = InputMemory(tmp_path)
    memory.note_draft("s1", "h")
    memory.note_draft("s1", "")
    await memory.open()
    assert memory.draft("s1") == ""
    await memory.aclose()


async def test_prompts_of_another_process_are_seen_by_a_second_look(tmp_path: Path) -> None:
    one, two = await opened(tmp_path), await opened(tmp_path)
    await two.remember("theirs")
    await one.look_again()
    assert [prompt.text for prompt in one.prompts] == ["theirs"]
    await one.aclose()
    await two.aclose()


async def test_a_disk_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    memory = await opened(tmp_path / "home")
    await memory.remember("sent")
    memory.note_draft("s1", "draft")
    await memory.write_drafts()
    await memory.look_again()
    assert [prompt.text for prompt in memory.prompts] == ["sent"]
    assert memory.draft("s1") == "draft"
    await memory.aclose()


async def test_in_memory_nothing_outlives_the_run() -> None:
    memory = await opened(None)
    await memory.remember("secret")
    memory.note_draft(NEW, "secret")
    assert [prompt.text for prompt in memory.prompts] == ["secret"]
    await memory.aclose()


async def test_nothing_is_left_of_a_session_that_is_gone_for_good(tmp_path: Path) -> None:
    memory = await opened(tmp_path)
    await memory.remember("sent secret")
    await memory.remember("other")
    memory.note_draft("s1", "unsent secret")
    await memory.write_drafts()
    await memory.forget("s1", {"sent secret"})
    assert [prompt.text for prompt in memory.prompts] == ["other"]
    assert not [path for path in tmp_path.iterdir() if path.is_file() and b"secret" in path.read_bytes()]
    await memory.aclose()
