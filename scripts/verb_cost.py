"""Print what each verb costs: the lines that would go if it went, and in how many files they stand.

Run it with ``python -m scripts.verb_cost``. Nothing is listed by hand. From each ``Verb(…)`` entry the names in it are followed: to the
intent, to the functions, from these to their noun's renderer (``bot/render/NOUN.py``) and to the methods they call on
``request.services``, and on to what those use in the same places. A definition is a verb's own if no other verb uses it, and nothing else
in the program. Another verb's intent, of which a button is made, is that verb's.

Not counted: empty lines and imports, the Telnyx client (it has all operations anyway), the producer of a turn (it answers mentions too),
and the ``Case`` line in the table of tests.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[1]
Place: TypeAlias = tuple[str, str]
"""A module and a name in it; a method is ``Class.method``."""
Chain: TypeAlias = tuple[str, ...]
"""``request.services.documents``, name by name."""
SERVICES = ("request", "services")


@dataclass(frozen=True)
class Source:
    """A module: what it defines, and what its names mean."""

    text: list[str]
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    imports: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A ``Verb(…)`` in the tuple of a capability."""

    words: str
    module: str
    call: ast.Call
    intent: Place


@dataclass(frozen=True)
class Cost:
    """What a verb costs."""

    words: str
    lines: int
    files: frozenset[str]
    shared: int
    """Lines beside its own that something else uses too."""


class House:
    """The modules of the program, and what uses what."""

    def __init__(self) -> None:
        files = [path for folder in ("bot", "handlers") for path in sorted((ROOT / folder).rglob("*.py"))]
        self._sources = {_module(path): _source(path) for path in files}
        imported = (".".join(place) for place in self._sources["handlers.verbs"].imports.values())
        capabilities = [name for name in imported if name in self._sources]
        self._kept: dict[Place, dict[str, Place]] = {}
        self._named: dict[ast.AST, list[Chain]] = {}
        self._services = dict(self._fields())
        self._homes = {
            *capabilities,
            *(name.replace("handlers", "bot.render") for name in capabilities),
            *(module for module, _ in self._services.values()),
        } & self._sources.keys()
        self._entries = [entry for name in capabilities for entry in self._entries_of(name)]
        # What is someone else's: another verb's intent, and the classes that verbs of a noun share.
        self._foreign = {entry.intent for entry in self._entries} | set(self._services.values())

    def costs(self) -> list[Cost]:
        """Return the cost of every verb."""
        reached = [
            {entry.intent, *self._used_from(entry.module, entry.intent[1], entry.call)}
            for entry in self._entries
        ]
        users: dict[Place, int] = dict.fromkeys(self._used_by_others(), 1)
        for places in reached:
            for place in places:
                users[place] = users.get(place, 0) + 1
        return [
            self._cost(entry, {place for place in places if users[place] == 1}, places)
            for entry, places in zip(self._entries, reached, strict=True)
        ]

    def _cost(self, entry: Entry, alone: set[Place], reached: set[Place]) -> Cost:
        own = alone | {entry.intent}
        lines = self._count(entry.module, entry.call) + self._lines(own)
        modules = frozenset({entry.module, *(module for module, _ in own)})
        return Cost(entry.words, lines, modules, self._lines(reached - own))

    # ---------------------------------------------------------------------------------------- what uses what
    def _used_from(self, module: str, name: str, node: ast.AST) -> set[Place]:
        """Return every definition that a piece of code uses, and those use."""
        found: set[Place] = set()
        waiting = [(module, name, node)]
        if (
            name and (home := self._place(module, name)) in self._foreign
        ):  # of a verb's entry: its intent as well
            waiting.append((*home, self._sources[home[0]].definitions[home[1]]))
        while waiting:
            module, name, node = waiting.pop()
            new = set(self._used(module, name, node)) - found - self._foreign
            for place in new:
                if place[0] in self._homes and place[1] in self._sources[place[0]].definitions:
                    found.add(place)
                    waiting.append((*place, self._sources[place[0]].definitions[place[1]]))
        return found

    def _used(self, module: str, name: str, node: ast.AST) -> Iterator[Place]:
        """Yield what a piece of code names: functions and classes, methods of services, and methods beside it."""
        for chain in self._chains(node):
            first, *more = chain
            if (first, *more[:1]) == SERVICES and more[1:2] and more[1] in self._services:
                home, kind = self._services[more[1]]
                yield home, ".".join([kind, *more[2:3]])
            elif first == "self":
                made = (module, name.partition(".")[0])
                if made not in self._kept:
                    self._kept[made] = self._held(*made)
                owner = self._kept[made].get(".".join(more[:1]))
                home, kind, *rest = (*owner, *more[1:]) if owner else (module, name.partition(".")[0], *more)
                yield home, ".".join([kind, *rest[:1]])
            else:
                yield self._place(module, first, *more[:1])

    def _chains(self, node: ast.AST) -> list[Chain]:
        """Return the names in a piece of code, local ones as what they stand for. It is walked through once."""
        if node not in self._named:
            inside = [one for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Name | ast.Assign)]
            meant = _meant(inside)
            chains = filter(None, map(_chain, inside))
            self._named[node] = [(*meant.get(chain[0], chain[:1]), *chain[1:]) for chain in chains]
        return self._named[node]

    def _held(self, module: str, kind: str) -> dict[str, Place]:
        """Return what an object keeps that it was made with, each with its class."""
        made = self._sources[module].definitions.get(f"{kind}.__init__")
        if not isinstance(made, ast.FunctionDef):
            return {}
        given = {
            one.arg: self._place(module, *annotation)
            for one in (*made.args.args, *made.args.kwonlyargs)
            if one.annotation and len(annotation := _chain(one.annotation)) == 1
        }
        kept = [node for node in ast.walk(made) if isinstance(node, ast.Assign)]
        named = {_chain(node.targets[0])[1:]: given.get(".".join(_chain(node.value))) for node in kept}
        return {name[0]: place for name, place in named.items() if name and place}

    def _used_by_others(self) -> set[Place]:
        """Return what is used by whatever is no verb."""
        found: set[Place] = set()
        for module in self._sources.keys() - self._homes:
            for name, node in self._sources[module].definitions.items():
                found |= self._used_from(module, name, node)
        return found

    def _place(self, module: str, name: str, attribute: str = "") -> Place:
        """Return where a name is defined that stands in a module; with its attribute where it is a module."""
        home, original = self._sources[module].imports.get(name, (module, name))
        inside = f"{home}.{original}"
        return (inside, attribute) if inside in self._sources else (home, original)

    # ------------------------------------------------------------------------------------------- what there is
    def _fields(self) -> Iterator[tuple[str, Place]]:
        """Yield each service that a verb is given, with its class."""
        runtime = self._sources["bot.runtime"]
        for node in ast.walk(runtime.definitions["Services"]):
            if isinstance(node, ast.AnnAssign) and (
                place := runtime.imports.get(".".join(_chain(node.annotation)))
            ):
                yield _chain(node.target)[0], place

    def _entries_of(self, capability: str) -> Iterator[Entry]:
        for node in ast.walk(self._sources[capability].definitions.pop("VERBS")):
            if isinstance(node, ast.Call) and _chain(node.func) == ("Verb",):
                intent = self._place(capability, *_chain(node.args[0]))
                yield Entry(self._words(intent), capability, node, intent)

    def _words(self, intent: Place) -> str:
        node = self._sources[intent[0]].definitions[intent[1]]
        keywords = node.keywords if isinstance(node, ast.ClassDef) else []
        return next(str(ast.literal_eval(one.value)) for one in keywords if one.arg == "verb")

    def _lines(self, places: set[Place]) -> int:
        return sum(self._count(module, self._sources[module].definitions[name]) for module, name in places)

    def _count(self, module: str, node: ast.stmt | ast.expr) -> int:
        """Return how many lines are not empty."""
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        return sum(bool(line.strip()) for line in self._sources[module].text[first - 1 : node.end_lineno])


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _source(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    source = Source(text.splitlines())
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            source.imports.update(
                {one.asname or one.name: (node.module or "", one.name) for one in node.names}
            )
    for statement in tree.body:
        source.definitions.update(_defined(statement))
    return source


def _defined(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name, statement
        for method in statement.body if isinstance(statement, ast.ClassDef) else ():
            yield from ((f"{statement.name}.{name}", node) for name, node in _defined(method))
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from ((name, statement) for target in targets for name in map(_first, ast.walk(target)) if name)


def _first(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _chain(node: ast.AST) -> Chain:
    """Return the names of ``a.b.c``; nothing for another expression."""
    if isinstance(node, ast.Attribute):
        before = _chain(node.value)
        return (*before, node.attr) if before else ()
    return (node.id,) if isinstance(node, ast.Name) else ()


def _meant(nodes: Iterable[ast.AST]) -> dict[str, Chain]:
    """Return what local names stand for: ``insights`` for ``request.services.insights``."""
    found: dict[str, Chain] = {}
    for one in nodes:
        if isinstance(one, ast.Assign):
            for target in one.targets:
                pairs = [(target, one.value)]
                if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                    pairs = [*zip(target.elts, one.value.elts, strict=False)]
                found.update({_first(left): chain for left, right in pairs if (chain := _chain(right))})
    return found


def table() -> str:
    """Return one line a verb, dearest first."""
    rows = sorted(House().costs(), key=lambda cost: -cost.lines)
    width = max(len(cost.words) for cost in rows)
    lines = [f"{'verb':{width}}  lines  files  shared  where"]
    lines += [
        f"{cost.words:{width}}  {cost.lines:5}  {len(cost.files):5}  {cost.shared:6}  {' '.join(sorted(cost.files))}"
        for cost in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
