"""The personas: choose one for the session, make, change and import them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.ask_lines import AskLines
from tui_chat.app.screens.dialogs import AskText, Confirm
from tui_chat.app.screens.model_picker import ModelPicker
from tui_chat.app.screens.parameters import ParamSheet
from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import one_line, sanitize
from tui_chat.app.widgets import Pick, Row, muted
from tui_chat.chat.params import summary
from tui_chat.chat.services import Services
from tui_chat.config.personas import SUFFIXES, clean_name, delete_persona, load_personas, read_persona, save_persona
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.personas import Persona

#: Lines of a system prompt that its row's note shows.
NOTE_LINES = 2


class PersonaEditor(ParamSheet[Persona]):
    """A persona, a field a row; the result is what it has become.

    Args:
        persona: As it is.
        services: Knows the models.
    """

    KEYS: ClassVar = [("↑ ↓", "field"), ("← →", "value"), ("Enter", "edit"), ("Del", "not set"), ("Esc", "done")]

    def __init__(self, persona: Persona, services: Services) -> None:
        super().__init__("Persona", persona.name, persona.params, services.providers.get(persona.provider))
        self._persona = persona
        self._services = services

    def rows(self) -> list[Row]:
        """Return all rows."""
        persona = self._persona
        model = "/".join(one for one in (persona.provider, persona.model) if one)
        prompt = one_line(persona.system_prompt)
        return [
            Row(Content("  Name"), Content(f"{persona.name}  "), "name"),
            Row(Content("  System prompt"), Content(f"{_cut(prompt)}  ") if prompt else muted("not set  "), "prompt"),
            Row(Content("  Model"), Content(f"{model}  ") if model else muted("the session's  "), "model"),
            *super().rows(),
        ]

    def note(self, key: str) -> Content:
        """Return what a row is, in two lines."""
        match key:
            case "name":
                return Content("Its file is called so, in the folder personas beside config.toml.")
            case "prompt":
                shown = sanitize(self._persona.system_prompt).strip().splitlines()[:NOTE_LINES]
                return Content("\n".join(shown) or "Sent before the messages of a session.")
            case "model":
                return Content("Who answers in a session with this persona; not set leaves the session's own model.")
        return super().note(key)

    def action_reset(self) -> None:
        """Take what the field has out of the persona."""
        match self.query_one(Pick).cursor_id:
            case "prompt":
                self._put(system_prompt="")
            case "model":
                self._put(provider="", model="")
            case _:
                super().action_reset()

    def action_edit(self) -> None:
        """Ask for what the field has."""
        match self.query_one(Pick).cursor_id:
            case "name":
                self._edit_name()
            case "prompt":
                self._edit_prompt()
            case "model":
                self._edit_model()
            case _:
                super().action_edit()

    def action_dismiss_empty(self) -> None:
        """Close with the persona as it is now."""
        self.dismiss(self._persona.model_copy(update={"params": self.params}))

    @work(group="dialog")
    async def _edit_name(self) -> None:
        name = await self.app.push_screen_wait(AskText("Name", self._persona.name, aside="persona"))
        if name and clean_name(name):
            self._put(name=clean_name(name))

    @work(group="dialog")
    async def _edit_prompt(self) -> None:
        dialog = AskLines("System prompt", self._persona.system_prompt, aside=self._persona.name)
        if (text := await self.app.push_screen_wait(dialog)) is not None:
            self._put(system_prompt=text)

    @work(group="dialog")
    async def _edit_model(self) -> None:
        persona = self._persona
        provider = persona.provider or self._services.choice.provider
        picked = await self.app.push_screen_wait(ModelPicker(self._services, provider, persona.model))
        if picked is not None:
            self.provider = self._services.providers.get(picked.provider)
            self._put(provider=picked.provider, model=picked.model)

    def _put(self, **fields: str) -> None:
        self._persona = self._persona.model_copy(update=fields)
        self.show_rows()


class PersonasDialog(Sheet[Persona]):
    """The personas there are; the result is the one to use in the session.

    Args:
        services: Knows the models.
        now: Name of the session's persona.
        from_session: Returns a persona made of the session, under a name.
    """

    KEYS: ClassVar = [
        ("Enter", "use here"),
        ("e", "edit"),
        ("n", "new from this session"),
        ("i", "import"),
        ("D", "delete"),
        ("Esc", "close"),
    ]
    OF_A_ROW: ClassVar = frozenset({"Enter", "e", "D"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "use here"),
        Binding("e", "edit", "edit"),
        Binding("n", "make", "new from this session"),
        Binding("i", "import", "import"),
        Binding("D", "delete", "delete"),
        *MOVES,
    ]

    def __init__(self, services: Services, now: str, from_session: Callable[[str], Persona]) -> None:
        super().__init__("Personas", aside="files in personas/", width="-list")
        self._services = services
        self._now = now
        self._from_session = from_session
        self._personas: dict[str, Persona] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list, and what stands below it."""
        yield Pick()
        yield Static(classes="note -spaced")

    def on_mount(self) -> None:
        self.query_one(Pick).focus()
        self._load(self._now)

    def action_use(self) -> None:
        """Use the persona with the cursor."""
        self.query_one(Pick).choose()

    @on(Pick.Chosen)
    def use(self, event: Pick.Chosen) -> None:
        self.dismiss(self._personas[event.key])

    @on(Pick.Moved)
    def explain(self) -> None:
        self._note("")

    @work(group="dialog")
    async def action_make(self) -> None:
        """Make a persona of the session."""
        name = await self.app.push_screen_wait(AskText("New persona", "", aside="prompt, model, parameters of here"))
        if name is not None:
            self._save(self._from_session(name))

    @work(group="dialog")
    async def action_edit(self) -> None:
        """Change the persona with the cursor."""
        persona = self._persona
        if persona is None:
            return
        edited = await self.app.push_screen_wait(PersonaEditor(persona, self._services))
        if edited is not None and edited != persona:
            self._save(edited, instead_of=persona.name)

    @work(group="dialog")
    async def action_import(self) -> None:
        """Take a persona from a file."""
        dialog = AskText("Import a persona", "", aside=f"path of a file: {', '.join(SUFFIXES)}")
        path = await self.app.push_screen_wait(dialog)
        if path is None:
            return
        try:
            persona = read_persona(typed_path(path))
        except ConfigError as error:
            self._note(error.sentence, is_trouble=True)
        else:
            self._save(persona)

    @work(group="dialog")
    async def action_delete(self) -> None:
        """Remove the persona with the cursor, if the user is sure."""
        persona = self._persona
        if persona is None or not await self.app.push_screen_wait(Confirm("Delete this persona?", persona.name)):
            return
        try:
            delete_persona(persona.name)
        except ConfigError as error:
            self._note(error.sentence, is_trouble=True)
        else:
            self._load("")

    @property
    def _persona(self) -> Persona | None:
        return self._personas.get(self.query_one(Pick).cursor_id or "")

    def _save(self, persona: Persona, *, instead_of: str = "") -> None:
        try:
            save_persona(persona, instead_of=instead_of)
        except ConfigError as error:
            self._note(error.sentence, is_trouble=True)
        else:
            self._load(clean_name(persona.name))

    def _load(self, at: str) -> None:
        personas, troubles = load_personas()
        self._personas = {persona.name: persona for persona in personas}
        rows = self.query_one(Pick)
        rows.display = bool(personas)
        with rows.prevent(Pick.Moved):
            rows.set_rows([self._row(persona) for persona in personas])
            rows.move_to(at)
        self.tell_keys(is_empty=not personas)
        self._note(" ".join(error.sentence for error in troubles), is_trouble=True)

    def _row(self, persona: Persona) -> Row:
        mark = ("● ", "$text-primary") if persona.name == self._now else "  "
        facts = (persona.model or persona.provider, summary(persona.params))
        return Row(
            Content.assemble(mark, persona.name), muted("   ".join(fact for fact in facts if fact)), persona.name
        )

    def _note(self, words: str, *, is_trouble: bool = False) -> None:
        note = self.query_one(".note", Static)
        if words:
            note.update(Content.styled(words, "$text-error" if is_trouble else ""))
        elif (persona := self._persona) is not None:
            note.update(Content(one_line(persona.system_prompt) or "No system prompt."))
        else:
            note.update("There is no persona yet: n makes one of this session's system prompt, model and parameters.")


def _cut(text: str, most: int = 48) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def named(personas: Sequence[Persona], name: str) -> Persona | None:
    """Return the persona of a name, however its letters are written, or the only one that begins so."""
    wanted = name.casefold()
    exact = [one for one in personas if one.name.casefold() == wanted]
    found = exact or [one for one in personas if one.name.casefold().startswith(wanted)]
    return found[0] if len(found) == 1 else None


def typed_path(text: str) -> Path:
    """Return the path that was typed, with or without quotes."""
    return Path(text.strip().strip("\"'")).expanduser()
