from __future__ import annotations

import io
import sys

import pytest
from pypdf import PdfReader

from tests.unit.exporters.paper import needs_pango
from tests.unit.exporters.samples import full_export, reply_export
from tui_chat.domain.errors import TransferError
from tui_chat.exporters.pdf import render

pytestmark = needs_pango


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def test_all_messages_are_on_paper_in_order() -> None:
    text = text_of(render(full_export()))

    places = [
        text.index(words)
        for words in ("Retry with jitter", "Be brief.", "How?", "The other answer.", "Hm.", "print('x')", "Too busy.")
    ]
    assert places == sorted(places)


def test_there_is_a_title_and_an_outline() -> None:
    reader = read(render(full_export()))

    assert reader.metadata is not None
    assert reader.metadata.title == "Retry with jitter"
    assert reader.outline


@pytest.mark.parametrize("words", ["Grüße", "Привет", "Γειά", "€ ± ½ →"])
def test_letters_of_other_scripts_can_be_read_and_searched(words: str) -> None:
    assert words in text_of(render(reply_export(words)))


def test_nothing_is_fetched() -> None:
    text = "![x](http://127.0.0.1:9/x.png) <img src='file:///etc/passwd'>"

    assert "image: x" in text_of(render(reply_export(text)))


def test_without_weasyprint_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(TransferError, match="PDF needs WeasyPrint") as caught:
        render(reply_export("x"))

    assert "tui-chat[pdf]" in caught.value.advice


def test_broken_images_stay_broken_elsewhere() -> None:
    from PIL import ImageFile

    render(full_export())
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
