"""Stores of other programs. The SQL files and ``parllama.json`` were written by the programs themselves."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.importers.reading import SAMPLES, branch, read_path
from tui_chat.importers.base import Imported
from tui_chat.importers.places import found_stores, store_of
from tui_chat.importers.registry import IMPORTERS, read, sources_of

REPLY = "FIRSTMARK{}\n\nThe scheduler keeps a small queue of pendin\n\n\nENDMARK{}\n"


def database(sample: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SAMPLES / sample).read_text())
        connection.commit()
    return path


def reply(number: int) -> str:
    return REPLY.format(number, number).strip()


def test_a_store_of_elia(tmp_path: Path) -> None:
    found = read_path(database("elia.sql", tmp_path / "elia.sqlite"))

    assert found.formats == ["elia"]
    assert found.problems == []
    first, second = found.sessions
    assert [text.strip() for text in branch(first)] == ["What is a monad?", reply(9), "And a functor?", reply(10)]
    assert first.session.system_prompt == "You are a helpful assistant named Elia."
    assert first.session.model == "small"
    assert first.messages[1].created_at == datetime(2026, 11, 21, 8, 6, 48, 640242, tzinfo=UTC)
    assert branch(second)[0] == "Second talk"


def test_a_store_that_is_read_in_parts_may_change_threads(tmp_path: Path) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        [source] = sources_of(database("elia.sql", tmp_path / "elia.sqlite"), stack)
        items = read(source, IMPORTERS["elia"])
        found = [one.submit(next, items).result(), other.submit(next, items).result()]
        other.submit(items.close).result()

    assert [branch(item)[0] for item in found if isinstance(item, Imported)] == ["What is a monad?", "Second talk"]


def test_a_store_of_oterm(tmp_path: Path) -> None:
    found = read_path(database("oterm.sql", tmp_path / "store.db")).only

    assert [text.strip() for text in branch(found)] == ["What is a monad?", reply(12), "And a functor?", reply(13)]
    assert (found.session.provider, found.session.model) == ("ollama", "fake-model:latest")
    assert found.session.params.temperature == 0.7
    assert found.session.name == "chat #1"


@pytest.mark.parametrize(("sample", "first_reply"), [("llm.sql", 1), ("llm-old.sql", 5)])
def test_a_log_of_llm(tmp_path: Path, sample: str, first_reply: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = read_path(database(sample, tmp_path / "logs.db"))

    assert found.formats == ["llm"]
    assert [one.session.name for one in found.sessions] == ["What is a monad?", "Look at this", "Third talk, alone"]
    first = found.sessions[0]
    wanted = ["What is a monad?", reply(first_reply), "And a functor?", reply(first_reply + 1)]
    assert [text.strip() for text in branch(first)] == wanted
    assert first.session.system_prompt == "Be brief."
    assert first.session.usage.output_tokens == 24
    assert first.messages[0].created_at < first.messages[1].created_at < first.messages[2].created_at
    assert first.messages[1].model == "small-model"
    # The image was attached by its path, and is gone.
    assert found.sessions[1].losses == {"attached files that the export does not hold": 1}


def test_images_that_llm_knows_by_their_path_are_taken_if_they_are_there(tmp_path: Path) -> None:
    path = database("llm.sql", tmp_path / "logs.db")
    image = tmp_path / "pixel.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE attachments SET path = ?", (str(image),))
        connection.commit()

    prompt = read_path(path).sessions[1].messages[0]

    assert [part.kind for part in prompt.parts] == ["text", "image"]


def test_branches_of_llm_come_in(tmp_path: Path) -> None:
    path = database("llm.sql", tmp_path / "logs.db")
    with closing(sqlite3.connect(path)) as connection:
        prompt, thread = connection.execute("SELECT parent_message_hash, thread_id FROM turns").fetchone()
        connection.execute("INSERT INTO messages VALUES ('other', ?, 'assistant', NULL)", (prompt,))
        connection.execute("INSERT INTO parts VALUES (99, 'other', 0, 'text', NULL, 'Another answer', NULL)")
        columns = "(id, thread_id, parent_message_hash, tip_message_hash, model, datetime_utc)"
        values = ("t9", thread, prompt, "other", "m2", "2026-11-21T09:00:00+00:00")
        connection.execute(f"INSERT INTO turns {columns} VALUES (?, ?, ?, ?, ?, ?)", values)  # noqa: S608  # our names
        connection.commit()

    first = read_path(path).sessions[0]

    siblings = [one for one in first.messages if one.parent_id == first.messages[0].id]
    assert [one.text.strip() for one in siblings] == [reply(1), "Another answer"]


def test_a_chat_of_parllama() -> None:
    found = read_path(SAMPLES / "parllama.json")

    assert found.formats == ["parllama"]
    session, (prompt, answer) = found.only.session, found.only.messages
    assert (session.name, session.provider, session.model) == ("Monads", "ollama", "llama3.2:3b")
    assert session.system_prompt == "Be brief."
    assert session.params.temperature == 0.5
    assert session.updated_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert [part.kind for part in prompt.parts] == ["image", "text"]
    assert (answer.reasoning, answer.text) == ("Hm, endofunctors.", "A monoid.")


AICHAT = """\
model: openai:gpt-4o
temperature: 0.7
compressed_messages:
- role: system
  content: Be brief.
- role: user
  content: What is a monad?
- role: assistant
  content: |-
    A monoid.

    In endofunctors.
messages:
- role: system
  content: 'A summary.'
- role: user
  content:
  - type: text
    text: Look
  - type: image_url
    image_url:
      url: data:image/png;base64,iVBORw0KGgo=
- role: assistant
  content: A box.
data_urls: {}
"""


def test_a_session_of_aichat(tmp_path: Path) -> None:
    path = tmp_path / "sessions" / "_" / "20260301T090000-what-is-a-monad.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(AICHAT)

    found = read_path(tmp_path)

    assert found.formats == ["aichat"]
    session = found.only.session
    assert branch(found.only) == ["What is a monad?", "A monoid.\n\nIn endofunctors.", "Look", "A box."]
    assert (session.name, session.provider, session.model) == ("what is a monad", "openai", "gpt-4o")
    assert session.system_prompt == "Be brief."
    assert session.created_at == datetime(2026, 3, 1, 9).astimezone()


def test_nothing_is_written_beside_a_database(tmp_path: Path) -> None:
    path = database("elia.sql", tmp_path / "elia.sqlite")
    before = path.read_bytes()

    read_path(path)

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_stores_are_found_where_the_programs_keep_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AICHAT_SESSIONS_DIR", "AICHAT_CONFIG_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    assert found_stores() == []
    database("elia.sql", tmp_path / "data/elia/elia.sqlite")
    database("oterm.sql", tmp_path / "data/oterm/store.db")
    database("llm.sql", tmp_path / "llm/logs.db")
    (tmp_path / ".config/aichat/sessions").mkdir(parents=True)
    (tmp_path / ".config/aichat/sessions/temp.yaml").write_text(AICHAT)
    (tmp_path / "data/parllama/chats").mkdir(parents=True)
    (tmp_path / "data/parllama/chats/1.json").write_text((SAMPLES / "parllama.json").read_text())

    found = {store.importer.name: store.sessions for store in found_stores()}

    assert found == {"elia": 2, "oterm": 1, "parllama": 1, "aichat": 1, "llm": 3}
    assert store_of("elia") == tmp_path / "data/elia/elia.sqlite"
    assert store_of("chatgpt") is None
    for store in found_stores():
        assert len(read_path(store.path).sessions) == store.sessions
