"""What in a text should not be shared: keys, passwords, addresses, card numbers.

Rules of our own, since the detectors made for source code look at entropy and take every third word of prose for a
secret, while they miss the keys of most providers of models. A rule would rather let an odd case pass than spoil
ordinary texts: whoever exports sees what was found, and reads the preview.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Kind(StrEnum):
    """What was found."""

    KEY = "key"
    """A key of an API, or a private key."""
    TOKEN = "token"  # noqa: S105  # the word, not one of them
    """A token that lets in whoever has it."""
    PASSWORD = "password"  # noqa: S105  # the word, not one of them
    """A password, in an address or an assignment."""
    CARD = "card"
    """The number of a payment card."""
    EMAIL = "email"
    """A mail address."""
    HOME = "home"
    """A home folder, which tells its owner's name."""
    HOST = "host"
    """A name or address of a computer in a private network, or of a server."""

    @property
    def is_secret(self) -> bool:
        """Whether it does harm in the hands of whoever answers, and not only in public."""
        return self in (Kind.KEY, Kind.TOKEN, Kind.PASSWORD, Kind.CARD)


class Match(NamedTuple):
    """One place in a text."""

    kind: Kind
    start: int
    end: int


class _Rule(NamedTuple):
    kind: Kind
    pattern: re.Pattern[str]
    """What it replaces is the group ``secret``, or all of it."""
    holds: Callable[[re.Match[str]], bool] | None = None
    """A closer look; ``None`` takes every match."""
    signs: tuple[str, ...] = ()
    """Words one of which has to be in the text, in small letters; looking for them is much quicker than the pattern."""


#: Prefixes by which vendors mark their keys, and how those go on.
_KEYS = (
    r"sk-(?:proj|svcacct|admin|None|ant-[a-z]+\d\d|or-v1|or|lf)-[\w-]{20,}",
    r"(?:sk|csk)-[A-Za-z0-9]{24,}",  # OpenAI's older ones, DeepSeek, Cerebras
    r"AIza[\w-]{35}",  # Google
    r"(?:gsk|fw|r8)_[A-Za-z0-9]{20,}",  # Groq, Fireworks, Replicate
    r"(?:xai|pplx|tvly|nvapi|voyage|pa)-[\w-]{30,}",
    r"tgp_v1_[\w-]{30,}",  # Together
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",  # AWS
    r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"SG\.[\w-]{16,}\.[\w-]{16,}",  # SendGrid
    r"key-[0-9a-f]{32}",  # Mailgun
)
_TOKENS = (
    r"gh[opsur]_[A-Za-z0-9]{30,}",
    r"github_pat_\w{40,}",
    r"glpat-[\w-]{20,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"xox[abeoprs]-[\w-]{10,}",  # Slack
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[\w-]{50,}",
    r"dop_v1_[0-9a-f]{40,}",
    r"ya29\.[\w-]{30,}",
    r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",  # JSON Web Token
)

#: Names after which a value is a secret.
_NAMES = (
    r"(?:api|access|secret|private|encryption)[_-]?key|secret|passw(?:or)?d|passwort|passphrase|pwd"
    # Those that lead to the next page of a list let nobody in.
    r"|(?<!page)(?<!page[_-])(?<!continuation)(?<!continuation[_-])token"
)

_PRIVATE_KEY = (
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:[^-]|-(?!----)){1,20000}-----END [^-]{1,60}-----|[A-Za-z0-9+/=\s]{40,20000})"
)
_BEARER = r"\b(?:Bearer|Basic|Token)\s+(?P<secret>[A-Za-z0-9._~+/-]{20,}=*)"
_IN_ADDRESS = r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,64}:(?P<secret>[^\s/@]{3,128})@"
_ASSIGNED = (
    rf"(?:{_NAMES})[\"']?\s{{0,4}}(?:=>|:=|=|:)\s{{0,4}}"
    r"(?P<quote>[\"'`]?)(?P<secret>[^\s\"'`,;<>(){}\[\]$\\]{8,}+)(?![(\[])"
)
_MAIL = (
    r"(?<![\w.+/@-])(?P<local>[\w.+-]{1,64})@"
    r"(?P<domain>(?:[\w-]{1,63}\.){1,6}(?P<end>[A-Za-z]{2,24}))(?![\w(-]|\.\w)"
)
_HOME = (
    r"(?:(?<!\w)(?:/mnt/[a-z])?/(?:home|Users)/|\b[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2})"
    r"(?P<owner>\w(?:[\w.@+-]*\w)?)"
)
_INSIDE = (
    r"(?:(?P<before>//|@)|(?<![\w./-]))(?P<secret>(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?P<end>lan|corp|intranet|localdomain|home\.arpa|local|internal))(?![\w(-]|\.\w)"
)

#: Values that stand for a secret without being one.
_STAND_IN = re.compile(
    r"your|my[-_]|xxx|\*\*\*|\.\.\.|…|example|changeme|placeholder|dummy|redacted|secret$|^pass$|password|token$|environ|getenv",
    re.IGNORECASE,
)

#: Addresses that are kept for examples.
_DOCUMENTED = [ipaddress.IPv4Network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]

#: User names that tell nothing of anybody.
_ANYBODY = {"user", "users", "username", "you", "me", "name", "someone", "shared", "public", "default", "root"}
_ANYBODY |= {"runner", "ubuntu", "linuxbrew", "vscode", "node", "jovyan", "app"}

#: Endings of file names, which look like those of mail addresses in ``icon@2x.png``.
_FILE_ENDINGS = {"png", "jpg", "jpeg", "gif", "svg", "webp", "js", "ts", "css", "py", "json", "md", "html", "txt"}


def find(text: str) -> list[Match]:
    """Return what should not be shared, in the order of the text; matches never overlap."""
    found: list[Match] = []
    small = text.lower()
    for rule in _rules():
        if rule.signs and not any(sign in small for sign in rule.signs):
            continue
        for match in rule.pattern.finditer(text):
            if rule.holds is not None and not rule.holds(match):
                continue
            start, end = match.span("secret" if "secret" in rule.pattern.groupindex else 0)
            found.append(Match(rule.kind, start, end))
    return list(_apart(sorted(found, key=lambda one: (one.start, -one.end))))


def without_secrets(text: str) -> str:
    """Return a text in which the name of its kind stands for every secret: ``«key»``. The rest stays."""
    pieces: list[str] = []
    end = 0
    for match in find(text):
        if match.kind.is_secret:
            pieces += [text[end : match.start], f"«{match.kind.value}»"]
            end = match.end
    return "".join([*pieces, text[end:]])


def _apart(found: list[Match]) -> Iterator[Match]:
    """Yield the first of what overlaps."""
    end = -1
    for match in found:
        if match.start >= end:
            yield match
            end = match.end


def prepare() -> None:
    """Compile the rules, which takes some 10 ms, before a prompt waits for them."""
    _rules()


@cache
def _rules() -> tuple[_Rule, ...]:
    return (
        _Rule(Kind.KEY, re.compile(_PRIVATE_KEY), signs=("private key",)),
        _Rule(Kind.KEY, re.compile(rf"(?<![\w-])(?:{'|'.join(_KEYS)})"), _has_digit),
        _Rule(Kind.TOKEN, re.compile(rf"(?<![\w-])(?:{'|'.join(_TOKENS)})"), _has_digit),
        _Rule(Kind.TOKEN, re.compile(_BEARER), _has_digit, ("bearer", "basic", "token")),
        _Rule(Kind.PASSWORD, re.compile(_IN_ADDRESS), _is_real, ("://",)),
        _Rule(
            Kind.PASSWORD, re.compile(_ASSIGNED, re.IGNORECASE), _is_assigned, ("key", "secret", "token", "pass", "pwd")
        ),
        _Rule(Kind.CARD, re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)"), _is_card),
        _Rule(Kind.EMAIL, re.compile(_MAIL), _is_mail, ("@",)),
        _Rule(Kind.HOME, re.compile(_HOME), lambda match: match["owner"].lower() not in _ANYBODY, ("home", "users")),
        _Rule(Kind.HOST, re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"), _is_address),
        _Rule(Kind.HOST, re.compile(_INSIDE, re.IGNORECASE), _is_inside, (".lan", ".corp", ".int", ".loc", ".home")),
        *_own_rules(),
    )


def _own_rules() -> Iterator[_Rule]:
    """Yield rules for the names of this very computer and its user."""
    home = str(Path.home())
    if len(home) > 5 and Path(home).name.lower() not in _ANYBODY:
        yield _Rule(Kind.HOME, re.compile(rf"{re.escape(home)}(?![\w-])"))
    host = socket.gethostname()
    # A short or common word would be found all over ordinary texts.
    if len(host) >= 6 and not host.isalpha() and host.lower() != "localhost":
        yield _Rule(Kind.HOST, re.compile(rf"(?<![\w-]){re.escape(host)}(?![\w-])", re.IGNORECASE))


def _secret(match: re.Match[str]) -> str:
    return match["secret"] if "secret" in match.re.groupindex else match[0]


def _has_digit(match: re.Match[str]) -> bool:
    return any(character.isdigit() for character in _secret(match))


def _is_real(match: re.Match[str]) -> bool:
    return not _STAND_IN.search(_secret(match))


def _is_assigned(match: re.Match[str]) -> bool:
    """Whether a value looks like a secret and not like a name, a call or a number."""
    value: str = match["secret"]
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    if _STAND_IN.search(value) or letters < 2 or "://" in value:
        return False
    if match["quote"]:
        return digits > 0 or not re.fullmatch(r"[\w./:-]+", value)
    return digits > 1 and not re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", value)


def _is_card(match: re.Match[str]) -> bool:
    """Whether the check digit is right, and the first digits are those of an issuer with numbers of this length."""
    digits = [int(character) for character in match[0] if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    if (sum(digits[-1::-2]) + sum(doubled)) % 10 or len(set(digits)) == 1:
        return False
    number = "".join(map(str, digits))
    return bool(
        re.fullmatch(
            r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
            r"|3[47]\d{13}|6(?:011|5\d\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}",
            number,
        )
    )


def _is_mail(match: re.Match[str]) -> bool:
    is_code = match["domain"].startswith(("self.", "np.", "cls.")) or match["end"].lower() in _FILE_ENDINGS
    return not is_code and match["local"].lower() != "git" and not match["domain"].lower().startswith("example.")


def _is_address(match: re.Match[str]) -> bool:
    """Whether it is the address of a computer; what begins with one digit but 10 is a version number more often."""
    try:
        address = ipaddress.IPv4Address(match[0])
    except ValueError:
        return False
    if (
        any(address in net for net in _DOCUMENTED)
        or address.is_loopback
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    ):
        return False
    return address.packed[0] >= 10 and address.packed[0] < 224 and (address.is_private or address.is_global)


def _is_inside(match: re.Match[str]) -> bool:
    """Whether it is a name in a private network, and no ``threading.local`` or ``rc.local``."""
    if match["end"].lower() not in ("local", "internal"):
        return True
    first = match["secret"].partition(".")[0]
    return bool(match["before"]) or "-" in first or any(character.isdigit() for character in first)
