"""Markdown and code as HTML that is safe to open: no markup of the author's, no script, no address but web and mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from time import monotonic

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

#: Beyond these a text is shown as it is: parsing it would take seconds, and far more if it was made for that.
_LONGEST_MARKDOWN = 100_000
_MOST_BRACKETS = 5_000
_LONGEST_CODE = 30_000
_LONGEST_CODE_LINE = 1_000
_LONGEST_COLOURING = 0.5
"""Seconds for one block of code; some lexers take minutes for thousands of blank lines."""

#: The classes of the palette. Names, operators and all else have the colour of the text.
_CLASSES = {
    Keyword: "k",
    Keyword.Constant: "n",
    Operator.Word: "k",
    String: "s",
    Number: "n",
    Comment: "c",
    Name.Class: "d",
    Name.Function: "d",
    Name.Tag: "k",
    Name.Decorator: "a",
    Generic.Heading: "d",
    Generic.Subheading: "d",
    Generic.Strong: "d",
    Generic.Inserted: "s",
    Generic.Deleted: "n",
    Generic.Prompt: "c",
}

#: Control characters that HTML does not allow get the pictures that stand for them, so that they can be seen.
_PICTURES: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n\r"},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_ODD = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

#: A bare address without the punctuation of the sentence around it, or the number of a source.
_LINKED = re.compile(r"\b(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?'*_)\]}])|\[(?P<number>[0-9]{1,4})\]")

#: How the item of a list of tasks begins.
_BOX = re.compile(r"\[([ xX])\]\s+(?=\S)")


def visible(text: str) -> str:
    """Return the text with every character allowed in HTML, and nothing in it unseen."""
    return text.translate(_PICTURES) if _ODD.search(text) else text


def is_web_or_mail(url: str) -> bool:
    """Whether an address may become a link: ``http``, ``https`` and ``mailto`` only."""
    return url.lower().startswith(("http://", "https://", "mailto:"))


def markdown_html(text: str, sources: dict[int, str]) -> str:
    """Return Markdown as HTML.

    Args:
        text: What a model wrote.
        sources: Anchors of the sources by their number; ``[1]`` in the text becomes a link to its source.
    """
    if len(text) > _LONGEST_MARKDOWN or text.count("[") > _MOST_BRACKETS:
        return f'<div class="typed">{escape(visible(text))}</div>'
    html: str = _markdown().render(visible(text), {"sources": sources, "in_link": False})
    return html


def code_html(code: str, language: str) -> str:
    """Return a block of code, coloured if the language is known."""
    name = language.strip()[:40]
    label = f'<span class="language">{escape(visible(name))}</span>' if name else ""
    return f'<div class="code">{label}<pre><code>{_coloured(visible(code), name.lower())}</code></pre></div>\n'


def _coloured(code: str, language: str) -> str:
    lexer = _lexer(language)
    if lexer is None or len(code) > _LONGEST_CODE or max(map(len, code.split("\n"))) > _LONGEST_CODE_LINE:
        return escape(code, quote=False)
    pieces: list[str] = []
    run: list[str] = []
    current = ""
    deadline = monotonic() + _LONGEST_COLOURING
    # Some lexers know a line by its end; it is taken away again below.
    for kind, text in lexer.get_tokens(f"{code}\n"):
        if monotonic() > deadline:
            return escape(code, quote=False)
        name = _class_of(kind)
        if name != current and not text.isspace():
            pieces.append(_span("".join(run), current))
            run, current = [], name
        run.append(text)
    pieces.append(_span("".join(run).removesuffix("\n"), current))
    return "".join(pieces)


def _span(text: str, name: str) -> str:
    inner = escape(text, quote=False)
    return f'<span class="{name}">{inner}</span>' if name and text else inner


@cache
def _class_of(kind: _TokenType) -> str:
    while kind.parent is not None:
        if kind in _CLASSES:
            return _CLASSES[kind]
        kind = kind.parent
    return ""


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        return find_lexer_class_by_name(language)(stripnl=False, ensurenl=False) if language else None
    except ClassNotFound:
        return None


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("js-default", {"html": False})
    markdown.validateLink = is_web_or_mail  # type: ignore[method-assign]  # the documented way
    footnote_plugin(markdown, inline=False, move_to_end=False)
    for name, rule in {
        "fence": _fence,
        "code_block": _fence,
        "image": _image,
        "link_open": _link_open,
        "link_close": _link_close,
        "text": _text,
        "list_item_open": _list_item,
        "footnote_ref": _footnote_number,
        "footnote_reference_open": _footnote_open,
        "footnote_reference_close": _footnote_close,
        "heading_open": _heading,
        "heading_close": _heading,
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _cell,
        "td_open": _cell,
    }.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _fence(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    return code_html(token.content.removesuffix("\n"), next(iter(token.info.split()), ""))


def _image(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """A link: the image itself would be a request, which tells its server who reads the page and when."""
    token = tokens[index]
    return f"{link_open(str(token.attrs['src']))}image: {escape(token.content or 'without a name')}</a>"


def link_open(url: str) -> str:
    """Return the opening tag of a link that tells the other side nothing and leads only to web and mail."""
    if not is_web_or_mail(url):
        return "<a>"  # the parser lets empty addresses pass
    return f'<a href="{escape(visible(url))}" rel="noopener noreferrer nofollow">'


def _link_open(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    env["in_link"] = True
    return link_open(str(tokens[index].attrs["href"]))


def _link_close(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    env["in_link"] = False
    return "</a>"


def _text(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Text with its bare addresses and the numbers of its sources as links.

    The parser's own way of finding addresses takes minutes for some texts of this length.
    """
    text = tokens[index].content
    if env["in_link"] or ("://" not in text and "[" not in text):
        return escape(text, quote=False)
    pieces: list[str] = []
    end = 0
    for match in _LINKED.finditer(text):
        anchor = env["sources"].get(int(match["number"])) if match["number"] else None
        pieces.append(escape(text[end : match.start()], quote=False))
        words = escape(match[0], quote=False)
        if match["url"]:
            pieces.append(f"{link_open(match[0])}{words}</a>")
        else:
            pieces.append(f'<a class="cited" href="#{anchor}">{words}</a>' if anchor else words)
        end = match.end()
    pieces.append(escape(text[end:], quote=False))
    return "".join(pieces)


def _list_item(html: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """An item; that of a list of tasks has a box in the place of its bullet."""
    inline = tokens[index + 2] if tokens[index + 1].type == "paragraph_open" else None
    box = _BOX.match(inline.content) if inline is not None else None
    if inline is not None and inline.children and box is not None:
        first = inline.children[0]
        first.content = first.content[len(box[0].rstrip()) :].lstrip()
        mark = "□" if box[1] == " " else "■"
        inline.children.insert(0, Token("html_inline", "", 0, content=f'<span class="box">{mark} </span>'))
        tokens[index].attrJoin("class", "task")
    return html.renderToken(tokens, index, options, env)


def _footnote_number(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return f"<sup>{escape(str(tokens[index].meta['label']))}</sup>"


def _footnote_open(html: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Where it was written, referred to or not, so that nothing is left out."""
    return f'<div class="footnote">{_footnote_number(html, tokens, index, options, env)}<div>\n'


def _footnote_close(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return "</div></div>\n"


def _heading(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Two levels down: the first is the session's name, the second a message's head."""
    token = tokens[index]
    level = int(token.tag[1])
    tag = f"h{min(level + 2, 6)}"
    return f'<{tag} class="level-{level}">' if token.nesting == 1 else f"</{tag}>\n"


def _table_open(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return '<div class="table"><table>\n'


def _table_close(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return "</table></div>\n"


def _cell(_: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """The alignment as a class: the page's policy does not allow styles on elements."""
    token = tokens[index]
    style = str(token.attrs.get("style", ""))
    side = style.removeprefix("text-align:")
    return f'<{token.tag} class="{side}">' if side in ("right", "center") else f"<{token.tag}>"
