from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_chat.app.transcript.highlight import GrowingCode, Runs, highlight, lexer_for
from tui_chat.app.transcript.private import can_resume, tokens_with_state

PYTHON = '@dec\nclass A:\n    """doc\n    more"""\n    x = None  # why\n    async def f(self):\n        return not 5\n'


def test_four_colours_and_bold_names() -> None:
    found = {text.strip(): key for line in highlight(PYTHON, "python") for text, key in line if text.strip()}

    assert found["@dec"] == ("decorator",)
    assert found["class"] == found["async"] == found["return"] == found["not"] == ("keyword",)
    assert found["A"] == found["f"] == ("name",)
    assert found['"""doc'] == found['more"""'] == ("string",)
    assert found["5"] == found["None"] == ("number",)
    assert found["# why"] == ("comment",)


@pytest.mark.parametrize("language", ["", "no-such-language", "text"])
def test_unknown_languages_are_plain(language: str) -> None:
    assert highlight("if x:\n", language) == [[("if x:", ())], []]


def test_code_is_never_changed() -> None:
    for language in ("python", "json", "html", "bash", "yaml", "diff", "c", "pycon", "php", "rb"):
        for code in (PYTHON, "\n\n x \n", "<a b='c'>\n<?php /* ", '{"a": [1, tru', "\\\n"):
            assert ["".join(text for text, _ in line) for line in highlight(code, language)] == code.split("\n")


def test_what_is_too_long_is_plain() -> None:
    assert highlight("x = 1 " * 20_000, "python") == [[("x = 1 " * 20_000, ())]]


def _grown(code: str, language: str) -> tuple[list[Runs], int]:
    growing = GrowingCode(language)
    lines: list[str] = []
    found: list[Runs] = []
    for line in code.split("\n"):
        lines.append(line)
        first, runs = growing.runs(lines)
        found[first:] = runs
    return found, growing.settled


def test_open_code_is_settled_line_by_line_and_keeps_its_state() -> None:
    code = "def f():\n    '''\n" + "    doc if\n" * 40 + "    '''\n    return 1"
    found, settled = _grown(code, "python")

    assert settled > 20
    assert found == highlight(code, "python")


@settings(max_examples=30)
@given(st.lists(st.sampled_from(PYTHON.split("\n")), max_size=40).map("\n".join))
def test_open_python_is_coloured_as_when_it_is_whole(code: str) -> None:
    code = code.replace('"""doc', '"""doc"""').replace('more"""', "more")
    assert _grown(code, "python")[0] == highlight(code, "python")


def test_a_lexer_tells_the_state_in_which_a_token_was_found() -> None:
    lexer = lexer_for("python")
    assert can_resume(lexer)
    states = [(part, state()) for _, _, part, state in tokens_with_state(lexer, 'x = """a\nb"""\n', ("root",))]

    assert states[0] == ("x", ("root",))
    within = next(state for part, state in states if part == "a")
    assert len(within) > 1
    inside = list(tokens_with_state(lexer, "if\n", within))
    assert str(inside[0][1]).startswith("Token.Literal.String")


def test_a_lexer_with_a_loop_of_its_own_cannot_resume() -> None:
    assert not can_resume(lexer_for("json"))


def test_lexers_are_loaded_only_for_code() -> None:
    script = (
        "import sys\n"
        "from tui_chat.app.transcript.layout import layout_markdown\n"
        "layout_markdown('# a\\n- b\\n\\n```\\nplain\\n```', 40)\n"
        "print(any(name.startswith('pygments.lexer') for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
