"""Whether counters step while a reply runs, or nothing but its text moves."""

from __future__ import annotations

_counts = True


def use_motion(setting: str) -> None:
    """Say what may move.

    Args:
        setting: ``normal`` or ``none``.
    """
    global _counts  # one terminal, one setting
    _counts = setting != "none"


def counts() -> bool:
    """Return whether seconds are counted on the screen."""
    return _counts
