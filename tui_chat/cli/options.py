"""The options of the app, as the command line gives them."""

from __future__ import annotations

from tui_chat.chat.services import Options


def options_from(options: dict[str, object]) -> Options:
    """Return what the command line asks for, apart from what only the app understands."""
    names = ("provider", "model", "base_url", "system", "theme")
    return Options(
        **{name: str(options.get(name, "")) for name in names}, is_temporary=bool(options.get("is_temporary"))
    )
