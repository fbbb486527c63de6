"""All settings, each with what it means; a change is written to the config and takes effect at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.dialogs import AskText
from tui_chat.app.screens.sheet import STEPS, Sheet
from tui_chat.app.widgets import Pick, Row, RowList, muted
from tui_chat.config.setting_fields import SettingField, setting_fields
from tui_chat.config.settings_file import load_settings, reset_setting, save_setting
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.settings import Settings

SECTIONS = {"look": "Look", "chat": "Chat", "keys": "Keys", "notices": "Notices", "privacy": "Privacy"}
"""The tables of the config, as they are called here. Others get their own name."""


class SettingsScreen(Sheet[None]):
    """The sections at the left, the settings of one at the right, what the one with the cursor means below.

    Args:
        settings: The settings of today.
        apply: Told the new settings and the name of what was changed, to let it take effect.
        choices: What settings may be that only the app knows, by their names: themes, providers.
    """

    KEYS: ClassVar = [
        ("↑ ↓", "setting"),
        ("← →", "value"),
        ("Enter", "edit"),
        ("Del", "default"),
        ("Tab", "section"),
        ("/", "find"),
        ("Esc", "close"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        *STEPS,
        Binding("pagedown", "move(10)", "page", show=False),
        Binding("pageup", "move(-10)", "page", show=False),
        Binding("right,l,space", "turn(1)", "next value", show=False),
        Binding("left,h", "turn(-1)", "previous value", show=False),
        Binding("enter", "edit", "edit", show=False, priority=True),
        Binding("delete,backspace", "reset", "default", show=False),
        Binding("tab", "section(1)", "next section", show=False, priority=True),
        Binding("shift+tab", "section(-1)", "previous section", show=False, priority=True),
        Binding("slash", "find", "find", show=False),
    ]

    def __init__(
        self,
        settings: Settings,
        apply: Callable[[Settings, str], None],
        choices: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__("Settings", aside="config.toml · your comments are kept", width="-list")
        self._settings = settings
        self._apply = apply
        self._choices = choices
        self._fields = {field.name: field for field in setting_fields()}
        self._sections = list(dict.fromkeys(field.section for field in self._fields.values()))
        self._section = self._sections[0]

    def compose_body(self) -> Iterable[Widget]:
        """Yield the field of the search, the sections, the settings, and the note below."""
        yield Input(placeholder="/ Find a setting", compact=True, id="find-setting")
        with Horizontal(classes="settings"):
            yield Pick([Row(Content(SECTIONS.get(one, one.capitalize())), key=one) for one in self._sections])
            yield Pick(classes="values")
        yield Static(classes="note setting-note", markup=False)

    @property
    def _rows(self) -> Pick:
        return self.query_one(".values", Pick)

    @property
    def _field(self) -> SettingField | None:
        return self._fields.get(self._rows.cursor_id or "")

    def on_mount(self) -> None:
        sections = self.query_one(Pick)
        sections.can_focus = False
        sections.open_id = self._section
        self._rows.focus()
        self._show()

    def action_move(self, step: int) -> None:
        """Move the cursor of the settings; the list before them is that of their sections."""
        self._rows.move(step)

    def action_turn(self, step: int) -> None:
        """Take the next value of those that there are."""
        field = self._field
        values = self._values_of(field) if field is not None else ()
        if field is None or not values:
            return
        now = self._text(field)
        place = values.index(now) if now in values else 0
        self._save(field, values[(place + step) % len(values)])

    @work(group="dialog")
    async def action_edit(self) -> None:
        """Take the next value, or ask for one."""
        field = self._field
        if field is None:
            return
        if self._values_of(field):
            self.action_turn(1)
            return
        value = field.value_in(self._settings)
        text = "" if value is None else str(value)
        wanted = await self.app.push_screen_wait(AskText(field.label, text, aside=field.name, may_be_empty=True))
        if wanted is None or wanted == text:
            return
        if not wanted.strip() and field.may_be_empty:
            self.action_reset()
        else:
            self._save(field, wanted)

    def action_reset(self) -> None:
        """Take the default again."""
        if (field := self._field) is not None:
            try:
                reset_setting(field.name)
            except ConfigError as error:
                self._tell(error)
            else:
                self._take(field)

    def action_section(self, step: int) -> None:
        """Show the next section."""
        self._end_find()
        self._section = self._sections[(self._sections.index(self._section) + step) % len(self._sections)]
        self._show()

    def action_find(self) -> None:
        """Look for a setting in all sections."""
        self.set_focus(self.query_one("#find-setting", Input))

    def action_dismiss_empty(self) -> None:
        """End the search, else close."""
        field = self.query_one("#find-setting", Input)
        if field.value or field.has_focus:
            self._end_find()
            self._show()
        else:
            self.dismiss()

    @on(Input.Changed, "#find-setting")
    def narrow(self) -> None:
        self._show()

    @on(RowList.Moved)
    def explain(self, event: RowList.Moved) -> None:
        if event.rows is self._rows:
            self._show()

    @on(RowList.Chosen)
    def choose(self, event: RowList.Chosen) -> None:
        if event.rows is self._rows:
            self.action_edit()
        else:
            self._end_find()
            self._section = event.key
            self._show()

    def _end_find(self) -> None:
        self.query_one("#find-setting", Input).value = ""
        self.set_focus(self._rows)

    def _show(self) -> None:
        words = self.query_one("#find-setting", Input).value.casefold().split()
        fields = [
            field
            for field in self._fields.values()
            if (_has(field, words) if words else field.section == self._section)
        ]
        self.query_one(Pick).open_id = None if words else self._section
        rows, at = self._rows, self._rows.cursor_id
        shown = [self._row(field, has_cursor=field.name == at) for field in fields]
        with rows.prevent(RowList.Moved):
            rows.set_rows(shown)
        if rows.cursor_id != at:  # another row has the cursor now, and its arrows
            with rows.prevent(RowList.Moved):
                rows.set_rows([self._row(field, has_cursor=field.name == rows.cursor_id) for field in fields])
        self._explain()

    def _row(self, field: SettingField, *, has_cursor: bool) -> Row:
        is_changed = field.value_in(self._settings) != field.default
        left = Content.assemble(("• ", "$text-primary") if is_changed else "  ", field.label)
        text = self._text(field)
        value = Content(text) if text else muted("not set")
        has_arrows = has_cursor and self._values_of(field)
        # All values end where the one between arrows does.
        right = Content.assemble("‹ ", value.stylize("bold"), " ›") if has_arrows else value + "  "
        return Row(left, right, field.name)

    def _values_of(self, field: SettingField) -> Sequence[str]:
        if field.kind is bool:
            return ("on", "off")
        return self._choices.get(field.name, field.choices)

    def _text(self, field: SettingField) -> str:
        return self._written(field.value_in(self._settings))

    @staticmethod
    def _written(value: object) -> str:
        if isinstance(value, bool):
            return "on" if value else "off"
        return "" if value is None else " ".join(str(value).split())

    def _explain(self) -> None:
        field = self._field
        if field is None:
            self._note(Content("No setting has these words."))
            return
        default = self._written(field.default) or "not set"
        note = Content(field.note or f"{field.label} of the requests; not set leaves it to the server.")
        facts = Content.assemble(
            (f"{field.name}   Default: {default}.   ", "$foreground-muted"), ("•", "$text-primary"), " changed by you"
        )
        self._note(Content("\n").join((note, facts)))

    def _save(self, field: SettingField, text: str) -> None:
        try:
            save_setting(field.name, _parsed(field, text))
        except ConfigError as error:
            self._tell(error)
        else:
            self._take(field)

    def _take(self, field: SettingField) -> None:
        self._settings = load_settings()
        self._apply(self._settings, field.name)
        self._show()

    def _tell(self, error: ConfigError) -> None:
        self._note(Content.styled(error.sentence, "$text-error"))

    def _note(self, content: Content) -> None:
        self.query_one(".setting-note", Static).update(content)


def _has(field: SettingField, words: Sequence[str]) -> bool:
    text = f"{field.name} {field.label} {field.note}".casefold()
    return all(word in text for word in words)


def _parsed(field: SettingField, text: str) -> str | int | float | bool:
    """Return what is written for a text.

    Raises:
        ConfigError: if it is no number where one is wanted.
    """
    if field.kind is bool:
        return text == "on"
    if field.kind is str:
        return text
    try:
        return int(text) if field.kind is int else float(text.replace(",", "."))
    except ValueError as error:
        raise ConfigError(f"{field.name}: {text!r} is no number.") from error
