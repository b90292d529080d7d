from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from bot import telnyx
from bot.telnyx import errors


def public_classes(module: ModuleType) -> set[str]:
    found = {
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }
    # pydantic puts `Page[...]` beside the classes, which nobody can import
    return {name for name in found if name.isidentifier() and not name.startswith("_")}


def test_every_public_class_of_a_family_is_exported() -> None:
    names = [
        module.name for module in pkgutil.iter_modules(telnyx.__path__) if not module.name.startswith("_")
    ]
    families = [importlib.import_module(f"bot.telnyx.{name}") for name in names]

    assert set().union(*(public_classes(family) for family in families)) <= set(telnyx.__all__)


def test_export_list_is_sorted_and_names_what_is_there() -> None:
    assert telnyx.__all__ == sorted(telnyx.__all__)
    assert all(hasattr(telnyx, name) for name in telnyx.__all__)


def test_export_list_is_what_the_package_imports() -> None:
    tree = ast.parse(Path(telnyx.__file__).read_text())
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert imported == set(telnyx.__all__)


def test_drawn_tree_of_errors_is_the_real_one() -> None:
    drawn: list[tuple[int, str]] = [
        (len(line) - len(line.lstrip("│├└─ ")), line.lstrip("│├└─ ").split()[0])
        for line in (errors.__doc__ or "").splitlines()
        if line.lstrip("│├└─ ").startswith("Telnyx") and line.lstrip("│├└─ ").split()[0].endswith("Error")
    ]
    path: dict[int, str] = {}
    parents: dict[str, str] = {}
    for depth, name in drawn:
        parents[name] = path.get(depth - 4, "Exception")
        path[depth] = name

    assert parents == {name: vars(errors)[name].__base__.__name__ for name in public_classes(errors)}


def test_package_imports_nothing_of_ours() -> None:
    sources = Path(telnyx.__file__).parent.glob("*.py")
    modules = {
        name
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    ours = {name for name in modules if name.split(".")[0] in {"bot", "handlers", "config", "sandbox"}}
    assert all(name.startswith("bot.telnyx.") for name in ours)
