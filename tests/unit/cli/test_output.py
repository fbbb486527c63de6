"""How tables of commands are laid out."""

from __future__ import annotations

import os
import sys

import pytest

from tui_chat.cli.output import print_table, printable


def test_columns_stand_below_each_other_whatever_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME", "N", "LAST"), [("日本語", "7", "x"), ("👩‍👩‍👧", "12", "y"), ("a\tb", "", "z")], numbers={"N"})
    assert capsys.readouterr().out.splitlines() == [
        "NAME     N  LAST",
        "日本語   7  x",
        "👩‍👩‍👧      12  y",
        "a b         z",
    ]


def test_long_columns_share_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, terminal = os.openpty()
    monkeypatch.setenv("COLUMNS", "40")
    with os.fdopen(terminal, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        print_table(("ID", "MODEL", "NAME"), [("1234", "m" * 30, "東" * 30)])
        stdout.flush()
        head, row = os.read(screen, 1_000).decode().splitlines()
    os.close(screen)
    assert head == "ID    MODEL             NAME"
    assert row == f"1234  {'m' * 15}…  {'東' * 7} …"


def test_a_pipe_gets_every_cell_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME",), [("n" * 200,)])
    assert capsys.readouterr().out.splitlines()[1] == "n" * 200


def test_what_plays_tricks_is_not_printed_and_what_joins_letters_is() -> None:
    assert printable("👩‍👩‍👧 می‌خواهم \x1b[31m \u202e") == "👩‍👩‍👧 می‌خواهم \ufffd[31m \ufffd"
