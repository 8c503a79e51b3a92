"""The files the architecture tests read, and how they read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("approvals", "exceptions", "runs")
HOUSE = ("config", *APPS)
OURS = {".py", ".css", ".js", ".html"}
NOT_OURS = {"vendor", "migrations", "__pycache__", "node_modules"}


@cache
def files(*folders: str, suffix: str = ".py", also_migrations: bool = False) -> tuple[Path, ...]:
    hidden = NOT_OURS - ({"migrations"} if also_migrations else set())
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob(f"*{suffix}")))
    return tuple(path for path in found if not hidden & set(path.relative_to(ROOT).parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else ""
    return f"{path.relative_to(ROOT)}{line}"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imports(node: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every import beneath a node, as dotted names."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from ((found, alias.name) for alias in found.names)
        elif isinstance(found, ast.ImportFrom) and found.module:
            yield from ((found, f"{found.module}.{alias.name}") for alias in found.names)
