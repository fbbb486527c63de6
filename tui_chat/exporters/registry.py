"""The formats that a session can be written in, and the way to a file."""

from __future__ import annotations

from tui_chat.domain.errors import TransferError
from tui_chat.exporters.base import Export, Exporter, ExportOptions
from tui_chat.exporters.files import file_stem, unused_path, write

__all__ = ["EXPORTERS", "Export", "ExportOptions", "Exporter", "file_stem", "render", "unused_path", "write"]

#: Every format by its name, in the order shown.
EXPORTERS: dict[str, Exporter] = {
    exporter.name: exporter
    for exporter in (
        Exporter("markdown", "Markdown", "md", "tui_chat.exporters.markdown"),
        Exporter("html", "HTML, one page", "html", "tui_chat.exporters.html_page"),
        Exporter("json", "JSON, complete", "json", "tui_chat.exporters.session_json"),
    )
}


def render(name: str, export: Export) -> str:
    """Return a session as a text in one of the formats.

    Raises:
        TransferError: There is no such format.
    """
    exporter = EXPORTERS.get(name)
    if exporter is None:
        raise TransferError(f"There is no export format “{name}”.", advice=f"Choose one of: {', '.join(EXPORTERS)}.")
    return exporter.render(export)
