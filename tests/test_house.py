"""The house rules on what a module, a class and a name may be, held by reading the source. (Who imports whom:
`test_layers.py`.)"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_layers import MODULES, ROOT, imports

_TOO_MANY_LINES, _MOST_ATTRIBUTES = 250, 15


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for name, tree in MODULES.items():
        yield from ((name, node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def attributes(node: ast.ClassDef) -> set[str]:
    """What an instance may hold: slots, annotated fields, whatever a method assigns to self."""
    found: set[str] = set()
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            found.add(each.target.id)
        elif isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            name = each.targets[0].id
            if name == "__slots__":
                found |= {item.value for item in ast.walk(each.value) if isinstance(item, ast.Constant)}
            elif not _is_enum(node):
                found.add(name)
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and _is_self(each.value):
            found.add(each.attr)
    return found


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _is_enum(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases)


def all_attributes(node: ast.ClassDef) -> set[str]:
    """The inherited ones too. (No two classes have one name, see below; bases of others are not looked into.)"""
    homes = _by_name()
    names = [ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases]
    bases = [homes[name] for name in names if name in homes]
    return attributes(node).union(*(all_attributes(base) for base in bases if base is not node))


@cache
def _by_name() -> dict[str, ast.ClassDef]:
    return {node.name: node for _, node in classes()}


#: Which classes may hold more, and why.
LARGE = {
    # A million targets: each default stands in the class, and most targets, answered at once, never touch it. A record
    # of their own for those that do would be one more entry in each of them: as attributes of each, all of these take
    # 0.3 microseconds and 110 bytes a target.
    "scanner.engine.trial.Trial",
    "scanner.engine.trial.Sentinel",
    "scanner.tracing.traced_target.HopTrial",
    "scanner.reports.reading.report_row.ReportRow",  # the fields of a report
    "scanner.api.wanted.Options",  # the keyword arguments of a scan
}


def test_no_class_holds_too_much() -> None:
    found = {f"{name}.{node.name}": len(all_attributes(node)) for name, node in classes()}
    assert {name for name, count in found.items() if count > _MOST_ATTRIBUTES} == LARGE, found


def test_what_is_inherited_counts() -> None:
    trees = _by_name()
    assert attributes(trees["BareTrial"]) | {"path", "beside"} <= all_attributes(trees["Sentinel"])


def aliases() -> Iterator[tuple[str, str]]:
    """Names of types that a module makes up: `Network = IPv4Network | IPv6Network`."""
    for name, tree in MODULES.items():
        for node in tree.body:
            word = node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else ""
            if re.fullmatch("[A-Z][a-z][A-Za-z]*", word):
                yield name, word


def test_one_word_one_class() -> None:
    homes = defaultdict(set)
    for name, word in [*aliases(), *((name, node.name.lstrip("_")) for name, node in classes())]:
        homes[word].add(name)
    assert not {word: names for word, names in homes.items() if len(names) > 1}


def test_one_word_one_module() -> None:
    homes = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        if path.stem not in ("__init__", "__main__"):
            homes[path.stem].append(str(path.relative_to(ROOT)))
    assert not {word: names for word, names in homes.items() if len(names) > 1}


def test_no_module_is_a_whole_house() -> None:
    lines = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.rglob("*.py")}
    assert not {name: count for name, count in lines.items() if count >= _TOO_MANY_LINES}


#: Who may write into another module's object, what, and why.
EXCEPTIONS = {
    "scanner.engine.flight.multiplexer": {  # the hot loop: a call for each probe costs a third of its speed
        "answered", "attempt", "attempts", "home", "lane", "lost_syns", "probes", "rtt_ms", "sent", "source", "state",
        "trial", "verdict",
    },
    "scanner.engine.flight.sockets": {"home"},  # the same: a silent socket goes back to where it is used again
    "scanner.engine.flight.settling": {  # fills the record of a turn, its own; "sent" as in the hot loop
        "denied", "judged", "sent", "silent", "unsent",
    },
    "scanner.engine.flight.probe": {"note"},  # whoever probes a place gives it a note of its own
    "scanner.engine.truth.paths": {"note"},
    "scanner.engine.rows": {"mute", "opened", "refused", "verdicts"},  # the same; a place's note is the engine's own
    "scanner.scanning.expectations": {"met"},  # the blanks of a row are filled in by the steps of the pipeline,
    "scanner.scanning.phantoms.row_release": {"doubt"},  # before anybody sees it: a copy of each row would cost
    "scanner.cli.commands": {"obj"},  # click's own way of handing something on
    "scanner.cli.progress": {  # tqdm's interface; the environment that its import reads is put aside
        "bar_format", "environ", "initial", "monitor_interval", "ncols", "postfix", "start_t", "total",
    },
    "scanner.targets.formats.nmap_scan": {  # expat's own way of being told whom to call
        "EndElementHandler", "StartDoctypeDeclHandler", "StartElementHandler",
    },
}  # fmt: skip
#: Objects of a module's own under another name than `self`, whose attribute some other module's class has too.
OWN_OBJECTS = {
    "scanner.engine.truth.cohorts": {"self.witnesses"},
    "scanner.targets.names.waiting_lookups": {"self._queue"},
    "scanner.engine.flight.lost_ways": {"missing"},
    "scanner.engine.truth.path": {"part"},
    "scanner.engine.truth.responders": {"part"},
    "scanner.engine.truth.network_evidence": {"alone"},
    "scanner.reports.scan_table": {"self.all"},
    "scanner.reports.trace_tree": {"node"},
    "scanner.scanning.phantoms.accepting_ranges": {"area"},
    "scanner.targets.plan": {"twin"},
    "scanner.targets.plan_counts": {"twin"},
}


#: The methods by which a list, deque, set, bytearray or dict is another one afterwards.
CHANGES = {
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
    "intersection_update", "move_to_end", "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault",
    "sort", "subtract", "symmetric_difference_update", "update",
}  # fmt: skip


def writes(tree: ast.AST) -> Iterator[ast.Attribute]:
    """The attributes of others than `self` that are set or deleted, or that hold what is changed in place: `x.y = 1`,
    `x.y[k] = 1`, `x.y.append(1)`, `x.y[k].append(1)`. (A method of another class may be called as a list's is.)"""
    for node in ast.walk(tree):
        what: ast.AST = node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            what = node.func.value
        elif not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
            continue
        while isinstance(what, ast.Subscript):
            what = what.value
        if isinstance(what, ast.Attribute) and not _is_self(what.value):
            yield what


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("x.y = 1; x.y += 1; del x.y", ["x.y"] * 3),
        ("x.y[k] = 1; x.y[k] += 1; del x.y[k][1:]", ["x.y"] * 3),
        ("x.y.append(1); self.x.y.update(z); f().y[k].pop()", ["x.y", "self.x.y", "f().y"]),
        ("self.y = 1; self.y[k] = 1; cls.y.append(1); y[k] = 1; y.append(x.y[k]); x.y.send(1)", []),
    ],
)
def test_what_counts_as_written(code: str, written: list[str]) -> None:
    assert sorted(map(ast.unparse, writes(ast.parse(code)))) == sorted(written)


def test_nobody_writes_into_another_modules_object() -> None:
    own, homes = defaultdict(set), defaultdict(set)
    for name, node in classes():
        own[name] |= attributes(node)
        for attribute in attributes(node):
            homes[attribute].add(name)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, tree in MODULES.items():
        for node in writes(tree):
            is_own = ast.unparse(node.value) in OWN_OBJECTS.get(name, ())
            if node.attr not in own[name] or (len(homes[node.attr]) > 1 and not is_own):
                found[name].add(node.attr)
    assert dict(found) == EXCEPTIONS


#: What begins with an underscore and is public: of a named tuple, and of the module os.
PUBLIC_ALL_THE_SAME = {"_replace", "_asdict", "_fields", "_make", "_exit"}
BY_NAME = {"getattr", "hasattr", "setattr", "delattr"}


def private_reads(tree: ast.AST) -> Iterator[str]:
    """What is read, written or imported, and private to others: an attribute of all but `self`, `cls` and `super()`,
    a name of a module of scanner. (A constant may be replaced for a while: `monkeypatch.setattr` and its name.)"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BY_NAME:
            names = [str(each.value).rpartition(".")[2] for each in node.args[:2] if isinstance(each, ast.Constant)]
            yield from (f"{each!r} in line {node.lineno}" for each in names if _is_private(each) and not each.isupper())
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and not _is_own(node.value):
            yield f"{ast.unparse(node)} in line {node.lineno}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scanner"):
            yield from (f"{each.name} in line {node.lineno}" for each in node.names if _is_private(each.name))


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in PUBLIC_ALL_THE_SAME


def _is_own(node: ast.expr) -> bool:
    return _is_self(node) or (isinstance(node, ast.Call) and ast.unparse(node) == "super()")


def test_no_test_hangs_on_what_is_private() -> None:
    folder = Path(__file__).parent
    found = {
        str(path.relative_to(folder)): list(private_reads(ast.parse(path.read_text(encoding="utf-8"))))
        for path in folder.rglob("*.py")
    }
    assert len(found) > 200
    assert {name: reads for name, reads in found.items() if reads} == {}


@pytest.mark.parametrize(
    ("code", "private"),
    [
        ("from scanner.services import _lines", ["_lines in line 1"]),
        ("law._rate = 1", ["law._rate in line 1"]),
        ("engine.mux()._slots[0].x", ["engine.mux()._slots in line 1"]),
        ("self.engine._mux", ["self.engine._mux in line 1"]),
        ("self._x, cls._x, super()._x, x.__class__, row._replace(port=1), os._exit(0)", []),
        ("monkeypatch.setattr(module, '_MOST', 3); monkeypatch.setattr('os._exit', x)", []),
        ("monkeypatch.setattr(module, '_made', 3); getattr(x, '_y')", ["'_made' in line 1", "'_y' in line 1"]),
        ("monkeypatch.setattr('scanner.words._shown', 3)", ["'_shown' in line 1"]),
    ],
)
def test_what_counts_as_private(code: str, private: list[str]) -> None:
    assert list(private_reads(ast.parse(code))) == private


def test_no_test_skips_itself_unseen() -> None:
    """What this machine lacks goes through `needs.py`, so that no pipeline can; `skipif` is for other systems."""
    folder = Path(__file__).parent
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("pytest.skip", "pytest.importorskip")
    }
    assert found == {"conftest.py"}


def test_no_import_goes_in_a_circle() -> None:
    graph = {name: {each for each in imports(name) if each in MODULES} - {name} for name in MODULES}
    while leaves := {name for name, needs in graph.items() if not needs}:
        graph = {name: needs - leaves for name, needs in graph.items() if name not in leaves}
    roots = {name for name in graph if not any(name in needs for needs in graph.values())}
    while roots:
        graph = {name: needs for name, needs in graph.items() if name not in roots}
        roots = {name for name in graph if not any(name in needs for needs in graph.values())}
    assert not graph


@pytest.mark.parametrize("room", ["engine", "tracing"])
def test_each_module_of_engine_and_traces_has_a_test_module(room: str) -> None:
    """In the room's own folder, and with a test in it. (What it imports is not asked: the socket part of `flight/` is
    tested through `turns.py`, which plays all of it.)"""
    folder = Path(__file__).parent / room
    texts = {path.stem.removeprefix("test_"): path.read_text(encoding="utf-8") for path in folder.rglob("test_*.py")}
    tested = {name for name, text in texts.items() if re.search(r"^ *def test_", text, re.MULTILINE)}
    modules = {path.stem for path in (ROOT / room).rglob("*.py")} - {"__init__"}
    assert len(modules) > 15
    assert modules - tested == set()
