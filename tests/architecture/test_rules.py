"""The rules of the house, each proved on a bad example first."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tui_chat
from tests.architecture.keys_table import README, with_table
from tests.architecture.source import (
    PACKAGE,
    ROOT,
    broad_excepts,
    circle,
    graph,
    imports,
    modules,
    styles_in_python,
    too_long,
    workers_without_group,
)
from tui_chat.app.stylesheets import stylesheet_paths

TREES = modules()


def test_the_contracts_of_the_floors_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stdout


def test_there_is_no_circle_of_imports() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]
    assert circle(graph(TREES)) == []


@pytest.mark.parametrize(
    ("library", "room"), [("tinydb", "storage"), ("httpx", "clients"), ("textual", "app"), ("click", "cli")]
)
def test_a_library_is_used_in_one_room_only(library: str, room: str) -> None:
    users = {name for name, tree in TREES.items() if any(one.split(".")[0] == library for one in imports(tree))}
    assert users
    assert {name for name in users if not name.startswith(f"tui_chat.{room}")} == set()


def test_the_domain_knows_pydantic_and_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "pydantic", "tui_chat"}
    domain = [tree for name, tree in TREES.items() if name.startswith("tui_chat.domain")]
    assert {one.split(".")[0] for tree in domain for one in imports(tree)} <= allowed


@pytest.mark.parametrize("folder", [PACKAGE, ROOT / "tests", ROOT / "screenshots"])
def test_files_functions_and_classes_stay_small(folder: Path) -> None:
    assert list(too_long(ast.parse("def f():\n" + "    x = 1\n" * 60))) == ["f: 61 lines"]
    long_files = [str(path) for path in folder.rglob("*.py") if len(path.read_text().splitlines()) > 400]
    assert long_files == []
    assert [f"{name}.{one}" for name, tree in modules(folder).items() for one in too_long(tree)] == []


def test_every_worker_has_a_named_group() -> None:
    bad = ast.parse("@work\nasync def f(): ...\n@work(exclusive=True)\nasync def g(): ...\nself.run_worker(f())")
    assert len(list(workers_without_group(bad))) == 3
    assert [(name, line) for name, tree in TREES.items() for line in workers_without_group(tree)] == []


def test_no_handler_swallows_bugs() -> None:
    bad = ast.parse("try: ...\nexcept Exception: ...\ntry: ...\nexcept: ...\ntry: ...\nexcept BaseException: ...")
    assert list(broad_excepts(bad)) == [2, 4, 6]
    assert [(name, line) for name, tree in TREES.items() for line in broad_excepts(tree)] == []


def test_no_styles_in_python() -> None:
    assert list(styles_in_python(ast.parse("class A:\n    DEFAULT_CSS = ''\n    CSS: str = ''"))) == [
        "DEFAULT_CSS",
        "CSS",
    ]
    assert [(name, one) for name, tree in TREES.items() for one in styles_in_python(tree)] == []


def test_stylesheets_are_listed_and_hold_tokens_only() -> None:
    assert sorted(stylesheet_paths()) == sorted((ROOT / "styles").glob("*.tcss"))
    for path in stylesheet_paths():
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r":\s*[^;{}]*(#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\()", rules), path.name


def test_the_public_names_are_sorted_and_there() -> None:
    assert tui_chat.__all__ == sorted(tui_chat.__all__)
    for name in tui_chat.__all__:
        assert getattr(tui_chat, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = tui_chat.nonsense  # type: ignore[attr-defined]  # that is the point


def test_type_checkers_are_told_the_same_public_names() -> None:
    stub = ast.parse((ROOT / "tui_chat/__init__.pyi").read_text())
    told = {one.name: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for one in node.names}
    assert told == tui_chat._HOMES  # type: ignore[attr-defined]  # it is nobody else's business


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("tui_chat", {"pydantic", "textual", "httpx", "tinydb"}),
        ("tui_chat.cli.main", {"pydantic", "textual", "httpx", "tinydb", "pygments"}),
        ("tui_chat.cli.sessions", {"textual", "httpx", "pygments", "jinja2"}),
        ("tui_chat.app.app", {"httpx", "tinydb", "keyring", "jinja2", "markdown_it", "tomlkit"}),
    ],
)
def test_imports_do_not_drag_in_what_is_not_needed_yet(module: str, forbidden: set[str]) -> None:
    script = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert set(result.stdout.split()) & forbidden == set()


def test_the_wheel_has_everything_and_no_tests(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path)],  # the wheel, from the sdist
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    data = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    wanted = {
        *(path.relative_to(ROOT).as_posix() for path in data),
        *(f"tui_chat/styles/{path.name}" for path in stylesheet_paths()),
        *(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py")),
    }
    assert wanted <= names
    assert {name.split("/")[0] for name in names} == {"tui_chat", f"tui_chat-{tui_chat.__version__}.dist-info"}


def test_the_readme_has_the_keys_of_today() -> None:
    readme = README.read_text(encoding="utf-8")
    assert readme == with_table(readme)


def test_the_readme_has_every_picture_it_shows() -> None:
    shown = re.findall(r"\]\((screenshots/[^)]+)\)", README.read_text(encoding="utf-8"))
    assert shown
    assert all((ROOT / path).is_file() for path in shown)
