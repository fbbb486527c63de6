"""Where the stylesheets are, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

#: Later files win over earlier ones of the same specificity.
_OF_THE_CHAT = (
    "base",
    "chat",
    "title",
    "sidebar",
    "transcript",
    "empty",
    "input",
    "status",
    "toasts",
    "palette",
)
_OF_DIALOGS = ("dialogs", "screens", "search", "diff", "compare")


def stylesheet_paths() -> list[Path]:
    """Return the absolute paths of all stylesheets."""
    return _paths([*_OF_THE_CHAT, *_OF_DIALOGS])


def chat_stylesheets() -> list[str | PurePath]:
    """Return the paths of those that the first frame needs, for ``App.CSS_PATH``."""
    return [*_paths(_OF_THE_CHAT)]


def dialog_stylesheets() -> list[str | PurePath]:
    """Return the paths of those that every other screen needs, for its ``CSS_PATH``."""
    return [*_paths(_OF_DIALOGS)]


def _paths(names: Sequence[str]) -> list[Path]:
    # They lie inside the package once it is installed, and beside it in a checkout.
    package = Path(__file__).resolve().parent.parent
    installed = package / "styles"
    folder = installed if installed.is_dir() else package.parent / "styles"
    return [folder / f"{name}.tcss" for name in names]
