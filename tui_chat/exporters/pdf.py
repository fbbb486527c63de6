"""PDF: the HTML page on paper, with an outline of the messages. Needs WeasyPrint, which is no part of the installation.

WeasyPrint draws with Pango, so every script is shown that the fonts of the computer have.
"""

from __future__ import annotations

import logging

from tui_chat.domain.errors import TransferError
from tui_chat.exporters.base import Export
from tui_chat.exporters.html_page import asset, page


def render(export: Export) -> bytes:
    """Return the session as a PDF file.

    Raises:
        TransferError: if WeasyPrint, or the libraries that it draws with, are missing.
    """
    try:
        # Half a second, and nobody else needs it.
        from weasyprint import HTML  # type: ignore[import-untyped]  # it has no types
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # as above
    except ImportError as error:
        raise TransferError(
            "PDF needs WeasyPrint.", advice="Install it: pip install 'tui-chat[pdf]'. Or export HTML and print that."
        ) from error
    except OSError as error:
        raise TransferError(
            "PDF needs the library Pango.",
            advice="Install it with your system's packages. Or export HTML and print that.",
        ) from error
    # Importing it lets broken images pass for whole ones in the entire program.
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    # It tells of every property for screens that it leaves out.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    # Nothing is asked of anybody: the images of the page are in the page.
    fetcher = URLFetcher(allowed_protocols={"data"})
    paper = HTML(string=page(export, asset("page.css") + asset("pdf.css")), url_fetcher=fetcher)
    content: bytes = paper.write_pdf()
    return content
