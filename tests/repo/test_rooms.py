"""Only actions and models write; what imports cannot show is read from the code itself."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("linktracker", "campaigns", "reconciliation")
WRITERS = {
    "save", "create", "bulk_create", "get_or_create", "update_or_create", "delete", "bulk_update",
    "asave", "acreate", "adelete",
}  # fmt: skip
OF_A_QUERYSET = {"objects", "filter", "exclude", "all", "order_by", "select_for_update"}
STATEMENT = re.compile(r"\s*(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE)\b")

# The statements of bulk.py are what actions write with; qr_codes.py saves pictures, not rows.
# people.py and sign_ins.py are the project package's own room of actions.
WHERE_WRITING_IS_AT_HOME = (
    "actions/", "models/", "models.py", "migrations/", "lib/bulk.py", "lib/qr_codes.py",
    "people.py", "sign_ins.py",
)  # fmt: skip


def files() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if not path.relative_to(ROOT / package).as_posix().startswith(WHERE_WRITING_IS_AT_HOME)
    ]


def writes(source: str) -> list[str]:
    """Each line that writes, as `line: what`."""
    tree = ast.parse(source)
    verbs = modules_of_actions(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if is_write(node.func) and not is_verb(node.func, verbs):
                found.append(f"{node.lineno}: .{node.func.attr}(")
        elif isinstance(node, ast.Constant) and STATEMENT.match(str(node.value)):
            found.append(f"{node.lineno}: a statement that writes")
    return found


def is_write(called: ast.Attribute) -> bool:
    """A writer's name; `.update(` only where the chain before it goes through a queryset."""
    if called.attr != "update":
        return called.attr in WRITERS
    names = {node.attr for node in ast.walk(called.value) if isinstance(node, ast.Attribute)}
    return bool(names & OF_A_QUERYSET)


def is_verb(called: ast.Attribute, modules: set[str]) -> bool:
    """`return_pages.create(` asks an action; it is no write of its own."""
    return isinstance(called.value, ast.Name) and called.value.id in modules


def modules_of_actions(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".actions")
        for alias in node.names
    }


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_outside_actions_and_models_writes(path):
    assert writes(path.read_text()) == []


def test_there_is_something_to_read():
    assert len(files()) > 80


@pytest.mark.parametrize(
    "planted",
    [
        "def view(request):\n    form.save()",
        "Campaign.objects.create(name='x')",
        "Campaign.objects.filter(pk=1).delete()",
        "row.delete()",
        "Campaign.objects.bulk_create([])",
        "Campaign.objects.get_or_create(code='x')",
        "Campaign.objects.update_or_create(code='x')",
        "Campaign.objects.bulk_update(rows, ['name'])",
        "Campaign.objects.filter(pk=1).update(name='x')",
        "rows.exclude(pk=1).order_by('pk').update(name='x')",
        "from campaigns.actions import links\nlink.save()",
        'cursor.execute("DELETE FROM campaigns_campaign")',
        'STATEMENT = """\nINSERT INTO campaigns_campaign (name) VALUES (%s)\n"""',
        'cursor.execute("TRUNCATE campaigns_campaign")',
    ],
)
def test_a_planted_write_is_caught(planted):
    assert writes(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        "codes.update(other)",
        "hashlib.sha256().update(body)",
        "from campaigns.actions import return_pages\nreturn_pages.create(name='x')",
        "from campaigns.actions import campaigns\ncampaigns.create(\n    name='x',\n)",
        '"Updated the campaign."',
        '"SELECT 1 FOR UPDATE SKIP LOCKED"',
        "Campaign.objects.filter(name='update')",
    ],
)
def test_what_does_not_write_is_left_alone(harmless):
    assert writes(harmless) == []
