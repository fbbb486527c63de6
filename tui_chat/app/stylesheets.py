"""Where the stylesheets are, and their order."""

from __future__ import annotations

from pathlib import Path

#: Later files win over earlier ones of the same specificity.
_NAMES = (
    "base",
    "chat",
    "title",
    "sidebar",
    "transcript",
    "empty",
    "input",
    "status",
    "toasts",
    "dialogs",
    "screens",
    "search",
    "diff",
    "compare",
    "palette",
    "ascii",
)


def stylesheet_paths() -> list[Path]:
    """Return the absolute paths of all stylesheets, for ``App.CSS_PATH``.

    They lie inside the package once it is installed, and beside it in a checkout.
    """
    package = Path(__file__).resolve().parent.parent
    installed = package / "styles"
    folder = installed if installed.is_dir() else package.parent / "styles"
    return [folder / f"{name}.tcss" for name in _NAMES]
