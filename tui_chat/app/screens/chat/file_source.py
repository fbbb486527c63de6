"""The completions of ``@path``: files, folders and patterns that can be attached."""

from __future__ import annotations

import os
import re
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from tui_chat.app.screens.chat.matching import match
from tui_chat.app.widgets import Completion, Offer, Typed
from tui_chat.chat.attaching import place_of, split_pattern
from tui_chat.chat.file_finding import MOST, FileFinder, Found
from tui_chat.chat.file_listing import fits, is_pattern, list_files
from tui_chat.domain.attachments import size_in_words
from tui_chat.domain.words import counted

#: What begins a path that is not looked for below the working folder.
_ELSEWHERE = ("~", "/", "./", "../")

#: A path behind an @ at the beginning of a word, in quotes if it has blanks.
MENTION = re.compile(r'(?:^|(?<=\s))@("[^"\n]+"|[^\s"]+)')


class Files:
    """The completions of ``@path``.

    Args:
        folder: The folder from which on.
        attach: Attaches what a path names, or says why not.
    """

    def __init__(self, folder: Path, attach: Callable[[str], Awaitable[bool]]) -> None:
        self._folder = folder
        self._finder = FileFinder(folder)
        self._attach = attach

    async def offer(self, typed: Typed) -> Offer | None:
        """Return the paths that a beginning may become."""
        word = typed.word
        if not word.startswith("@"):
            return None
        wanted = word[1:].replace('"', "")
        found, is_exact = await to_thread(self._found, wanted)
        # Letters behind an @ may be somebody's name: Enter takes a path only where it stands there whole.
        return Offer(typed, typed.column - len(word), found, is_eager=is_exact, source=self)

    async def taken(self, key: str) -> str:
        """Attach a path. Its text stands in the completion, so that what is typed next comes behind it."""
        await self._attach(key)
        return ""

    def _found(self, wanted: str) -> tuple[list[Completion], bool]:
        """Return what a path may become, and whether the first is what stands there. Reads the disk."""
        try:
            return self._found_on_disk(wanted)
        except (OSError, ValueError, RuntimeError):
            return [], False

    def _found_on_disk(self, wanted: str) -> tuple[list[Completion], bool]:
        place = place_of(wanted, self._folder)
        if is_pattern(wanted) and not place.exists():
            return self._pattern(wanted), True
        whole = [_folder_itself(wanted, place)] if wanted.endswith("/") and place.is_dir() else []
        if wanted.startswith(_ELSEWHERE) or wanted == "..":
            found = _beside(wanted, self._folder)
        else:
            found = self._finder.find(wanted)
        others = [_completion(one, self._folder) for one in found if one.path.isprintable() and one.path != wanted]
        is_file = bool(wanted) and place.is_file()
        if is_file:
            whole = [_completion(Found(wanted, range(len(wanted))), self._folder)]
        return [*whole, *others][:MOST], is_file

    def _pattern(self, wanted: str) -> list[Completion]:
        base, pattern = split_pattern(wanted)
        start = place_of(base, self._folder)
        found = [path for path in list_files(start) if fits(path, pattern)] if start.is_dir() else []
        if not found:
            return []
        return [Completion(_written(wanted), f"@{wanted}", words=_amount(start, found), key=wanted)]


def mentions(text: str) -> list[str]:
    """Return the paths that stand behind an @ in a text, each once."""
    found = (one.strip('"') if one.startswith('"') else one.rstrip(".,;:!?)") for one in MENTION.findall(text))
    return list(dict.fromkeys(one for one in found if one))


def without_at(text: str, paths: Iterable[str]) -> str:
    """Return a text in which some paths stand without the @ before them."""
    for path in paths:
        for written in (f'"{path}"', path):
            text = re.sub(rf"(?:^|(?<=\s))@{re.escape(written)}", written.replace("\\", r"\\"), text)
    return text


def _beside(wanted: str, folder: Path) -> list[Found]:
    """Return what is in the folder that a path names, as far as it fits the rest of the path."""
    wanted = f"{wanted}/" if wanted in ("~", "..") else wanted
    before, slash, name = wanted.rpartition("/")
    start = len(before) + len(slash)
    found = []
    with os.scandir(place_of(before + slash, folder)) as entries:
        for entry in entries:
            how = match(name, entry.name)
            if how is not None and (name.startswith(".") or not entry.name.startswith(".")):
                path = f"{before}{slash}{entry.name}{'/' if entry.is_dir() else ''}"
                found.append((how.rank, path.casefold(), Found(path, [start + mark for mark in how.marks])))
    return [one for _, _, one in sorted(found, key=lambda pair: pair[:2])[:MOST]]


def _completion(found: Found, folder: Path) -> Completion:
    marks = [mark + 1 for mark in found.marks]
    if found.path.endswith("/"):
        # Goes on with what is in it; a quote stays open until the end of the path.
        text = f'@"{found.path}' if " " in found.path else f"@{found.path}"
        return Completion(text, f"@{found.path}", words="folder", marks=marks)
    return Completion(
        _written(found.path), f"@{found.path}", words=_size(found.path, folder), marks=marks, key=found.path
    )


def _folder_itself(wanted: str, place: Path) -> Completion:
    return Completion(
        _written(wanted), f"@{wanted}", words=f"all text in it, {_amount(place, list_files(place))}", key=wanted
    )


def _written(path: str) -> str:
    return f'"{path}"' if " " in path else path


def _size(path: str, folder: Path) -> str:
    try:
        return size_in_words(place_of(path, folder).stat().st_size)
    except OSError:
        return ""


def _amount(base: Path, files: Sequence[str]) -> str:
    """Return how many files there are and how large they are; of very many the number alone."""
    count = counted(len(files), "file")
    if len(files) > _COUNTED:
        return count
    sizes = 0
    for file in files:
        try:
            sizes += (base / file).stat().st_size
        except OSError:
            continue
    return f"{count}, {size_in_words(sizes)}"


#: Files whose sizes are summed up.
_COUNTED = 2_000
