"""Payloads that have run scripts elsewhere, in every field that a session has: they stay text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.exporters.browser import Browser
from tests.unit.exporters.samples import BEGINNING
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters.base import Export, ExportOptions
from tui_chat.exporters.html_page import render

PAYLOADS = [
    "<script>hacked()</script>",
    "</script><script>hacked()</script>",
    "</style><script>hacked()</script>",
    "</title></head><body onload=hacked()>",
    "--><script>hacked()</script><!--",
    "]]><script>hacked()</script>",
    '"><img src=x onerror=hacked()>',
    "'><svg/onload=hacked()>",
    '" onmouseover="hacked()" autofocus onfocus="hacked()" x="',
    "' style='animation:x' onanimationstart='hacked()",
    "javascript:hacked()",
    "JaVaScRiPt\t:hacked()//",
    "java\nscript:hacked()",
    "&#106;avascript:hacked()",
    "data:text/html,<script>hacked()</script>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='hacked()'/>",
    "[x](javascript:hacked())",
    "[x]( javascript&colon;hacked() )",
    "![x](javascript:hacked())",
    "<javascript:hacked()>",
    "[x](<data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>)",
    "[x]: javascript:hacked()\n[x]",
    '```"><img src=x onerror=hacked()>\ncode\n```',
    "```</code></pre><script>hacked()</script>\n</code></pre><script>hacked()</script>",
    "|<img src=x onerror=hacked()>|\n|-|\n|<svg onload=hacked()>|",
    "<details open ontoggle=hacked()><summary>x</summary></details>",
    "<iframe srcdoc='<script>parent.hacked()</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hacked()>",
    "<noscript><p title='</noscript><img src=x onerror=hacked()>'>",
    "<template><script>hacked()</script></template>",
    "<base href='https://example.org/'><a href='x'>x</a>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<form action=javascript:hacked()><button>x</button></form>",
    "{{ 7 * 7 }}{% raw %}${hacked()}#{hacked()}",
    "\ud83d<script>hacked()</script>\u2028\u2029\x00\x1b[2J",
    "+ADw-script+AD4-hacked()+ADw-/script+AD4-",
]

#: Every field of every kind of part that holds words.
_PARTS: list[dict[str, Any]] = [
    {"kind": "text", "text": "P"},
    {"kind": "reasoning", "text": "P"},
    {"kind": "image", "media_type": "P", "data": "P", "url": "P", "name": "P"},
    {"kind": "image", "media_type": "image/png", "data": "", "url": "P", "name": "P"},
    {"kind": "file", "name": "P", "text": "P", "media_type": "P"},
    {"kind": "citation", "number": 1, "title": "P", "url": "P", "description": "P"},
    {"kind": "citation", "number": 2, "title": "", "url": "https://example.org/P"},
    {"kind": "tool_call", "call_id": "P", "name": "P", "arguments": "P"},
    {"kind": "tool_result", "call_id": "P", "text": "P", "is_error": True},
]
_MESSAGE: dict[str, Any] = {
    "session_id": "P",
    "provider": "P",
    "model": "P",
    "parts": _PARTS,
    "feedback": "P",
    "remote_id": "P",
    "error": {"kind": "P", "text": "P", "advice": "P", "server_words": "P", "request_id": "P"},
}
_SESSION: dict[str, Any] = {
    "name": "P",
    "provider": "P",
    "model": "P",
    "system_prompt": "P",
    "project": "P",
    "tags": ["P"],
    "remote_id": "P",
    "notification": "P",
}


def filled(value: Any, payload: str) -> Any:
    """A record with the payload wherever a ``P`` stands."""
    if isinstance(value, str):
        return value.replace("P", payload)
    if isinstance(value, list):
        return [filled(one, payload) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, payload) for key, one in value.items()}
    return value


def hostile(payload: str) -> Export:
    """A session whose every field holds the payload, in messages of every role, with siblings."""
    messages = [
        ChatMessage.model_validate(
            {
                **filled(_MESSAGE, payload),
                "id": f"m{number}",
                "parent_id": parent,
                "role": role,
                "created_at": BEGINNING,
            }
        )
        for number, (parent, role) in enumerate(
            [(None, "system"), ("m0", "user"), ("m1", "assistant"), ("m1", "assistant"), ("m3", "tool")]
        )
    ]
    session = ChatSession.model_validate({**filled(_SESSION, payload), "created_at": BEGINNING})
    branch = [messages[0], messages[1], messages[3], messages[4]]
    return Export(session=session, messages=branch, tree=messages, options=ExportOptions(reasoning=True, tree=True))


_LOOK = """
(() => {
  const all = [...document.querySelectorAll("*")];
  const bad = "img, svg, math, iframe, object, embed, form, base, template, noscript, audio, video";
  const meta = "head > meta, head > title, head > link, head > style, body > script";
  const links = [...document.links].map((link) => link.getAttribute("href")).filter((href) => !/^#m/.test(href));
  return {
    hacked: typeof window.wasHacked,
    elements: [...document.querySelectorAll(bad)].map((one) => one.outerHTML),
    attributes: all.flatMap((one) => [...one.attributes])
      .filter(({ name }) => name.startsWith("on") || name === "style" || name === "srcdoc").map(({ name }) => name),
    links: links.filter((href) => !/^(https?:\\/\\/|mailto:)/i.test(href)),
    scripts: document.scripts.length,
    metas: document.querySelectorAll("meta").length,
    refreshes: document.querySelectorAll("meta[http-equiv=refresh]").length,
    typed: document.querySelector(".message.user .typed").textContent,
    title: document.title,
  };
})()
"""


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: json.dumps(payload)[1:25])
def test_a_payload_in_every_field_stays_text(browser: Browser, page: Path, payload: str) -> None:
    page.write_text(render(hostile(payload)), encoding="utf-8")
    # Were any of it to run, it would leave a mark.
    mark = browser.call(
        "Page.addScriptToEvaluateOnNewDocument", source="window.hacked = () => { window.wasHacked = true }"
    )

    browser.open(page)
    browser.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    browser.show(width=900, height=4000)
    browser.run("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    seen = browser.run(_LOOK)
    browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=mark["identifier"])

    assert seen["hacked"] == "undefined"
    assert (seen["elements"], seen["attributes"], seen["links"], seen["refreshes"]) == ([], [], [], 0)
    assert (seen["scripts"], seen["metas"]) == (1, 7)
    assert browser.complaints() == []
    assert browser.requests() == []
    if payload.isprintable():
        assert seen["typed"] == payload
        assert seen["title"] == " ".join(payload.split())
