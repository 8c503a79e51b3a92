"""What tests copy is what a workspace is given, in every table there is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from approvals.models import Workspace
from exceptions import catalogue
from tests import founding

NEVER_THE_SAME = {"id", "at", "xid", "workspace_id", "owner_id", "backup_id", "plan_id"}


def given(seed: Callable[..., Any], slug: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a workspace by table, with the names of what they point at."""
    workspace = Workspace.objects.create(slug=slug, name="Somewhere", created_at=timezone.now())
    seed(workspace=workspace, now=timezone.now())
    found = {}
    for model in apps.get_models():
        columns = {field.column for field in model._meta.concrete_fields}
        if "workspace_id" in columns:
            rows = model._default_manager.filter(workspace_id=workspace.pk)
            found[model.__name__] = [
                {name: value for name, value in row.items() if name not in NEVER_THE_SAME}
                for row in rows.order_by("pk").values()
            ]
    classes = workspace.failure_classes.order_by("code").values_list(
        "code", "owner__name", "backup__name", "plan__name"
    )
    return found | {"points at": list(classes)}


@pytest.mark.django_db
def test_a_copied_workspace_has_all_that_a_seeded_one_has():
    seeded = given(catalogue.seed, "seeded")
    given(founding.seed, "kept")
    assert given(founding.seed, "copied") == seeded
    assert len(seeded["FailureClass"]) == len(catalogue.ENTRIES)
