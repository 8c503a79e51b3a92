"""Whether the last step of every escalation ends with a team that exists and reaches somebody."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from exceptions import steps
from exceptions.models import Case, FailureClass
from exceptions.targets import Reach


@dataclass(frozen=True)
class Dead:
    """An end that reaches nobody: what it is called, and the classes whose escalation ends there."""

    name: str
    codes: tuple[str, ...]

    @property
    def text(self) -> str:
        """For people: the name, and how much ends there."""
        many, first = len(self.codes), ", ".join(self.codes[:3])
        more = f" and {many - 3} more" if many > 3 else ""
        return f"Nobody is reached at the end: {self.name}. It concerns {first}{more}."


def dead_ends(workspace_id: int, now: datetime) -> list[Dead]:
    """Where escalations of this workspace would end with nobody. Two queries, and a few for each team."""
    reach, found = Reach(now), defaultdict(list)
    classes = FailureClass.objects.filter(workspace=workspace_id).defer("runbook")
    for known in classes.select_related("workspace", "owner", "backup", "plan").order_by("code"):
        case = as_case(known)
        last = steps.read(known.plan.steps)[-1]
        team = reach.team(case, last)
        if team is None:
            found[f"the plan “{known.plan.name}”, which does not end with a team"].append(known)
        elif not reach.users(case, steps.Step(last.after, last.to)):
            found[team.name].append(known)
    return [Dead(end, tuple(one.code for one in ended)) for end, ended in found.items()]


def as_case(known: FailureClass) -> Case:
    """A case of the class as it would open now, kept nowhere."""
    return Case(
        workspace=known.workspace, failure_class=known, owner=known.owner, steps=known.plan.steps,
        repeats=known.plan.repeats, in_hours=known.plan.in_hours, skip_empty=known.plan.skip_empty,
    )  # fmt: skip
