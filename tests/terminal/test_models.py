"""The list of models and the providers, in the real program."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest

from tests.file_keyring import BACKEND
from tests.terminal.conftest import Start
from tests.wire.ollama_server import OllamaServer, Pulled, pulls
from tests.wire.openai_server import OpenAIServer, says, whole

SECRET = "sk-planted-secret-4321"


def listed(*names: str) -> dict[str, object]:
    pricing = {"prompt": "0.000002", "completion": "0.00001"}
    return {
        "data": [
            {
                "id": name,
                "context_length": 128_000,
                "pricing": pricing,
                "architecture": {"input_modalities": ["text"]},
                "supported_parameters": ["tools"],
            }
            for name in names
        ]
    }


@pytest.fixture
def shop(home: Path, server: OpenAIServer) -> tuple[str, ...]:
    home.mkdir()
    (home / "config.toml").write_text(
        f"""
        [providers.shop]
        label = "Shop"
        base_url = "{server.base_url}"
        key_variable = "SHOP_KEY"
        default_model = "small-model"
        """
    )
    server.models_reply = whole(listed("small-model", "big-model", "bigger-model"))
    return ("--provider", "shop")


@pytest.fixture
def ring(environment: dict[str, str], tmp_path: Path) -> Path:
    """A keyring that works."""
    path = tmp_path / "keyring.json"
    environment |= {"PYTHON_KEYRING_BACKEND": BACKEND, "TEST_KEYRING": str(path)}
    return path


def models(server: OpenAIServer) -> list[str]:
    return [request.body["model"] for request in server.chats]


def test_a_model_is_found_by_letters_and_answers_from_then_on(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str]
) -> None:
    environment["SHOP_KEY"] = SECRET
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for("test server")
    app.keys("<ctrl+l>")
    screen = app.wait_for(r"bigger-model +128 k +2\.00 +10\.00 +tools")
    assert re.search(r"window +\$ in +\$ out +can", screen)
    app.keys("/", "bgr mdl")
    app.wait_until(lambda text: "small-model  " not in text)
    app.keys("<enter>")
    app.wait_for(r"bigger-model · .*ready")
    app.keys("Two", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 2)
    assert models(server) == ["small-model", "bigger-model"]


def test_another_model_writes_one_answer_only(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str]
) -> None:
    environment["SHOP_KEY"] = SECRET
    app = start(*shop)
    app.keys("<ctrl+l>")
    app.wait_for("big-model +128 k")
    app.keys("/", "big-", "<esc>", "o")
    app.wait_for("big-model once")
    for prompt in ("One", "Two"):
        app.keys(prompt, "<enter>")
        app.wait_for(rf"{prompt}[\s\S]*test server[\s\S]*ready")
    assert models(server) == ["big-model", "small-model"]


def test_favourites_effort_and_the_default_are_kept(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str], home: Path
) -> None:
    environment["SHOP_KEY"] = SECRET
    app = start(*shop)
    app.keys("<ctrl+l>")
    app.wait_for("big-model +128 k")
    app.keys("/", "bigger", "<esc>", "f")
    app.wait_for(r"Favourites[\s\S]*bigger-model +128 k")
    app.keys("d")
    app.wait_for("is the default of new sessions")
    for effort in ("none", "minimal", "low"):
        app.keys("e")
        app.wait_for(f"Reasoning effort: {effort}; Enter uses it")
    app.keys("<enter>")
    app.wait_for("bigger-model +ready")
    app.keys("One", "<enter>")
    app.wait_until(lambda _: len(server.chats) == 1)
    assert server.chats[0].body["reasoning_effort"] == "low"
    assert 'model = "bigger-model"' in (home / "config.toml").read_text()
    app.kill()
    again = start(ready="Type a message")
    again.keys("<ctrl+l>")
    again.wait_for(r"Favourites[\s\S]*bigger-model +128 k")


def test_lists_are_kept_on_disk_with_their_age(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str]
) -> None:
    environment["SHOP_KEY"] = SECRET
    app = start(*shop)
    app.keys("<ctrl+l>")
    app.wait_for("bigger-model +128 k")
    app.wait_for("fetched just now")
    app.kill()
    asked = len(server.requests)
    again = start(*shop)
    again.keys("<ctrl+l>")
    again.wait_for(r"bigger-model +128 k")
    assert len(server.requests) == asked
    server.models_reply = whole(listed("newest-model"))
    again.keys("R")
    again.wait_for("newest-model +128 k")


def test_thousands_of_models_scroll_and_narrow(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str]
) -> None:
    environment["SHOP_KEY"] = SECRET
    server.models_reply = whole(listed(*(f"vendor-{n % 7}/model-{n}" for n in range(4000))))
    app = start(*shop)
    app.keys("<ctrl+l>")
    app.wait_for(r"4,00\d models of")
    app.keys("<esc>", "<ctrl+l>")
    app.wait_for(r"4,00\d models of")
    app.keys("G")
    app.wait_for("Inkeep")
    app.keys("/", "dor-0 3997")
    app.wait_for(r"▎vendor-0/model-3997 +128 k")
    app.keys("zzz")
    app.wait_for("Enter asks Shop for dor-0 3997zzz, which is in no list")


def test_a_key_is_typed_unseen_kept_in_the_keyring_and_used_at_once(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], ring: Path, home: Path
) -> None:
    server.key = SECRET
    app = start(*shop)
    app.keys("<ctrl+l>")
    app.wait_for("Filter, or type a name")
    app.keys("k")
    app.wait_for("Key of Shop")
    app.keys(SECRET)
    app.wait_for("•" * len(SECRET))
    app.keys("<enter>")
    app.wait_for("bigger-model +128 k")
    app.keys("<esc>", "One", "<enter>")
    app.wait_for(r"test server\.[\s\S]*ready")
    assert list(json.loads(ring.read_text()).values()) == [SECRET]
    app.keys("/providers")
    app.wait_for("▎ /providers")
    app.keys("<enter>")
    app.wait_for(r"key +… of keyring")
    app.keys("c")
    app.wait_for(r"Shop answers and accepts the key …4321 of keyring")
    app.keys("D")
    app.wait_for("Remove the key")
    app.keys("<enter>")
    app.wait_for("gone from the keyring")
    assert json.loads(ring.read_text()) == {}
    app.keys("<esc>", "<ctrl+q>")
    app.wait_exit()
    assert SECRET.encode() not in bytes(app.raw)
    for path in home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_without_a_keyring_that_is_said(start: Start, shop: tuple[str, ...], environment: dict[str, str]) -> None:
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    app = start(*shop)
    app.keys("<ctrl+l>")
    app.wait_for("Filter, or type a name")
    app.keys("k")
    app.wait_for("Key of Shop")
    app.keys(SECRET, "<enter>")
    screen = app.wait_for("no keyring that can be used")
    assert "SHOP_KEY" in screen
    assert SECRET not in screen


def test_the_providers_say_what_is_wrong_until_it_is_mended(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str]
) -> None:
    server.key = SECRET
    environment["SHOP_KEY"] = "sk-a-wrong-key-0000"
    app = start(*shop)
    app.keys("One", "<enter>")
    app.wait_for(r"Shop does not accept the key[\s\S]*failed")
    app.keys("/providers")
    app.wait_for("▎ /providers")
    app.keys("<enter>")
    app.wait_for(r"Shop +failing")
    app.wait_for(r"last error +Shop does not accept the key, just now")
    app.wait_for(r"answers +because --provider asks for it")
    app.wait_for("…0000 of SHOP_KEY")
    server.key = "sk-a-wrong-key-0000"
    app.keys("r")
    app.wait_for("Shop answers and accepts the key …0000")
    app.wait_for(r"Shop +answers")


@pytest.mark.parametrize(("asked", "listed"), [("qwen3:8b", "qwen3:8b"), ("qwen3", "qwen3:latest")])
def test_a_model_is_pulled_with_a_meter(start: Start, environment: dict[str, str], asked: str, listed: str) -> None:
    with OllamaServer() as ollama:
        gate = threading.Event()
        environment["OLLAMA_HOST"] = ollama.base_url
        ollama.pull_reply = pulls(4_000_000_000, 10, until=gate)
        app = start("--provider", "ollama")
        app.keys("<ctrl+l>")
        app.wait_for("test-model")
        app.keys("p")
        app.wait_for("Pull a model")
        app.keys(asked, "<enter>")
        app.wait_for(r"━{20} +\d+ % +\d[\d.]* [GM]B of 4\.0 GB")
        ollama.models[listed] = Pulled("completion", "tools")
        gate.set()
        app.wait_for(f"{listed} is there: Enter uses it")
        app.wait_for(rf"▎{listed} .*local +tools")
        app.keys("<enter>")
        app.wait_for(f"{listed}.*ready")


def test_a_narrow_screen_keeps_names_and_prices(
    start: Start, server: OpenAIServer, shop: tuple[str, ...], environment: dict[str, str]
) -> None:
    environment["SHOP_KEY"] = SECRET
    server.reply = says("Fine.")
    app = start(*shop, columns=60, rows=15)
    app.keys("<ctrl+l>")
    app.wait_for(r"big-model +128 k +10\.00")
