"""The formats that a session can be written in, and the way to a file."""

from __future__ import annotations

from tui_chat.domain.errors import TransferError
from tui_chat.exporters.base import Export, Exporter, ExportOptions
from tui_chat.exporters.bundle import Bundle
from tui_chat.exporters.files import encoded, file_stem, unused_path, write
from tui_chat.exporters.joining import Joined

__all__ = [
    "EXPORTERS",
    "Bundle",
    "Export",
    "ExportOptions",
    "Exporter",
    "Joined",
    "encoded",
    "file_stem",
    "render",
    "unused_path",
    "write",
]

#: Every format by its name, in the order shown.
EXPORTERS: dict[str, Exporter] = {
    exporter.name: exporter
    for exporter in (
        Exporter("markdown", "Markdown", "md", "tui_chat.exporters.markdown"),
        Exporter("html", "HTML, one page", "html", "tui_chat.exporters.html_page"),
        Exporter("json", "JSON, complete", "json", "tui_chat.exporters.session_json", choices=()),
        Exporter("jsonl", "JSON Lines", "jsonl", "tui_chat.exporters.openai_messages", choices=("tree",), joins=True),
        Exporter("sharegpt", "ShareGPT", "json", "tui_chat.exporters.sharegpt", choices=("tree",), joins=True),
        Exporter(
            "openwebui",
            "Open WebUI",
            "json",
            "tui_chat.exporters.open_webui",
            choices=("reasoning", "tree"),
            joins=True,
        ),
        Exporter("text", "Plain text", "txt", "tui_chat.exporters.plain_text"),
        Exporter("pdf", "PDF", "pdf", "tui_chat.exporters.pdf"),
    )
}


def render(name: str, export: Export) -> str | bytes:
    """Return a session in one of the formats: a text, or bytes if the format is none of text.

    Raises:
        TransferError: There is no such format, or what it needs is not installed.
    """
    exporter = EXPORTERS.get(name)
    if exporter is None:
        raise TransferError(f"There is no export format “{name}”.", advice=f"Choose one of: {', '.join(EXPORTERS)}.")
    return exporter.render(export)
