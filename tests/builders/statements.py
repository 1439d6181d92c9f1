"""Every SQL statement the product's code contains, read from its source."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import amss

_BEGINNING = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE \w+\s+(AS \w+\s+)?SET|DELETE FROM|WITH)\s")


@dataclass(frozen=True)
class Statement:
    """A statement and the function it stands in."""

    place: str
    text: str


def modules() -> Iterator[ModuleType]:
    """Yield every module of the product that a process loads."""
    for found in pkgutil.walk_packages(amss.__path__, "amss."):
        if not found.name.startswith(("amss.cli.__main__", "amss.embedded.launch")):
            yield importlib.import_module(found.name)


def statements() -> list[Statement]:
    """Return every statement, with constants of our own filled in and unknown parts as the name `part`."""
    return [statement for module in modules() for statement in _statements_of(module)]


def _statements_of(module: ModuleType) -> Iterator[Statement]:
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text())
    for place, node in _strings(tree, module.__name__):
        text = _text(node, module)
        if _BEGINNING.match(text):
            yield Statement(place, text)


def _strings(node: ast.AST, place: str) -> Iterator[tuple[str, ast.expr]]:
    for child in ast.iter_child_nodes(node):
        inside = place
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{place}.{child.name}"
        if isinstance(child, ast.JoinedStr) or (isinstance(child, ast.Constant) and isinstance(child.value, str)):
            yield inside, child
        else:
            yield from _strings(child, inside)


def _text(node: ast.expr, module: ModuleType) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(_part(value, module) for value in node.values)


def _part(value: ast.expr, module: ModuleType) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    assert isinstance(value, ast.FormattedValue)
    try:
        filled: Any = eval(compile(ast.Expression(value.value), "<sql>", "eval"), vars(module))  # noqa: S307
    except (NameError, AttributeError, TypeError):  # a local name, or one that hides the module's own
        return "part"
    return str(filled)
