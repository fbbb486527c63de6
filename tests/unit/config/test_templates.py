"""Saved prompts: what a file means, and what becomes of its variables."""

from __future__ import annotations

import pytest

from tui_chat.config import paths
from tui_chat.config.templates import (
    LARGEST,
    clean_name,
    load_templates,
    parse,
    plain_source,
    remove,
    source_of,
    write_source,
)
from tui_chat.domain.errors import ConfigError

REVIEW = """---
title: "Review: a change"
# a remark
Description: Strict, but friendly
---

Review this {{language}} code:

{{ code }} {{language}}
"""


def test_the_lines_above_tell_about_it_and_the_rest_is_the_prompt() -> None:
    template = parse("review", REVIEW)
    assert (template.title, template.description) == ("Review: a change", "Strict, but friendly")
    assert template.text == "Review this {{language}} code:\n\n{{ code }} {{language}}"
    assert template.variables == ["language", "code"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("just text\n", "just text"),
        ("---\nno end", "---\nno end"),
        ("---\n---\nafter", "after"),
        ("---\ntitle: t\n---", ""),
        ("text\n---\nrule\n---\n", "text\n---\nrule\n---"),
        ("", ""),
    ],
)
def test_only_what_stands_between_two_lines_at_the_top_is_about_it(source: str, text: str) -> None:
    assert parse("x", source).text == text


def test_values_take_the_place_of_variables_once() -> None:
    template = parse("x", "{{a}} {{b}} {{ a }} {{c}} {{1}} {{user.name}} {% x %}")
    assert template.variables == ["a", "b", "c"]
    filled = template.filled({"a": "{{b}}", "b": r"\1 \g<0>"})
    assert filled == r"{{b}} \1 \g<0> {{b}} {{c}} {{1}} {{user.name}} {% x %}"


def test_a_saved_prompt_comes_back_as_it_was() -> None:
    assert load_templates() == []
    write_source("review", REVIEW)
    write_source("About", plain_source("---\nan odd text"))
    folder = paths.templates_folder()
    assert [one.name for one in load_templates()] == ["About", "review"]
    assert load_templates()[0].text == "---\nan odd text"
    assert source_of("review") == REVIEW
    assert (folder / "review.md").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["About.md", "review.md"]
    remove("review")
    remove("review")
    assert [one.name for one in load_templates()] == ["About"]


def test_a_name_that_is_taken_is_not_written_over() -> None:
    write_source("one", "first", is_new=True)
    with pytest.raises(ConfigError, match="#one already"):
        write_source("one", "second", is_new=True)
    assert source_of("one") == "first"


def test_files_that_are_no_prompts_are_passed_over() -> None:
    folder = paths.templates_folder()
    folder.mkdir(parents=True)
    (folder / "binary.md").write_bytes(b"\xff\xfe\x00")
    (folder / "large.md").write_bytes(b"x" * (LARGEST + 1))
    (folder / ".hidden.md").write_text("hidden")
    (folder / "note.txt").write_text("text")
    (folder / "folder.md").mkdir()
    (folder / "bom.md").write_bytes(b"\xef\xbb\xbfgood")
    assert [(one.name, one.text) for one in load_templates()] == [("bom", "good")]
    with pytest.raises(ConfigError, match="cannot be read"):
        source_of("missing")


def test_a_folder_that_is_a_file_is_told() -> None:
    paths.templates_folder().parent.mkdir(parents=True)
    paths.templates_folder().write_text("")
    assert load_templates() == []
    with pytest.raises(ConfigError, match="cannot be written"):
        write_source("one", "text")


@pytest.mark.parametrize(
    ("typed", "name"), [("My review!", "My-review"), (" a/b\\c ", "a-b-c"), ("../..", ""), ("größe_1", "größe_1")]
)
def test_a_name_can_be_typed_and_stays_in_the_folder(typed: str, name: str) -> None:
    assert clean_name(typed) == name
