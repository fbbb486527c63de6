"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with what it counts: ``1 session``, ``2 sessions``.

    Args:
        number: How many.
        noun: What one is called.
        plural: What several are called, if that is not the noun with an s.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
