"""Every path the program uses. ``TUI_CHAT_HOME``, if set, holds all of it; else the platform's folders do."""

from __future__ import annotations

import os
from pathlib import Path

_APP = "tui-chat"


def _home() -> Path | None:
    home = os.environ.get("TUI_CHAT_HOME", "")
    return Path(home).expanduser().absolute() if home else None


def config_path() -> Path:
    """Return where ``config.toml`` is or would be."""
    return (_home() or _platform("config")) / "config.toml"


def history_path() -> Path:
    """Return where ``history.json``, the TinyDB file, is or would be."""
    return data_folder() / "history.json"


def exports_folder() -> Path:
    """Return the folder for exports that were given no other place."""
    return data_folder() / "exports"


def templates_folder() -> Path:
    """Return the folder of saved prompts, one Markdown file each."""
    return config_path().parent / "prompts"


def personas_folder() -> Path:
    """Return the folder of personas, one file each."""
    return config_path().parent / "personas"


def state_path() -> Path:
    """Return where the file is that the app remembers small things in."""
    return data_folder() / "state.json"


def models_folder() -> Path:
    """Return the folder of the lists of models that providers gave, to be asked for less often."""
    return data_folder() / "models"


def data_folder() -> Path:
    """Return the folder of everything but the config."""
    return _home() or _platform("data")


def _platform(kind: str) -> Path:
    # Imported here: with TUI_CHAT_HOME it is not needed.
    import platformdirs

    folder = platformdirs.user_config_path if kind == "config" else platformdirs.user_data_path
    return folder(_APP, appauthor=False)


def make_private(folder: Path) -> Path:
    """Make a folder, with those above it, that only its owner can read; one that exists is left as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
