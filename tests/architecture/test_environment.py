"""Every environment variable is described in one place, and nothing in the repository belongs to one machine."""

import ast
import re
import subprocess

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.utils.module_loading import import_string

from config import settings as product_settings
from config.environment import VARIABLES, WORKERS_ONLY, table
from tests.architecture.sources import HOUSE, ROOT, files, place, tree

NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE"}
ONE_MACHINE = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root)/", re.M)
DOWNLOADS = re.compile(r"https?://[^ )\"'>]*(/simple/|/packages/|registry\.|\.whl|\.tgz)|(extra-)?index-url")


def test_settings_read_what_is_described_and_no_more():
    assert product_settings.environment.read == {variable.name for variable in VARIABLES}


def is_of_the_environment(found: ast.Call | ast.Subscript) -> bool:
    asked = found.func if isinstance(found, ast.Call) else found.value
    while isinstance(asked, ast.Attribute) and asked.attr != "environ":
        asked = asked.value
    return isinstance(asked, ast.Attribute) and ast.unparse(asked) == "os.environ"


def test_other_code_reads_only_what_is_described():
    known = {variable.name for variable in VARIABLES} | NOT_SETTINGS
    unknown = [
        f"{place(path, node)} {node.value}"
        for path in (ROOT / "manage.py", *files(*HOUSE))
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call | ast.Subscript) and is_of_the_environment(call)
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper()
        if node.value not in known
    ]
    assert unknown == []


def test_what_only_workers_may_see_is_marked_as_secret():
    secret = {variable.name for variable in VARIABLES if variable.secret}
    assert set(WORKERS_ONLY) <= secret


def test_the_readme_carries_the_table_of_variables():
    readme = (ROOT / "README.md").read_text()
    missing = [row for row in table().splitlines() if row not in readme]
    assert missing == []


def test_nothing_names_one_machine_or_one_mirror():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    guilty = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or path == ROOT / "tests/architecture/test_environment.py":
            continue
        text = path.read_bytes().decode(errors="ignore")
        if ONE_MACHINE.search(text) or DOWNLOADS.search(text):
            guilty.append(name)
    assert guilty == []


def test_no_middleware_holds_a_thread_for_an_agent_that_waits():
    async def nothing(request):
        return None

    slow = [name for name in settings.MIDDLEWARE if not iscoroutinefunction(import_string(name)(nothing))]
    assert slow == []
