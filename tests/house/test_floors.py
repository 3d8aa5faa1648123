"""The floors and the rooms hold: who may import whom, what stands in which file, and how large it may grow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from importlinter import api
from importlinter.application import use_cases

from tests.house.sources import ROOT, SRC, Definition, Source, heights, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
ROOMS_THAT_ARE_NONE = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"})

# A line that imports inside a function, and why the top of the file would not do.
LATE_IMPORTS = {
    "anru.config.apps": "reactions import models, which do not exist before the registry of apps is ready",
}
# Floors above which reading the wall clock is allowed at all, and the one module that does it.
CLOCK = "anru.kernel.clock"
EDGES = frozenset({"web", "api", "ingest", "ops", "config"})
# What rules.py may take from Django: words for a person, never rows, settings or the clock.
WORDS = frozenset({"django.utils.translation"})


def source(text: str) -> Source:
    """Return a file of the given text, to show that a check finds what it looks for."""
    planted = Source(SRC / "anru" / "planted" / "rules.py")
    planted.__dict__["text"] = text
    return planted


# Imports -------------------------------------------------------------------------------------------------------------


def test_imports_go_only_downward() -> None:
    """Every contract of .importlinter is kept."""
    options = use_cases.read_user_options(str(ROOT / ".importlinter"))
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None)
    broken = [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]
    assert report.contracts, "no contract was read"
    assert not broken


def test_the_floor_list_names_every_app() -> None:
    """No folder of the package stands outside the list of floors."""
    floors = heights()
    folders = {path.name for path in (SRC / "anru").iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(floors)
    assert floors["kernel"] == 0
    assert floors["web"] > floors["campaigns"] > floors["registry"] > floors["accounts"]
    assert api.read_configuration(str(ROOT / ".importlinter"))["session_options"]["root_packages"] == ["anru"]


def late_imports(file: Source) -> list[str]:
    """Return where a file imports inside a function."""
    functions = (node for node in file.definitions() if not isinstance(node, ast.ClassDef))
    found = {
        inner.lineno
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    return [file.at(line) for line in sorted(found)]


def test_nothing_is_imported_inside_a_function() -> None:
    """Imports stand at the top, but for the listed reasons."""
    found = [place for file in sources() if file.module not in LATE_IMPORTS for place in late_imports(file)]
    assert not found


def test_every_listed_late_import_is_still_there() -> None:
    """The list of reasons does not outlive its reasons."""
    assert {file.module for file in sources() if late_imports(file)} == set(LATE_IMPORTS)


def test_the_check_finds_a_late_import() -> None:
    """A planted one is seen."""
    assert late_imports(source("def f():\n    if True:\n        import os\n"))


# Foreign keys --------------------------------------------------------------------------------------------------------


def upward_keys(models_: list[type[models.Model]]) -> list[str]:
    """Return the keys that point from a model of ours to one that stands on a higher floor."""
    floors = heights()
    found = []
    for model in models_:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not isinstance(field, models.ForeignKey) or not isinstance(target, type):
                continue
            if not target.__module__.startswith("anru."):
                continue
            here, there = model.__module__.split(".")[1], target.__module__.split(".")[1]
            if here != there and floors[there] >= floors[here]:
                found.append(f"{model.__name__}.{field.name} -> {target.__module__}")
    return found


def our_models() -> list[type[models.Model]]:
    """Return every model of the product."""
    return [model for model in apps.get_models() if model.__module__.startswith("anru.")]


def test_foreign_keys_point_downward() -> None:
    """No row knows a row of a higher floor."""
    assert len(our_models()) > 20
    assert not upward_keys(our_models())


def test_the_check_finds_a_key_that_points_upward(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the floors turned upside down the same keys are findings."""
    floors = heights()
    monkeypatch.setattr("tests.house.test_floors.heights", lambda: {app: -height for app, height in floors.items()})
    assert upward_keys(our_models())


# Rooms ---------------------------------------------------------------------------------------------------------------


def test_no_room_is_a_lumber_room() -> None:
    """No module or folder is named after having no subject."""
    assert not [file.module for file in sources() if ROOMS_THAT_ARE_NONE & set(file.parts)]


def signals(file: Source) -> list[str]:
    """Return where a file listens to Django's model signals or overrides how a model is written."""
    found = []
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"django.dispatch", "django.db.models.signals"}:
            found.append(file.at(node.lineno))
        if isinstance(node, ast.Attribute) and node.attr in {"pre_save", "post_save", "pre_delete", "post_delete"}:
            found.append(file.at(node.lineno))
        if isinstance(node, ast.ClassDef):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            found += [file.at(item.lineno) for item in methods if item.name in {"save", "delete"}]
    return found


def test_nothing_is_written_behind_a_services_back() -> None:
    """No signal receiver, no `save()` or `delete()` of our own."""
    assert not [place for file in sources() for place in signals(file)]


@pytest.mark.parametrize(
    "text",
    [
        "from django.dispatch import receiver\n",
        "from django.db.models.signals import post_save\n",
        "class A:\n    def save(self):\n        pass\n",
    ],
)
def test_the_check_finds_what_is_written_behind_a_services_back(text: str) -> None:
    """Planted ones are seen."""
    assert signals(source(text))


def impurities(file: Source) -> list[str]:
    """Return where a rules file takes anything from Django but words, or reads the clock."""
    found = clock_reads(file)
    for node in ast.walk(file.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            rows = name.startswith("anru.") and name.rsplit(".", 1)[-1] in {"models", "selectors", "services", "clock"}
            if rows or (name.split(".")[0] == "django" and name not in WORDS) or name == "time":
                found.append(file.at(node.lineno))
    return found


def clock_reads(file: Source) -> list[str]:
    """Return where a file reads the wall clock."""
    found = []
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if (isinstance(called, ast.Name) and called.id == "now") or (
            isinstance(called, ast.Attribute)
            and (
                called.attr in {"now", "utcnow", "today", "localdate", "localtime"}
                or ast.unparse(called) == "time.time"
            )
        ):
            found.append(file.at(node.lineno))
    return found


def rules_files() -> list[Source]:
    """Return every room of pure judgement."""
    return [file for file in sources() if "rules" in file.parts[1:2]]


def test_rules_are_pure() -> None:
    """Judgement touches neither rows nor the clock."""
    assert len(rules_files()) >= 2
    assert not [place for file in rules_files() for place in impurities(file)]


@pytest.mark.parametrize(
    "text",
    [
        "from django.db.models import Q\n",
        "from anru.registry.models import Site\n",
        "from datetime import datetime\nat = datetime.now()\n",
        "from anru.kernel import clock\nat = clock.now()\n",
        "from datetime import date\nday = date.today()\n",
    ],
)
def test_the_check_finds_impure_rules(text: str) -> None:
    """Planted ones are seen."""
    assert impurities(source(text))


def may_read_the_clock(file: Source) -> bool:
    """Return whether the file is an edge, timed work, or the clock itself."""
    return file.module == CLOCK or file.parts[:1] in {(edge,) for edge in EDGES} or "tasks" in file.parts


def test_the_clock_is_read_only_at_the_edges() -> None:
    """Below the edges every function is told the moment, so that a history can be played again."""
    assert not [place for file in sources() if not may_read_the_clock(file) for place in clock_reads(file)]


# Size and words ------------------------------------------------------------------------------------------------------


def test_no_file_outgrows_its_room() -> None:
    """A file past the limit becomes a folder of the same name."""
    long = {file.module: lines for file in sources() if (lines := file.text.count("\n")) > LONGEST_FILE}
    assert not long


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring: words must never be cut to make code fit."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1 if ast.get_docstring(node) else 0)


def test_no_function_outgrows_a_screen() -> None:
    """One function is read at one glance."""
    found = []
    for file in sources():
        for node in file.definitions():
            if not isinstance(node, ast.ClassDef) and length(node) > LONGEST_FUNCTION:
                found.append(f"{file.at(node.lineno)} {node.name}: {length(node)}")
    assert not found, "\n".join(found)


def undocumented(file: Source) -> list[str]:
    """Return the file itself and its public functions and classes where they have no docstring."""
    found = [] if ast.get_docstring(file.tree) or not file.tree.body else [file.at(1)]
    public = [node for node in file.tree.body if isinstance(node, Definition) and not node.name.startswith("_")]
    for node in public:
        if not ast.get_docstring(node):
            found.append(f"{file.at(node.lineno)} {node.name}")
        if isinstance(node, ast.ClassDef):
            found += [f"{file.at(item.lineno)} {node.name}.{item.name}" for item in bare_methods(node)]
    return found


def bare_methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """Return the public methods without a docstring. A framework's hook of a fixed name says itself what it is."""
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef) and not item.name.startswith("_")]
    inherited = {"ready", "handle", "add_arguments", "clean", "render", "deconstruct"}
    return [item for item in methods if item.name not in inherited and not ast.get_docstring(item)]


def test_everything_public_says_what_is_true_afterwards() -> None:
    """Every module, public function, class and method has a docstring."""
    found = [place for file in sources() for place in undocumented(file)]
    assert not found, "\n".join(found)


def test_the_check_finds_a_missing_docstring() -> None:
    """Planted ones are seen."""
    assert len(undocumented(source('"""Words."""\ndef f(): ...\nclass A:\n    def g(self): ...\n'))) == 3


def test_the_sources_are_read() -> None:
    """The walk reaches the product: a wrong folder would make every test above pass on nothing."""
    assert len(sources()) > 150
    assert Path(SRC / "anru" / "campaigns" / "rules.py") in {file.path for file in sources()}
