"""The documentation says what the code does."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from reconciliation.core.event_types import EVENT_TYPES

ROOT = Path(settings.BASE_DIR)


def test_every_folded_event_type_has_a_row_with_its_rank():
    rows = re.findall(
        r"^\| `([a-z_.]+)` \| [^|]+ \| (\d+) \|",
        (ROOT / "docs/reference/events.md").read_text(),
        re.MULTILINE,
    )
    assert {name: int(rank) for name, rank in rows} == {
        name: subject.rank for name, subject in EVENT_TYPES.items()
    }


def test_every_command_that_the_readme_names_exists():
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", (ROOT / "README.md").read_text()))
    ours = {name for name, app in get_commands().items() if not app.startswith("django")}
    not_commands = {"client_reference_id"}
    assert named - not_commands <= ours


def test_every_relative_link_of_the_documentation_leads_somewhere():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
