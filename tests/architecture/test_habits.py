"""House rules that can be read from the source."""

import ast
import re

from django.apps import apps

from tests.architecture.sources import APPS, HOUSE, files, functions, imports, place, tree

VAGUE = {"utils", "helpers", "common", "managers", "services", "signals", "exceptions", "misc", "lib"}
SIGNALS = (
    "django.dispatch",
    "django.db.models.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
)
OUTWARD = ("http.client", "urllib.request", "xmlrpc", "asyncio.open_connection")


def test_modules_are_named_after_what_they_hold():
    vague = [place(path) for path in files(*HOUSE, "tests") if path.stem in VAGUE]
    assert vague == []


def test_imports_stand_at_the_top():
    hidden = {
        place(path, statement)
        for path in files(*HOUSE, "tests")
        for function in functions(path)
        for statement, _ in imports(function)
    }
    assert hidden == set()


def test_nothing_happens_by_signal():
    heard = [
        place(path, statement)
        for path in files(*HOUSE)
        for statement, name in imports(tree(path))
        if name.startswith(SIGNALS)
    ]
    assert heard == []


def test_saving_a_row_does_nothing_but_save_it():
    overrides = [
        place(path, node)
        for path in files(*APPS)
        if path.stem != "forms"
        for kind in ast.walk(tree(path))
        if isinstance(kind, ast.ClassDef)
        for node in kind.body
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    assert overrides == []


def test_rows_have_a_state_and_moments_end_in_at():
    fields = [
        field for model in apps.get_models() if model._meta.app_label in APPS for field in model._meta.fields
    ]
    assert [str(field) for field in fields if field.name == "status"] == []
    moments = {"DateTimeField"}
    assert [
        str(f)
        for f in fields
        if f.get_internal_type() in moments and not re.search(r"(^|_)(at|until)$", f.name)
    ] == []


def test_the_authority_opens_no_connection():
    outward = [
        place(path, statement)
        for path in files("approvals", "exceptions")
        for statement, name in imports(tree(path))
        if name.startswith(OUTWARD)
    ]
    assert outward == []


def test_rows_are_locked_so_that_whoever_refers_to_them_goes_on():
    """`approvals.locks` says why. Only what deletes needs the stronger lock, and rows of others are theirs."""
    ours = [path for path in files(*HOUSE) if "connectors" not in path.parts]
    asking = [place(path) for path in ours if ".select_for_update(" in path.read_text()]
    assert asking == ["approvals/locks.py"]
    strong = [
        place(path, node)
        for path in ours
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.search(r"\bFOR UPDATE\b", node.value) and "DELETE FROM" not in node.value
    ]
    assert [at for at in strong if not at.startswith("approvals/locks.py")] == []


def test_nothing_is_left_for_later():
    notes = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [place(path) for path in files(*HOUSE) if notes.search(path.read_text())] == []
