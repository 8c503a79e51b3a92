"""The first workspace of an installation that has no demo."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from approvals.models import LedgerEntry, Membership, Workspace
from exceptions.models import FailureClass

pytestmark = pytest.mark.django_db


def test_a_workspace_is_founded_with_its_first_admin_and_owned_failure_classes() -> None:
    User.objects.create_user("ada")
    call_command("found_workspace", "north", admin="ada", name="North", verbosity=0)
    member = Membership.objects.get(workspace__slug="north")
    assert (member.user.username, member.may("admin")) == ("ada", True)
    assert FailureClass.objects.filter(workspace__slug="north", code="unclassified").exists()
    assert LedgerEntry.objects.filter(kind="member.added").exists()


@pytest.mark.parametrize(
    ("slug", "admin", "says"), [("a b", "ada", "not a slug"), ("north", "nobody", "no user")]
)
def test_a_slip_is_explained_and_founds_nothing(slug: str, admin: str, says: str) -> None:
    User.objects.create_user("ada")
    with pytest.raises(CommandError, match=says):
        call_command("found_workspace", slug, admin=admin)
    assert not Workspace.objects.exists()


def test_a_workspace_is_founded_once() -> None:
    User.objects.create_user("ada")
    call_command("found_workspace", "north", admin="ada")
    with pytest.raises(CommandError, match="already"):
        call_command("found_workspace", "north", admin="ada")
