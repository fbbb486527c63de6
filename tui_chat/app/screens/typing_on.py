"""A slash that leads to a field from elsewhere, and is text in the field itself."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


def type_slash(field: Input) -> None:
    """Type a slash into a field, behind what is on its way there."""
    field.post_message(events.Key("slash", "/"))
