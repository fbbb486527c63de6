"""What a shell offers where an id or a name is expected. What cannot be read is no reason to say anything there.

All imports are late: the options of the app name these functions, and its start must not wait for them.
"""

from __future__ import annotations

import click

_OFFERED = 50


def session_ids(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the ids of the newest sessions."""
    return _ids(begun, deleted=False)


def deleted_ids(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the ids of the sessions in the trash."""
    return _ids(begun, deleted=True)


def provider_names(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the names of the providers."""
    from tui_chat.config.presets import presets

    return [name for name in presets() if name.startswith(begun)]


def _ids(begun: str, *, deleted: bool) -> list[str]:
    import asyncio

    from tui_chat.config.paths import history_path
    from tui_chat.domain.errors import HistoryError
    from tui_chat.domain.sessions import SessionSummary
    from tui_chat.storage.library import Library

    async def newest() -> list[SessionSummary]:
        async with Library(history_path()) as library:
            return await library.newest(None if begun else _OFFERED, deleted=deleted)

    try:
        found = asyncio.run(newest())
    except HistoryError:
        return []
    return [one.id[:8] for one in found if one.id.startswith(begun)][:_OFFERED]
