"""What the rules look at: the package's files, their imports, and their calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tui_chat"


def modules(folder: Path = PACKAGE) -> dict[str, ast.Module]:
    """Return all modules below a folder of the project, parsed, by their dotted name."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield what a module imports, wherever it does: ``package.module`` or ``package.module.name``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Return which modules each module imports, packages' own ``__init__`` apart."""
    return {
        name: {one for one in imports(tree) if one in trees and one != name and not name.startswith(f"{one}.")}
        for name, tree in trees.items()
    }


def circle(edges: dict[str, set[str]]) -> list[str]:
    """Return a circle of imports, or nothing."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(edges.get(name, ())):
            if found := walk(other, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(edges) if (found := walk(name, []))), [])


def too_long(tree: ast.Module) -> Iterator[str]:
    """Yield the functions over 60 lines and the classes over 300."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            most = 300 if isinstance(node, ast.ClassDef) else 60
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > most:
                yield f"{node.name}: {lines} lines"


def workers_without_group(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of workers that would land in the default group, where one cancels the others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Name) and decorator.id == "work":
                    yield node.lineno
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            is_ours = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "attr", "") != "_run_worker"
            names = {keyword.arg for keyword in node.keywords}
            if called in ("work", "run_worker") and is_ours | (called == "work") and "group" not in names:
                yield node.lineno


def broad_excepts(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of handlers that would swallow a bug."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            names = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {""}
            reraises = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            if names & {"", "Exception"} or ("BaseException" in names and not reraises):
                yield node.lineno


def styles_in_python(tree: ast.Module) -> Iterator[str]:
    """Yield the attributes that would hold styles."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name) and one.id in ("CSS", "DEFAULT_CSS"))
