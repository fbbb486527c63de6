"""What the app remembers by itself between two runs: who answered last, the theme that was picked."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from tui_chat.config import paths, whole_files


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
        whole_files.replace(paths.state_path(), json.dumps({**state, **changes}), is_synced=False)
