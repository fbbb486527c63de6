"""What the app remembers by itself between two runs: who answered last, the theme that was picked."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from tui_chat.config import paths


def load_state() -> dict[str, Any]:
    """Return what was remembered. A missing or broken file is no loss: it remembers nothing."""
    try:
        state = json.loads(paths.state_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def save_state(**changes: Any) -> None:
    """Remember some values, besides those remembered before. A disk that is full or read-only is no trouble."""
    state = load_state()
    if {**state, **changes} == state:
        return
    with contextlib.suppress(OSError):
        path = paths.state_path()
        paths.make_private(path.parent)
        descriptor, temporary = tempfile.mkstemp(prefix=".state-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({**state, **changes}, file)
        Path(temporary).replace(path)
