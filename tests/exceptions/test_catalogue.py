"""The registry as it is shipped."""

import re
from pathlib import Path

from django.utils import timezone

from approvals import gates
from approvals.models import LedgerEntry
from exceptions import catalogue
from exceptions.models import FailureClass, Team
from tests.people import Company


def test_seeding_again_adds_nothing_and_keeps_what_admins_changed(northwind: Company) -> None:
    FailureClass.objects.filter(code="posting.refused").update(title="Ours", version=2)
    before = LedgerEntry.objects.count()

    assert catalogue.seed(workspace=northwind.workspace, now=timezone.now()) == 0
    assert FailureClass.objects.get(code="posting.refused").title == "Ours"
    assert Team.objects.filter(workspace=northwind.workspace).count() == len(catalogue.TEAMS)
    assert LedgerEntry.objects.count() == before


def test_every_code_the_gates_use_is_in_the_registry() -> None:
    source = Path(gates.__file__).read_text(encoding="utf-8")
    used = set(re.findall(r'"((?:proposal|policy|evidence|model)\.[a-z_]+)"', source))

    assert used
    assert used <= {entry.code for entry in catalogue.ENTRIES}


def test_owner_and_backup_are_two_teams_everywhere() -> None:
    assert all(entry.owner != entry.backup for entry in catalogue.ENTRIES)
    assert {entry.owner for entry in catalogue.ENTRIES} <= set(catalogue.TEAMS)
    assert len({entry.code for entry in catalogue.ENTRIES}) == len(catalogue.ENTRIES)


def test_what_may_have_happened_cannot_be_dismissed() -> None:
    doubtful = next(entry for entry in catalogue.ENTRIES if entry.code == "outcome.unknown")

    assert "dismiss" not in doubtful.resolutions
    assert "retry" not in doubtful.resolutions
