from __future__ import annotations

import random
import string
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.chat.secret_rules import Kind, find

_DICE = random.Random(7)  # these are no secrets


def made_up(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """A secret of nobody: put together here, so that no scanner takes this file for a leak."""
    return "a1B" + "".join(_DICE.choices(alphabet, k=length - 3))


_JWT = f"eyJ{made_up(30)}.eyJ{made_up(60)}.{made_up(40)}"
_PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{made_up(64)}\n{made_up(64)}\n-----END RSA PRIVATE KEY-----"

FOUND = [
    (Kind.KEY, "sk-proj-" + made_up(60)),
    (Kind.KEY, "sk-ant-api03-" + made_up(80)),
    (Kind.KEY, "sk-or-v1-" + made_up(64, "0123456789abcdef")),
    (Kind.KEY, "sk-" + made_up(48)),
    (Kind.KEY, "AIza" + made_up(35)),
    (Kind.KEY, "gsk_" + made_up(52)),
    (Kind.KEY, "xai-" + made_up(80)),
    (Kind.KEY, "AKIA" + made_up(16, string.ascii_uppercase + string.digits).upper()),
    (Kind.KEY, "sk_live_" + made_up(24)),
    (Kind.KEY, _PEM),
    (Kind.TOKEN, "ghp_" + made_up(36)),
    (Kind.TOKEN, "github_pat_" + made_up(60)),
    (Kind.TOKEN, "hf_" + made_up(34)),
    (Kind.TOKEN, "xoxb-" + made_up(40)),
    (Kind.TOKEN, _JWT),
    (Kind.CARD, "4111 1111 1111 1111"),
    (Kind.CARD, "5555-5555-5555-4444"),
    (Kind.CARD, "378282246310005"),
    (Kind.CARD, "6011111111111117"),
    (Kind.EMAIL, "anna.o'neil@mail.co.uk".replace("'", "")),
    (Kind.EMAIL, "ünal+tag@firma.de"),
    (Kind.HOME, "/home/anna"),
    (Kind.HOME, "/Users/anna"),
    (Kind.HOME, "/mnt/c/Users/anna"),
    (Kind.HOME, r"C:\Users\Anna"),
    (Kind.HOST, "192.168.1.17"),
    (Kind.HOST, "10.0.0.5"),
    (Kind.HOST, "db-1.internal"),
    (Kind.HOST, "nas.lan"),
    (Kind.HOST, "annas-macbook.local"),
    (Kind.HOST, "jira.firma.corp"),
]


@pytest.mark.parametrize(("kind", "secret"), FOUND, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize(
    "around", ["{}", "it is {}, is it not?", "`{}`", "| {} |", "<{}>", "\n{}\n", "“{}”", "({})", "={}"]
)
def test_what_should_not_be_shared_is_found_to_its_last_character(kind: Kind, secret: str, around: str) -> None:
    text = around.format(secret)

    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [(kind, secret)]


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        ("Authorization: Bearer abcdefgh12345678ijkl", Kind.TOKEN, "abcdefgh12345678ijkl"),
        ("postgres://anna:s3cr3t@db/x", Kind.PASSWORD, "s3cr3t"),
        ('"api_key": "0f0f0f0f0f0f"', Kind.PASSWORD, "0f0f0f0f0f0f"),
        ("DB_PASSWORD=hunter22hunter", Kind.PASSWORD, "hunter22hunter"),
        ("password: 'correct!horse'", Kind.PASSWORD, "correct!horse"),
        ("client_secret => `Q~8abcdefg`", Kind.PASSWORD, "Q~8abcdefg"),
        ("http://wiki.internal/page", Kind.HOST, "wiki.internal"),
        ("cd /home/anna/src && ls", Kind.HOME, "/home/anna"),
    ],
)
def test_what_stands_around_tells_a_secret(text: str, kind: Kind, secret: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [(kind, secret)]


@pytest.mark.parametrize(
    "text",
    [
        "The tokenizer returns max_tokens: 4096 tokens; password: required.",
        "password = get_password(user)",
        "token = os.environ['TOKEN']",
        "api_key=your_api_key_1234",
        'API_KEY="sk-..."',
        'ENV_API_KEY = "ANTHROPIC_API_KEY"; secret: "the-name-of-it"',
        "https://user:pass@host:port",
        "token = b64encode(userpass); 'page_token': 'AMEw9yO5jnsGnZJLH', _token: https://a.b/rfc6749#section-6",
        "export OPENAI_API_KEY=$KEY12345678",
        "token = tokenizer2.encode2(text)",
        "secret = settings.secret1.value2",
        "sk-fading-circle, sk-cube-grid-animation-of-the-loader",
        "a task-oriented risk-averse disk-1234567890123456789012345",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "commit 037c5c6f0e1d2c3b4a5968778695a4b3c2d1e0f9",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "order 4111111111111112, ISBN 978-3-16-148410-0, IBAN DE89 3704 0044 0532 0130 00",
        "1700000000000 1763654531000 0000000000000000 3.14159265358979323846",
        "+49 170 1234567 or 0800 111 2222",
        "@pytest.fixture\ndef x(): ...",
        "y = x@self.weight + b; z = a@b.mean()",
        "icon@2x.png actions/checkout@v4 react@18.2.0 git@github.com:a/b.git user@example.com",
        "https://example.org/home/page /home/user/x /Users/Shared/y ~/notes",
        "192.0.2.17 203.0.113.9 127.0.0.1 0.0.0.0 255.255.255.0 1.2.3.4 8.8.8.8 300.1.1.1 v10.0.0.1 10.0.0.1.2",
        "threading.local() rc.local java.lang.internal settings.local.json .env.local",
        "Visit https://github.com or docs.python.org.",
        "Basic understanding of Token economics",
        "",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert [text[one.start : one.end] for one in find(text)] == []


def test_the_manual_and_the_sources_hold_nothing_of_the_kind() -> None:
    package = Path(__file__).parents[3] / "tui_chat"
    found = [
        (path.name, text[one.start : one.end])
        for path in [*package.rglob("*.py"), *package.rglob("*.md")]
        for text in [path.read_text(encoding="utf-8")]
        for one in find(text)
    ]

    assert found == []


@given(st.text(max_size=200))
def test_matches_lie_apart_and_within_the_text(text: str) -> None:
    end = 0
    for match in find(text):
        assert end <= match.start < match.end <= len(text)
        end = match.end


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "1 ",
        "a.",
        "a-",
        "a@",
        "a@b.",
        "/home/",
        "token=",
        "eyJ",
        "sk-proj-",
        "-----BEGIN PRIVATE KEY-----",
        "a://b:c",
        "a+",
    ],
)
def test_texts_made_to_be_slow_are_not(piece: str) -> None:
    start = time.process_time()

    find(piece * (200_000 // len(piece)))

    assert time.process_time() - start < 4
