"""Colours for code: four of them, and bold for the names that are defined."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tui_chat.app.transcript.lines import Run, StyleKey
from tui_chat.app.transcript.private import can_resume, tokens_with_state

LONGEST = 100_000
"""Characters of a block beyond which it is not coloured, so that no block takes longer than the eye."""
LONGEST_LINE = 2_000
"""The same for one line: regular expressions of lexers are made for lines that people write."""
LOOK_BACK = 12
"""Lines of open code that are coloured anew when more comes: a comment of so many lines is right at once."""

Runs = list[Run]
LEXER_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a lexer for a rare language has been seen to raise on text that is not its own."""

_KEYS: tuple[tuple[str, StyleKey], ...] = (
    ("Keyword.Constant", ("number",)),
    ("Keyword", ("keyword",)),
    ("Operator.Word", ("keyword",)),
    ("Name.Tag", ("keyword",)),
    ("Literal.String", ("string",)),
    ("Literal.Number", ("number",)),
    ("Literal", ("number",)),
    ("Name.Constant", ("number",)),
    ("Comment.Preproc", ("decorator",)),
    ("Comment", ("comment",)),
    ("Name.Decorator", ("decorator",)),
    ("Name.Function.Magic", ("name",)),
    ("Name.Function", ("name",)),
    ("Name.Class", ("name",)),
    ("Generic.Heading", ("name",)),
    ("Generic.Subheading", ("name",)),
    ("Generic.Strong", ("name",)),
    ("Generic.Inserted", ("string",)),
    ("Generic.Deleted", ("number",)),
    ("Generic.Prompt", ("comment",)),
)


@lru_cache(maxsize=1024)
def _key_of(token: Any) -> StyleKey:
    name = str(token).removeprefix("Token.")
    return next((key for start, key in _KEYS if name == start or name.startswith(start + ".")), ())


@lru_cache(maxsize=64)
def lexer_for(language: str) -> Any | None:
    """Return the lexer of a language as a fence names it; ``None`` if there is none."""
    if not language:
        return None
    # Late, since loading the table of lexers takes longer than all of the first screen without code.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.lower(), stripnl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=128)
def highlight(code: str, language: str) -> list[Runs]:
    """Return the runs of each line of a block of code. Kept for the next width: not to be changed."""
    lines = code.split("\n")
    lexer = _lexer_of(code, language)
    if lexer is None:
        return [plain(line) for line in lines]
    try:
        coloured = _by_line((_key_of(token), text) for _, token, text in lexer.get_tokens_unprocessed(code + "\n"))
    except LEXER_FAULTS:
        return [plain(line) for line in lines]
    return [runs if _length(runs) == len(line) else plain(line) for runs, line in zip(coloured, lines, strict=False)]


def is_plain(code: str, language: str) -> bool:
    """Return whether a block of code has no colours."""
    return _lexer_of(code, language) is None


def _lexer_of(code: str, language: str) -> Any:
    is_short = len(code) <= LONGEST and max(map(len, code.split("\n"))) <= LONGEST_LINE
    return lexer_for(language) if is_short else None


def plain(line: str) -> Runs:
    """Return the run of a line without colours."""
    return [(line, ())] if line else []


def _length(runs: Runs) -> int:
    return sum(len(text) for text, _ in runs)


def _by_line(tokens: Iterable[tuple[StyleKey, str]]) -> list[Runs]:
    lines: list[Runs] = [[]]
    for key, text in tokens:
        first, *more = text.split("\n")
        _add(lines[-1], first, key)
        for part in more:
            lines.append([])
            _add(lines[-1], part, key)
    return lines


def _add(runs: Runs, text: str, key: StyleKey) -> None:
    if not text:
        return
    if runs and runs[-1][1] == key:
        runs[-1] = (runs[-1][0] + text, key)
    else:
        runs.append((text, key))


class GrowingCode:
    """Colours code that is still arriving: only its last lines are looked at again."""

    def __init__(self, language: str) -> None:
        self._lexer = lexer_for(language)
        self.has_coloured = False
        """Whether any line has been looked at by a lexer."""
        self.settled = 0
        """The number of lines that are not looked at again."""
        self._state: tuple[str, ...] = ("root",)
        """The state of the lexer at the beginning of that line."""

    def runs(self, lines: list[str]) -> tuple[int, list[Runs]]:
        """Return the number of settled lines, and the runs of the lines after them.

        Args:
            lines: All lines so far; the last one may be incomplete.
        """
        settled, open_lines = self.settled, lines[self.settled :]
        if self._lexer is None or any(len(line) > LONGEST_LINE for line in open_lines):
            self.settled = max(len(lines) - 1, settled)
            return settled, [plain(line) for line in open_lines]
        states: dict[int, tuple[str, ...]] = {}
        self.has_coloured = True
        try:
            coloured = self._colour(self._lexer, "\n".join(open_lines) + "\n", states)
        except LEXER_FAULTS:
            coloured = []
        coloured = [
            coloured[index] if index < len(coloured) and _length(coloured[index]) == len(line) else plain(line)
            for index, line in enumerate(open_lines)
        ]
        self._settle(len(lines) - LOOK_BACK, states)
        return settled, coloured

    def _colour(self, lexer: Any, text: str, states: dict[int, tuple[str, ...]]) -> list[Runs]:
        if can_resume(lexer):
            return _by_line(self._following(lexer, text, states))
        for line in range(text.count("\n")):
            states[line] = ()
        return _by_line((_key_of(token), part) for _, token, part in lexer.get_tokens_unprocessed(text))

    def _following(self, lexer: Any, text: str, states: dict[int, tuple[str, ...]]) -> Iterable[tuple[StyleKey, str]]:
        """Yield the tokens; note the state of the lexer at each line that begins with a token of its own."""
        line = 0
        for start, token, part, state in tokens_with_state(lexer, text, self._state):
            if not start or text[start - 1] == "\n":
                states[line] = state()
            line += part.count("\n")
            yield _key_of(token), part

    def _settle(self, limit: int, states: dict[int, tuple[str, ...]]) -> None:
        for line in range(limit - self.settled, 0, -1):
            if line in states:
                self.settled += line
                self._state = states[line]
                return
