"""Which teams there are, and whether anybody is in them who could come."""

from collections.abc import Iterable

from django.db.models import Count, F, Q

from approvals import wording
from exceptions.models import FailureClass, Team

COME = Q(members__is_active=True, members__memberships__workspace=F("workspace"))


def teams(workspace_id: int) -> list[Team]:
    """Every team by name; ``people`` counts its members who are active and still of the workspace."""
    rows = Team.objects.filter(workspace_id=workspace_id)
    return list(rows.annotate(people=Count("members", filter=COME, distinct=True)).order_by("name"))


def warnings(teams: Iterable[Team], classes: Iterable[FailureClass]) -> list[str]:
    """Sentences about teams that own or back something, and have nobody."""
    empty = {team.pk: team.name for team in teams if not getattr(team, "people", 0)}
    classes = list(classes)
    found = []
    for pk, name in sorted(empty.items(), key=lambda team: team[1]):
        owned = sum(row.owner_id == pk for row in classes)
        backed = sum(row.backup_id == pk for row in classes)
        does = [f"owns {wording.counted(owned, 'kind', 'kinds')} of failure"] if owned else []
        does += [f"backs {wording.counted(backed, 'kind', 'kinds')}"] if backed else []
        if does:
            found.append(f"Nobody is in {name}, which {wording.listed(does)}.")
    return found
