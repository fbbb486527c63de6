"""Whatever a file holds: what is readable comes in, the rest is told, and nothing else happens."""

from __future__ import annotations

import json
import resource
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.unit.importers.reading import branch, read_json, read_path, told
from tests.unit.importers.test_chatgpt import conversation, message, node
from tui_chat.domain.errors import TransferError

quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def talk(number: int) -> dict[str, Any]:
    nodes = [node("u", None, ["a"], message("user", "Hi", time=1.0)), node("a", "u", [], message("assistant", "Ho"))]
    return conversation(*nodes, id=f"c{number}")


# ---- broken files ---------------------------------------------------------------------------------------------------


def test_what_comes_before_a_break_is_read(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    text = json.dumps([talk(number) for number in range(5)])
    path.write_text(text[: text.index('"c3"')])

    found = read_path(path)

    assert [one.session.name for one in found.sessions] == ["A talk"] * 3
    assert [one.why for one in found.problems] == [
        "it is cut short or damaged after 3 sessions; what comes later is lost"
    ]


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "1e999", '"a\nb"', '"\\ud800"', "123456789012345678901234567890"])
def test_what_is_not_quite_json_is_read_all_the_same(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([talk(0), {**talk(1), "odd": "HERE"}, talk(2)]).replace('"HERE"', odd))

    found = read_path(path)

    assert len(found.sessions) == 3
    assert found.problems == []


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_half_an_archive_gives_what_is_there(tmp_path: Path, cut: float) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # Parts that do not pack well, so that the cut is somewhere inside.
        rows = [{**talk(number), "title": f"{number} {number**500 + 1}"} for number in range(1, 80)]
        archive.writestr("conversations.json", json.dumps(rows))
    path = tmp_path / "export.zip"
    path.write_bytes(packed.getvalue()[: int(len(packed.getvalue()) * cut)])

    found = read_path(path)

    assert found.formats == ["chatgpt"]
    assert 0 < len(found.sessions) < 80 or cut > 0.9
    assert len(found.problems) == (0 if len(found.sessions) == 79 else 1)


def test_half_an_archive_that_was_written_as_a_stream_is_read_too(tmp_path: Path) -> None:
    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    packed = Pipe()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations-000.json", json.dumps([talk(1)]))
        archive.writestr("conversations-001.json", json.dumps([talk(2), talk(3)]))
    path = tmp_path / "export.zip"
    data = packed.getvalue()
    path.write_bytes(data[: data.index(b"PK\x01\x02")])

    assert len(read_path(path).sessions) == 3


def test_a_damaged_file_in_an_archive_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("conversations-000.json", json.dumps([{**talk(0), "title": "x" * 200_000}, talk(9)]))
        archive.writestr("conversations-001.json", json.dumps([talk(1)]))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"xxxx", b"xxyx", 1))  # its checksum is wrong now

    found = read_path(path)

    assert found.sessions[-1].session.id == read_json(tmp_path, [talk(1)]).only.session.id
    assert [one.why for one in found.problems] == ["the archive is damaged here"]


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", json.dumps([talk(0)]))
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + offset
        data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)

    found = read_path(path, "chatgpt")

    assert [one.why for one in found.problems] == ["it cannot be read any further: it is encrypted"]


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    path = inside / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../evil.json", "/etc/evil.json", "C:\\evil.json", "..\\..\\evil.json"):
            archive.writestr(name, json.dumps([talk(len(name))]))

    found = read_path(path)

    assert len(found.sessions) == 4
    assert sorted(one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*")) == ["a", "a/b", "a/b/export.zip"]


@pytest.mark.parametrize("filler", [b" ", b'"', b"[", b"a"])
def test_an_archive_that_unpacks_to_gigabytes_is_given_up_early(tmp_path: Path, filler: bytes) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w", force_zip64=True) as file,
    ):
        file.write(b'[{"mapping": {}, "x": "' if filler != b"[" else b"[")
        for _ in range(300):
            file.write(filler * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = read_path(path, "chatgpt")

    assert len(found.problems) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700_000  # kB


# ---- shapes that nobody would write ---------------------------------------------------------------------------------


def test_a_million_levels_are_no_session(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    opening = b'{"messageId":"m","text":"t","children":['
    beginning = json.dumps([talk(0)])[:-1].encode()
    path.write_bytes(beginning + b',{"conversationId":"c","messagesTree":[' + opening * 1_000_000)

    found = read_path(path)

    assert len(found.sessions) == 1
    assert [one.why for one in found.problems] == [
        "it is nested more than 4000 levels deep; this one and what follows was not read"
    ]


def test_very_many_nodes_are_read(tmp_path: Path) -> None:
    count = 50_000  # a million works as well, and takes half a minute
    path = tmp_path / "long.json"
    with path.open("w") as file:
        file.write('[{"id":"c","mapping":{')
        for number in range(count):
            parent = f'"{number - 1}"' if number else "null"
            comma = "," if number else ""
            file.write(f'{comma}"{number}":{{"parent":{parent},"children":["{number + 1}"],"message":null}}')
        words = '{"author":{"role":"user"},"content":{"content_type":"text","parts":["end"]}}'
        file.write(f',"end":{{"parent":"{count - 1}","message":{words}}}}},"current_node":"end"}}]')

    found = read_path(path).only

    assert branch(found) == ["end"]


def test_the_nested_answers_of_a_long_talk_are_read(tmp_path: Path) -> None:
    row: dict[str, Any] = {"messageId": "m900", "text": "900", "children": []}
    for number in reversed(range(900)):
        row = {"messageId": f"m{number}", "text": str(number), "isCreatedByUser": number % 2 == 0, "children": [row]}
    path = tmp_path / "talk.json"
    path.write_bytes(_dumped(row))

    assert branch(read_path(path).only) == [str(number) for number in range(901)]


def _dumped(row: dict[str, Any]) -> bytes:
    """Return it as JSON, which the standard library cannot: it is nested too deeply for it."""
    pieces: list[bytes] = []
    depth = 0
    at: dict[str, Any] | None = row
    while at is not None:
        facts = json.dumps({name: value for name, value in at.items() if name != "children"})
        pieces.append(facts[:-1].encode() + b',"children":[')
        depth += 1
        at = at["children"][0] if at["children"] else None
    return b'{"conversationId":"c","messagesTree":[' + b"".join(pieces) + b"]}" * depth + b"]}"


def test_loops_are_cut(tmp_path: Path) -> None:
    found = read_json(
        tmp_path,
        [
            conversation(
                node("a", "b", ["b"], message("user", "A", time=1.0)),
                node("b", "a", ["a"], message("assistant", "B", time=2.0)),
                node("c", "c", ["c"], message("user", "C", time=3.0)),
                current="b",
            )
        ],
    ).only

    assert sorted(told(found)) == [("assistant", "B"), ("user", "A"), ("user", "C")]
    assert branch(found) == ["A", "B"]
    assert found.losses["loops in the tree, which were cut"] == 1


# ---- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    row = conversation(node("u", None, [], message("user", "Grüße – “ja”", time=1.0)))
    path = tmp_path / "conversations.json"
    path.write_bytes(json.dumps([row], ensure_ascii=False).encode(encoding))

    found = read_path(path)

    assert found.only.messages[0].text == "Grüße – “ja”"
    assert len(found.problems) == (encoding == "cp1252")


def test_halves_of_surrogate_pairs_do_not_get_into_the_history(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"messages": [{"role": "user", "content": "x \\ud800 y"}]}\n' * 2)

    assert read_path(path).sessions[0].messages[0].text == "x \N{REPLACEMENT CHARACTER} y"


def test_a_path_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match=r"There is no file .*nothing\.zip"):
        read_path(tmp_path / "nothing.zip")
