"""What the user can attach to a prompt: files, folders, patterns, large pastes, images."""

from __future__ import annotations

import os
import shlex
from asyncio import to_thread
from collections.abc import Mapping, Sequence
from pathlib import Path

from textual import getters, on, work

from tui_chat.app.clipboard import paste_image
from tui_chat.app.screens import late
from tui_chat.app.screens.chat.file_source import mentions, without_at
from tui_chat.app.screens.chat.state import ChatState
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import Attachments, Prompt
from tui_chat.chat.attaching import Read, check_taken, part_of, pasted, place_of, read
from tui_chat.chat.changes import Change, Words
from tui_chat.domain.attachments import facts, named
from tui_chat.domain.errors import AttachmentRefused
from tui_chat.domain.messages import FilePart, ImagePart, Part

#: Worker group of what is being read; a prompt waits for it.
READING = "attach"

#: Lines above which a paste is folded, whatever its length.
FOLD_LINES = 20

#: A pasted path is no longer than this.
_LONGEST_PATH = 4_096

#: What begins a text that may be the path of a dragged file.
_PATH_BEGINS = ("/", "~/", "file://", "'/", '"/', "'~/", '"~/')


class Attaching(ChatState):
    """Attaches things to the prompt that is being written, and removes them."""

    tray = getters.query_one(Attachments)

    _attached: tuple[Part, ...] = ()
    _paths: Mapping[tuple[str, str], Path] = {}
    _refusals = 0

    @property
    def attached(self) -> Sequence[Part]:
        """What is attached to the prompt that is being written."""
        return self._attached

    @property
    def has_attached(self) -> bool:
        """Whether anything is attached to the prompt that is being written."""
        return bool(self._attached)

    @property
    def work_folder(self) -> Path:
        """The folder from which paths are understood."""
        return Path.cwd()

    def on_mount(self) -> None:
        self.prompt.takes_paste = self.takes_paste

    def set_attached(self, parts: Sequence[Part]) -> None:
        """Set what is attached, and show it."""
        self._attached = tuple(parts)
        self.prompt.has_attached = bool(parts)
        self.tray.set_rows([tuple(one_line(fact) for fact in facts(part)) for part in parts])
        self.show_status()

    def check_attached(self, parts: Sequence[Part]) -> None:
        """Check that the model that will answer takes what is attached.

        Raises:
            AttachmentRefused: if it does not.
        """
        session = self.opened.session
        provider, model = self.exchange.once.get(self.opened.id) or (session.provider, session.model)
        if provider in self.services.providers:
            check_taken(parts, self.services.provider(provider), self.services.models.info(provider, model))

    async def attach(self, wanted: str) -> bool:
        """Attach what a path, a folder or a pattern names, or say why not; what is attached already is read anew."""
        opened = self.opened
        try:
            files = await to_thread(read, wanted, self.work_folder)
            if self.opened.id == opened.id:
                self._add(self._named_apart(files))
            else:  # another session was opened meanwhile
                self.give_back(opened, "", [part for _, part in files])
        except AttachmentRefused as error:
            self._refusals += 1
            self.show_error(error)
            return False
        return True

    async def is_all_read(self) -> bool:
        """Wait for what is being read; return whether all of it could be attached."""
        before = self._refusals
        reading = [worker for worker in self.workers if worker.group == READING]
        if reading:
            await self.workers.wait_for_complete(reading)
        return self._refusals == before

    async def holds_mention(self, text: str) -> bool:
        """Attach files that a text names behind an @ and that are not attached yet; the text is given back then."""
        found = [path for path in mentions(text) if await to_thread(_is_there, path, self.work_folder)]
        attached = [path for path in found if await self.attach(path)]
        if attached:
            self.prompt.insert(without_at(text, attached))
            self.say(f"Attached {', '.join(attached)}", hint=("Enter", "sends it"), kind="plain")
        return bool(attached)

    def takes_paste(self, text: str) -> bool:
        """Attach a paste that is large, or nothing but the path of a file; return whether it is one of both."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        most = self.services.settings.chat.fold_pastes
        if most and (len(lines) > most or lines.rstrip("\n").count("\n") >= FOLD_LINES):
            self.set_attached([*self._attached, pasted(lines, self._attached)])
            return True
        paths = _pasted_paths(text)
        if not paths or not all(_is_file(path, self.work_folder) for path in paths):
            return False
        if all(self._has(path) for path in paths):
            return False  # pasted once more: it is meant as text
        # Until it is read, Enter waits for it.
        self.prompt.has_attached = True
        self.run_worker(self._attach_pasted(text, paths), group=READING)
        return True

    @on(Prompt.EmptyErased)
    async def remove_last(self) -> None:
        if self._attached:
            await self._remove(self._attached[-1])

    @on(Attachments.Removed)
    async def remove_clicked(self, event: Attachments.Removed) -> None:
        self.set_focus(self.prompt)
        if event.place < len(self._attached):  # a second click may come before the row has gone
            await self._remove(self._attached[event.place])

    @on(Attachments.Opened)
    @work(group="dialog")
    async def open_clicked(self, event: Attachments.Opened) -> None:
        self.set_focus(self.prompt)
        if event.place is None:
            await self.app.push_screen_wait(late.AttachmentsDialog(lambda: self.attached, self._do_with))
            return
        if event.place >= len(self._attached):
            return  # removed meanwhile
        part = self._attached[event.place]
        wish = await self.app.push_screen_wait(late.AttachmentView(part))
        if wish is not None:
            await self._do_with(wish, part)

    @work(group="dialog")
    async def action_show_attachments(self) -> None:
        """Show what is attached to the prompt that is being written."""
        await self.app.push_screen_wait(late.AttachmentsDialog(lambda: self.attached, self._do_with))

    @work(group="dialog")
    async def action_attach(self, path: str = "") -> None:
        """Attach a file, a folder or a pattern."""
        wanted = path or await self.app.push_screen_wait(
            late.AskText("Attach", "", aside="a file, a folder or a pattern")
        )
        if wanted and await self.attach(wanted.strip().strip('"')):
            self.say(f"Attached {wanted}")

    @work(group=READING)
    async def action_paste_image(self) -> None:
        """Attach the image that is in the clipboard."""
        try:
            data = await paste_image()
            taken = {part.name for part in self._attached if isinstance(part, ImagePart)}
            numbers = range(2, len(taken) + 2)
            names = ("clipboard.png", *(f"clipboard {number}.png" for number in numbers))
            self._add([part_of(data, next(name for name in names if name not in taken))])
        except AttachmentRefused as error:
            self._refusals += 1
            self.show_error(error)
        else:
            self.say("Attached the image in the clipboard")

    async def remove_all(self) -> None:
        """Remove all that is attached, which can be undone."""
        before = self._attached
        await self._take_away(before, f"Removed {named(before)}")

    def _add(self, parts: Sequence[Part]) -> None:
        """Attach parts; one of the same name takes the place of that before.

        Raises:
            AttachmentRefused: if the model does not take them.
        """
        self.check_attached(parts)
        names = {_key(part) for part in parts}
        self.set_attached([*(part for part in self._attached if _key(part) not in names), *parts])

    async def _attach_pasted(self, text: str, paths: Sequence[str]) -> None:
        for path in paths:
            if not await self.attach(path):
                # What cannot be attached is what was pasted: text.
                self.prompt.put_in(text.strip())
                break
        else:
            hint = ("paste again", "writes the path")
            self.say(f"Attached {named([*self._attached[-len(paths) :]])}", hint=hint)
        self.prompt.has_attached = self.has_attached

    async def _do_with(self, wish: str, part: Part) -> None:
        if wish == "text" and isinstance(part, FilePart):
            self.set_attached([one for one in self._attached if one is not part])
            self.prompt.put_in(part.text)
        else:
            await self._remove(part)

    async def _remove(self, part: Part) -> None:
        await self._take_away([part], f"Removed {facts(part)[0]}")

    async def _take_away(self, parts: Sequence[Part], words: str) -> None:
        async def remove() -> None:
            self.set_attached([one for one in self._attached if all(one is not part for part in parts)])

        async def put_back() -> None:
            # Another session may be open by now, with attachments of its own: they stay.
            self.set_attached([*self._attached, *parts])

        change = Change((), remove, put_back, Words(words), Words("Attached again"))
        await self.tell_change(self.history.journal.do(change))

    def _named_apart(self, files: Sequence[Read]) -> list[Part]:
        """Return files under names that no other file has which is attached; the same file keeps its name."""
        named_apart: list[Part] = []
        for path, part in files:
            name, number = facts(part)[0], 1
            renamed = part
            while self._path_of(_key(renamed), default=path) != _plain(path):
                number += 1
                renamed = part.model_copy(update={"name": f"{name} ({number})"})
            self._paths = {**self._paths, _key(renamed): _plain(path)}
            named_apart.append(renamed)
        return named_apart

    def _path_of(self, key: tuple[str, str], *, default: Path) -> Path:
        """Return the file that is attached under a name; of one that was a draft, what its name says."""
        if all(_key(part) != key for part in self._attached):
            return _plain(default)
        return self._paths.get(key) or _plain(self.work_folder / key[1])

    def _has(self, path: str) -> bool:
        place = _plain(place_of(path, self.work_folder))
        return any(self._path_of(_key(part), default=place) == place for part in self._attached)


def _key(part: Part) -> tuple[str, str]:
    return part.kind, facts(part)[0]


def _pasted_paths(text: str) -> list[str]:
    """Return the paths that a paste is nothing but: terminals quote those of dragged files as a shell wants them."""
    line = text.strip()
    if not line.startswith(_PATH_BEGINS) or len(line) > _LONGEST_PATH or "\n" in line or "\r" in line:
        return []
    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    return list(dict.fromkeys([line] if _is_file(line, Path.cwd()) else words))


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _is_file(path: str, folder: Path) -> bool:
    try:
        return place_of(path, folder).is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def _is_there(path: str, folder: Path) -> bool:
    try:
        return place_of(path, folder).exists()
    except (OSError, ValueError, RuntimeError):
        return False
