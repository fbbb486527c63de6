from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.unit.exporters.browser import Browser
from tests.unit.exporters.samples import full_export, reply_export
from tui_chat.domain.messages import ChatMessage, CitationPart, FilePart, ImagePart, ReasoningPart, TextPart
from tui_chat.exporters.base import Export, ExportOptions
from tui_chat.exporters.html_page import render
from tui_chat.exporters.html_text import code_html, markdown_html

HOSTILE = """\
<script>alert(1)</script><img src=x onerror=alert(2)>
</article></main></script><svg onload=alert(3)>

[one](javascript:alert(4)) [two](JaVaScRiPt&#58;alert(5)) [three](data:text/html,<script>alert(6)</script>)
[four](vbscript:x) [five](file:///etc/passwd) <javascript:alert(7)> [six](//example.org) [seven](page.html)

![seen](SERVER/seen.png) ![x](x" onerror="alert(8)) SERVER/bare

[ref]: SERVER/ref.css "title\\" onmouseover=alert(9)"

See [ref] and `</script><script>alert(10)</script>`.

```html"><script>alert(11)</script>
</script></code></pre><script>alert(12)</script>
<!-- <script>
```

| a | b |
| :-: | --: |
| <b onclick=alert(13)> | x |

Line\u2028paragraph\u2029null\0escape\x1b[31mbell\x07delete\x7fend \u202eright to left
"""


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback: its address, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def hostile_export(server: str) -> Export:
    text = HOSTILE.replace("SERVER", server)
    export = reply_export(text, name="</title><script>alert(20)</script>")
    address = f'{server}/"><script>alert(21)</script>'
    parts = [
        ReasoningPart(text=text),
        TextPart(text=text + "[1] [2]"),
        ImagePart(media_type="image/png", url=f"{server}/image.png", name="<b>"),
        ImagePart(media_type='image/png" onerror="alert(22)', data="AAAA"),
        ImagePart(media_type="image/png", data='" onerror="alert(23)'),
        FilePart(name="</summary><script>alert(24)</script>.html", text=text),
        CitationPart(number=1, title="<script>alert(25)</script>", url="javascript:alert(26)"),
        CitationPart(number=2, title="", url=address),
    ]
    session = export.session.model_copy(
        update={"tags": ["<script>alert(27)</script>"], "model": "<i>", "system_prompt": text}
    )
    prompt, reply = export.messages
    prompt = prompt.model_copy(update={"parts": [TextPart(text=text)]})
    reply = ChatMessage.model_validate({**reply.model_dump(), "parts": parts, "model": "<script>alert(28)</script>"})
    options = ExportOptions(reasoning=True, tree=True)
    return Export(session=session, messages=[prompt, reply], tree=[prompt, reply], options=options)


def test_hostile_content_does_nothing_and_can_be_read(
    browser: Browser, page: Path, asked: tuple[str, list[str]]
) -> None:
    server, paths = asked
    page.write_text(render(hostile_export(server)), encoding="utf-8")

    browser.open(page)
    browser.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    browser.show(width=1000, height=20_000)
    browser.run("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    assert browser.run("document.documentElement.className") == "scripted"  # our own script ran, under the policy
    assert browser.complaints() == []
    assert (browser.requests(), paths) == ([], [])
    assert browser.run("document.title") == "</title><script>alert(20)</script>"
    assert browser.run("document.scripts.length") == 1
    assert browser.run("document.querySelectorAll('img, svg, b, i, iframe, object, embed, form').length") == 0
    schemes = browser.run("[...new Set([...document.links].map((link) => link.protocol))].sort().join()")
    assert schemes == "file:,http:"
    local = (
        "[...document.links].filter((a) => a.protocol === 'file:' && !a.getAttribute('href').startsWith('#')).length"
    )
    assert browser.run(local) == 0
    attributes = "[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).map((a) => a.name)"
    assert browser.run(f"{attributes}.filter((name) => name.startsWith('on') || name === 'style').length") == 0
    text = browser.run("document.querySelector('.message.assistant').innerText")
    for words in (
        "<script>alert(1)</script>",
        "onerror=alert(2)",
        "javascript:alert(4)",
        "alert(12)",
        "null␀escape␛[31m",
    ):
        assert words in text


def test_the_policy_stops_what_is_not_ours(browser: Browser, page: Path) -> None:
    spoilt = render(reply_export("x")).replace("</main>", "<script>alert(1)</script><p style='color: red'>x</p></main>")
    page.write_text(spoilt, encoding="utf-8")

    browser.open(page)

    assert len([text for text in browser.complaints() if "Content Security Policy" in text]) == 2


def test_branches_are_switched(browser: Browser, page: Path) -> None:
    page.write_text(render(full_export()), encoding="utf-8")
    shown = "[...document.querySelectorAll('.message')].filter((m) => m.checkVisibility()).map((m) => m.id).join(' ')"

    browser.open(page)
    assert browser.run(shown) == "m1 m3 m4 m5 m6"
    assert browser.run("document.querySelector('#m3 .siblings').innerText") == "‹2/2›"

    browser.run("document.querySelector('#m3 .siblings button').click()")
    assert browser.run(shown) == "m1 m2"

    browser.run("document.querySelector('#m2 .siblings button:last-child').click()")
    assert browser.run(shown) == "m1 m3 m4 m5 m6"

    browser.run("new Promise((done) => { addEventListener('hashchange', done); location.hash = 'm2' })")
    assert browser.run(shown) == "m1 m2"
    assert browser.complaints() == []


def test_branches_and_folds_obey_the_mouse(browser: Browser, page: Path) -> None:
    page.write_text(render(full_export()), encoding="utf-8")
    thought = "document.querySelector('#m3 .folded .text').checkVisibility()"

    browser.open(page)
    browser.show(width=900, height=700)
    assert browser.run(thought) is False
    browser.click("#m3 .folded summary")
    assert browser.run(thought) is True
    browser.click("#m3 .folded summary")
    assert browser.run(thought) is False

    browser.click("#m3 .siblings button:first-child")
    assert browser.run("document.querySelector('#m2').checkVisibility()") is True
    assert browser.run("document.querySelector('#m3').checkVisibility()") is False
    assert browser.complaints() == []


def test_on_paper_folds_are_open_and_there_is_nothing_to_press(browser: Browser, page: Path) -> None:
    page.write_text(render(full_export()), encoding="utf-8")

    browser.open(page)
    printed = PdfReader(io.BytesIO(base64.b64decode(browser.call("Page.printToPDF")["data"])))
    text = "\n".join(paper.extract_text() for paper in printed.pages)

    assert "Hm." in text
    assert "Be brief." in text
    assert "Search this session" not in text


def test_the_search_shows_the_messages_that_hold_the_words(browser: Browser, page: Path) -> None:
    page.write_text(render(full_export(tree=False)), encoding="utf-8")
    shown = "[...document.querySelectorAll('.message')].filter((m) => m.checkVisibility()).map((m) => m.id).join(' ')"

    browser.open(page)
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="/", text="/")
    browser.call("Input.insertText", text="TOO busy")
    assert browser.run(shown) == "m5"
    assert browser.run("document.querySelector('output').value") == "1 of 5"
    assert browser.run("CSS.highlights.get('hit').size") == 1

    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Escape")
    assert browser.run(shown) == "m1 m2 m3 m4 m5"
    assert browser.complaints() == []


def test_code_is_copied_as_it_was_written(browser: Browser, page: Path) -> None:
    page.write_text(render(reply_export("```py\nif x:\n\ty('<a>')\n\n```")), encoding="utf-8")

    browser.open(page)
    browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.call("Page.bringToFront")
    browser.run("document.querySelector('.code button').focus()")
    browser.call(
        "Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13
    )
    browser.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)

    label = "document.querySelector('.code button').textContent"
    assert browser.run(f"new Promise((d) => {{ const t = () => {label} === 'copied' ? d(1) : setTimeout(t, 5); t() }})")
    assert browser.run("navigator.clipboard.readText()") == "if x:\n\ty('<a>')\n"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [400, 1200])
def test_the_palette_is_the_readers_and_nothing_leaves_the_window(
    browser: Browser, page: Path, width: int, dark: bool
) -> None:
    wide = f"```\n{'x' * 300}\n```\n\n{'y' * 300}\n\n`{'z' * 300}`\n\n|{'a b |' * 60}\n|{'-|' * 60}\n"
    page.write_text(render(reply_export(wide, name="n" * 300)), encoding="utf-8")

    browser.open(page)
    browser.show(width=width, dark=dark)

    ground = browser.run("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == ("rgb(20, 23, 26)" if dark else "rgb(251, 248, 242)")
    assert browser.run("document.documentElement.scrollWidth") <= width


def test_all_can_be_read_without_the_script(browser: Browser, page: Path) -> None:
    page.write_text(render(full_export()), encoding="utf-8")

    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)

    text = browser.run("document.body.innerText")
    for words in (
        "The other answer.",
        "Like this [1].",
        "2/2",
        "after an earlier message",
        "thought for 4 s",
        "failed",
    ):
        assert words in text
    assert browser.run("document.querySelector('search').checkVisibility()") is False
    assert browser.run("document.querySelector('button')") is None


def test_images_of_messages_are_shown_from_the_page_itself(browser: Browser, page: Path) -> None:
    page.write_text(render(full_export()), encoding="utf-8")

    browser.open(page)
    browser.run("document.querySelector('img').loading = 'eager'; document.querySelector('img').decode()")

    assert browser.run("document.querySelector('img').naturalWidth") == 1


class _Outline(HTMLParser):
    """Which elements are open, to see that a page closes what it opens."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]
        assert tag not in ("script", "img", "iframe")
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


_markup = ["<script>", "</p>", "<a href='x'>", "&lt;", "&#58;", '"', "'", "<http://d>", "https://a.b/"]
_links = ["[a](", "javascript:x", ")", "![", "](data:x)", "[1]", "[2](http://c)"]
_marks = ["`", "```", "\n", "\n\n", "> ", "|", "|-|-|", "*", "**", "# ", "- "]
_pieces = st.sampled_from([*_markup, *_links, *_marks])


@given(st.lists(_pieces, max_size=15).map("".join))
@settings(max_examples=300)
def test_any_markdown_becomes_well_formed_and_harmless(text: str) -> None:
    outline = _Outline()

    outline.feed(markdown_html(text, {1: "m1-1"}))
    outline.close()

    assert outline.open == []
    assert all(re.match("https?://|#m1-1$", link) for link in outline.links)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("see https://a.b/c_d(e).", 'href="https://a.b/c_d(e"'),
        ("<b>", "&lt;b&gt;"),
        ("[a]()", "<a>a</a>"),
        ("![a]()", "<a>image: a</a>"),
        ("~~x~~", "<s>x</s>"),
        ("# A", '<h3 class="level-1">A</h3>'),
        ("|a|\n|-:|\n|b|", '<td class="right">b</td>'),
        ("x [1] y", '<a class="cited" href="#m1-1">[1]</a>'),
        ("x [3] y", "x [3] y"),
        ("```py\nif x: # y\n```", '<span class="k">if </span>x: <span class="c"># y</span>'),
        ("```nonsense\n<\n```", "<code>&lt;</code>"),
        ("```diff\n-a\n+b\n```", '<span class="n">-a\n</span><span class="s">+b</span>'),
        ("- [x] **a**", '<li class="task"><span class="box">■ </span><strong>a</strong></li>'),
        ("1. [ ] a\n\n   b", '<li class="task">\n<p><span class="box">□ </span>a</p>'),
        ("- [x]", "<li>[x]</li>"),
        ("a[^<]\n\n[^<]: b", "<p>a<sup>&lt;</sup></p>"),
        ("a\n\n[^1]: b", '<div class="footnote"><sup>1</sup><div>\n<p>b</p>'),
    ],
)
def test_markdown_as_html(text: str, html: str) -> None:
    assert html in markdown_html(text, {1: "m1-1"})


def test_without_facts_and_reasoning_there_are_none() -> None:
    written = render(full_export(facts=False, reasoning=False))

    for fact in ("14:02", "2026", "claude", "0.0142", "Hm.", "512"):
        assert fact not in written


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "[" * 150_000, "![" * 75_000, "http://a" * 20_000, "://" * 60_000, "*a " * 33_000, "`a" * 50_000],
    ids=lambda text: text[:8],
)
def test_texts_made_to_be_slow_are_not(text: str) -> None:
    start = time.process_time()

    assert len(render(reply_export(text))) > len(text)

    assert time.process_time() - start < 5


def test_code_made_to_be_slow_is_shown_without_colours() -> None:
    start = time.process_time()

    assert "<span" not in code_html("if\n" + "\n" * 29_000, "c++").partition("<pre>")[2]

    assert time.process_time() - start < 5


def test_threads_may_write_at_the_same_time() -> None:
    expected = render(full_export())

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: render(full_export()), range(20))) == {expected}
