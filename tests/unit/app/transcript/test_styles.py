from __future__ import annotations

from rich.color import ColorType

from tui_chat.app.transcript.highlight import _KEYS
from tui_chat.app.transcript.styles import RULES, Styles

INK = {
    "background": "#14171A",
    "surface": "#1B1F23",
    "panel": "#252B30",
    "foreground": "#D5DAD9",
    "foreground-muted": "#A0AAAB",
    "text-primary": "#74C7BC",
    "screen-selection-background": "#74C7BC 30%",
    "block-cursor-background": "#20383A",
}


def _seen(key: tuple[str, ...], ground: str = "page") -> str:
    return str(Styles(INK).get(key, ground)).lower()


def test_plain_text_stands_on_its_ground() -> None:
    assert _seen(()) == "#d5dad9 on #14171a"
    assert _seen((), "card") == "#d5dad9 on #1b1f23"


def test_names_add_up() -> None:
    assert _seen(("quote", "strong")) == "bold italic #a0aaab on #14171a"
    assert _seen(("title", "code")) == "bold #74c7bc on #252b30"
    assert _seen(("link", "code", "strong")) == "bold underline #74c7bc on #14171a"


def test_the_address_of_a_link_is_no_name() -> None:
    assert _seen(("link", "strong")) == "underline #74c7bc on #14171a"


def test_hyperlinks_only_where_the_terminal_knows_them() -> None:
    assert Styles(INK).get(("link", "http://a.b")).link is None
    assert Styles(INK, hyperlinks=True).get(("link", "http://a.b")).link == "http://a.b"


def test_translucent_colours_are_mixed_with_the_ground() -> None:
    assert _seen(("selection",)) == "#d5dad9 on #304b4a"


def test_a_style_is_resolved_once() -> None:
    styles = Styles(INK)
    assert styles.get(("strong",)) is styles.get(("strong",))


def test_terminal_colours() -> None:
    theme = {"foreground": "ansi_default", "background": "ansi_default", "text-primary": "ansi_blue"}
    styles = Styles({**theme, "panel": "transparent", "surface": "transparent"}, ansi=True)
    style = styles.get(("link", "x"))

    assert not styles.has_tones
    assert style.color is not None and style.color.number == 4
    assert style.bgcolor is not None and style.bgcolor.type is ColorType.DEFAULT
    assert styles.get(("code",)) == styles.get(()) == styles.get((), "card")


def test_no_colour_keeps_weight_and_underline() -> None:
    style = Styles(INK, no_color=True).get(("link", "x", "strong"), "card")

    assert style.color is None and style.bgcolor is None
    assert style.bold and style.underline


def test_each_colour_of_code_has_a_rule() -> None:
    assert {name for _, key in _KEYS for name in key} <= RULES.keys()
